import pytest

from aliqa.answers.examples import propose
from aliqa.library import Library


@pytest.mark.parametrize(
    ("sentence", "question"),
    [
        ("Acme sold the Dover mill to pay its debts.", "Why did Acme sell the Dover mill?"),
        ("The mill burned down in June 2019.", None),
        ("Mills burned in June 2019 and nobody saw it.", "What happened in June 2019?"),
        ("云计算增长了。", None),
        ("", None),
    ],
)  # fmt: skip
def test_a_sentence_gives_a_question(sentence: str, question: str | None) -> None:
    assert next(propose(sentence), None) == question


def test_examples_are_questions_that_the_articles_answer(library: Library) -> None:
    for question in library.examples(4):
        assert library.ask(question).answered
