"""What quotes carry and what they do not: the listed sentences, and each kind of fault."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests import replies
from tests.statements import CASES

from aliqa.answers.synthesis.evidence import quote_of, referents
from aliqa.answers.synthesis.support import Quote, fault
from aliqa.foundations.types import Citation, Span

CARRIED = [(case, sentence) for case in CASES for sentence in case.carried]
INVENTED = [(case, sentence) for case in CASES for sentence in case.invented]
REPLIES = (*replies.TUNED, *replies.UNSEEN)
FALSE_REPLIES = [(case, sentence) for case in REPLIES for sentence in case.invented]


@pytest.mark.parametrize(("case", "sentence"), INVENTED, ids=[sentence for _, sentence in INVENTED])
def test_what_is_invented_is_never_carried(case: tuple[str, str], sentence: str) -> None:
    title, quote = case[:2]
    assert fault(sentence, [Quote(quote, title)])


def test_at_most_one_in_ten_carried_sentences_is_refused() -> None:
    refused = [sentence for case, sentence in CARRIED if fault(sentence, [Quote(case.quote, case.title)])]
    assert len(refused) * 10 <= len(CARRIED), refused


def in_context(case: replies.Case) -> Quote:
    """The quote of a reply, with what stands before it and what the reader marked."""
    return Quote(case.quote, case.title, (case.before,) if case.before else (), marked=case.marked)


@pytest.mark.parametrize(("case", "sentence"), FALSE_REPLIES, ids=[sentence for _, sentence in FALSE_REPLIES])
def test_a_reply_is_not_carried_that_says_something_else(case: replies.Case, sentence: str) -> None:
    assert fault(sentence, [in_context(case)], case.question, case.said)


@pytest.mark.parametrize("cases", [replies.TUNED, replies.UNSEEN], ids=["tuned", "unseen"])
def test_at_most_one_in_ten_carried_replies_is_refused(cases: tuple[replies.Case, ...]) -> None:
    carried = [(case, sentence) for case in cases for sentence in case.carried]
    refused = [sentence for case, sentence in carried if fault(sentence, [in_context(case)], case.question, case.said)]
    assert len(refused) * 10 <= len(carried), refused


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.quote)
def test_a_quote_carries_itself(case: tuple[str, str]) -> None:
    title, quote = case[:2]
    assert fault(quote, [Quote(quote, title)]) is None
    assert fault(quote, [Quote(quote, title)], "What is known?") is None


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


@pytest.mark.parametrize(
    ("before", "quote", "of_whom"),
    [
        (("Kelda Dairy moved to Skarvik.",), "It sold 20 tons.", {"kelda dairi"}),
        (("Kelda Dairy moved to Skarvik.", "It hired 12 people."), "It sold 20 tons.", {"kelda dairi"}),
        (("In May, Kelda Dairy overtook Brevik Dairy.",), "The company sold 20 tons.", {"kelda dairi"}),
        (("Kelda Dairy moved to Skarvik.",), "Brevik Dairy sold 20 tons, and it hired 12 people.", set()),
        (("Kelda Dairy moved to Skarvik.",), "It is worth noting that Brevik Dairy sold 20 tons.", set()),
        ((), "It sold 20 tons.", {"tidi"}),
    ],
)
def test_of_whom_a_quote_speaks(before: tuple[str, ...], quote: str, of_whom: set[str]) -> None:
    found = referents(Quote(quote, "A note on Tidy", before), frozenset())
    assert {" ".join(sorted(name, reverse=True)) for name in found} == of_whom


def test_a_quote_comes_with_what_stands_before_it_under_its_heading() -> None:
    article = "# News\n\nBrevik Dairy shrank.\n\n## Kelda Dairy\n\nKelda Dairy moved. It sold 20 tons of cheese."
    start = article.index("It sold")
    place, marked = Span(start, len(article)), Span(article.index("20"), article.index(" of"))
    citation = Citation(
        1, "a.md", "News", None, None, None, None, place.cut(article), *place, 0, 0, 1.0, "", answer_span=marked
    )
    assert quote_of(citation, article) == Quote(
        "It sold 20 tons of cheese.", "News", ("Kelda Dairy moved.",), "Kelda Dairy", "20 tons"
    )
    assert quote_of(citation, "").before == ()


@given(st.text(max_size=200), st.text(max_size=200), st.text(max_size=60))
def test_any_text_can_be_checked(sentence: str, quote: str, question: str) -> None:
    fault(sentence, [Quote(quote, quote[:20], (question,), sentence, quote[:9])], question, sentence)


def test_no_quotes_carry_nothing() -> None:
    assert fault("Kelda Dairy sold 20 tons of cheese.", [])
