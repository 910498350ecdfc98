"""What quotes carry and what they do not: the listed sentences, and each kind of fault."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.statements import CASES

from aliqa.synthesis.support import Quote, fault

CARRIED = [(case, sentence) for case in CASES for sentence in case.carried]
INVENTED = [(case, sentence) for case in CASES for sentence in case.invented]


@pytest.mark.parametrize(("case", "sentence"), INVENTED, ids=[sentence for _, sentence in INVENTED])
def test_what_is_invented_is_never_carried(case: tuple[str, str], sentence: str) -> None:
    title, quote = case[:2]
    assert fault(sentence, [Quote(quote, title)])


def test_at_most_one_in_ten_carried_sentences_is_refused() -> None:
    refused = [sentence for case, sentence in CARRIED if fault(sentence, [Quote(case.quote, case.title)])]
    assert len(refused) * 10 <= len(CARRIED), refused


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.quote)
def test_a_quote_carries_itself(case: tuple[str, str]) -> None:
    title, quote = case[:2]
    assert fault(quote, [Quote(quote, title)]) is None


@pytest.mark.parametrize(
    ("sentence", "found"),
    [
        ("Kelda Dairy sold 30 tons of cheese.", "figure"),
        ("Brevik Dairy sold 20 tons of cheese.", "name"),
        ("Kelda Dairy sold 20 tons of butter.", "word"),
        ("Kelda Dairy may have sold 20 tons of cheese.", "certainty"),
        ("Yes.", "nothing said"),
    ],
)
def test_a_fault_is_named(sentence: str, found: str) -> None:
    assert fault(sentence, [Quote("Kelda Dairy sold 20 tons of cheese.")]) == found


def test_two_quotes_carry_together_what_neither_carries_alone() -> None:
    first, second = Quote("Kelda Dairy sold 20 tons of cheese."), Quote("Kelda Dairy opened a shop in Skarvik.")
    sentence = "Kelda Dairy sold 20 tons of cheese; Kelda Dairy opened a shop in Skarvik."
    assert fault(sentence, [first])
    assert fault(sentence, [second])
    assert fault(sentence, [first, second]) is None


def test_a_title_names_what_a_quote_without_names_speaks_of() -> None:
    quote = Quote("The cheese won a prize.", "Kelda Dairy")
    assert fault("The cheese of Kelda Dairy won a prize.", [quote]) is None
    assert fault("The cheese of Brevik Dairy won a prize.", [quote]) == "name"


@given(st.text(max_size=200), st.text(max_size=200))
def test_any_text_can_be_checked(sentence: str, quote: str) -> None:
    fault(sentence, [Quote(quote, quote[:20])])


def test_no_quotes_carry_nothing() -> None:
    assert fault("Kelda Dairy sold 20 tons of cheese.", [])
