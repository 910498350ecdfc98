import pytest

from aliqa.answers.examples import propose
from aliqa.library import Library


@pytest.mark.parametrize(
    ("sentence", "question"),
    [
        ("Acme sold the Dover mill to pay its debts.", "Why did Acme sell the Dover mill?"),
        ("The mill burned down in June 2019.", None),
        ("Mills burned in June 2019 and nobody saw it.", "What happened in June 2019?"),
        ("Saltmarsh, founded in 1954, has 38 boats.", "When was Saltmarsh founded?"),
        ("The Kelda mill was built in May 1954.", None),
        ("The Tarn Mill was opened on 3 May 1954.", "When was the Tarn Mill opened?"),
        ("Moss was born in Varr and sang.", "Where was Moss born?"),
        ("A single ticket now costs 7.20 euros.", "How much does a single ticket cost?"),
        ("The contract is worth about 84 million euros.", "How much is the contract worth?"),
        ("云计算增长了。", None),
        ("", None),
    ],
)  # fmt: skip
def test_a_sentence_gives_a_question(sentence: str, question: str | None) -> None:
    assert next(propose(sentence), None) == question


def test_examples_are_questions_that_the_articles_answer(library: Library) -> None:
    for question in library.examples(4):
        assert library.ask(question).answered
