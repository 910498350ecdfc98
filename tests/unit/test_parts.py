"""Questions in two parts, and those that only look so. Both collections are invented."""

import pytest
from tests.newcomers import SEA
from tests.unit.test_kinds import opened, whole

from aliqa.answers.parts import parts
from aliqa.library import Library

TWO = {
    "When did Halvik open its ferry terminal and who designed it?": (
        "When did Halvik open its ferry terminal?",
        "Who designed it (about Halvik, open, ferry terminal)?",
    ),
    "Why did the old terminal close, and in which year?": (
        "Why did the old terminal close?",
        "In which year did the old terminal close?",
    ),
    "Who bought Morild and for how much?": ("Who bought Morild?", "For how much was it that somebody bought Morild?"),
    "Who said that it would be sold, and when?": (
        "Who said that it would be sold?",
        "When was it that somebody said that it would be sold?",
    ),
    "How many people work for the brewery in Halvik and how many in Bergsund?": (
        "How many people work for the brewery in Halvik?",
        "How many people work for the brewery in Bergsund?",
    ),
    "How much lithium will Salar Norte produce and from which year on?": (
        "How much lithium will Salar Norte produce?",
        "From which year on will Salar Norte produce lithium?",
    ),
    "How far must boats stay away from whales, and since when?": (
        "How far must boats stay away from whales?",
        "Since when must boats stay away from whales?",
    ),
    "When and where did she die?": ("When did she die?", "Where did she die?"),
    "How many whales were there in 2012 and in 2023?": (
        "How many whales were there in 2012?",
        "How many whales were there in 2023?",
    ),
}

ONE = (
    "Who counted the rise and fall of whale numbers?",
    "Who works at the Research and Development Centre?",
    "What drives the whales away when they come and feed?",
    "What made the old man forget his troubles and how tired he was?",
    "Which agency decided how and where boats may watch whales?",
    "Who asked why and when the pier had begun to sink?",
    "The Rhine forms the border between Austria and what other country?",
    "What happened between 1638 and what year?",
    "Which two women and what man led the council?",
    "What is the time lag between when it begins and when it ends?",
    "Who interrupted Monica and Chandler when they were ready to go?",
    "What did the inspector find out about how and why the rock fell?",
)


@pytest.mark.parametrize(("question", "expected"), TWO.items())
def test_a_question_of_several_parts_is_split_into_whole_questions(question: str, expected: tuple[str, ...]) -> None:
    assert tuple(part.question for part in parts(question)) == expected


@pytest.mark.parametrize("question", ONE)
def test_what_is_joined_inside_a_question_does_not_split_it(question: str) -> None:
    assert parts(question) == ()


@pytest.fixture(scope="module")
def sea(tmp_path_factory: pytest.TempPathFactory) -> Library:
    return opened(SEA, tmp_path_factory.mktemp("sea"))


def test_each_part_is_answered_by_itself_and_one_that_is_not_is_named(sea: Library) -> None:
    both = whole(sea, sea.ask("Who designed the reef and who opposed the ban at first?"))
    assert "Paulo Nunes" in both.answer
    assert "Blue Net opposed the ban" in both.answer
    assert both.notice is None
    half = whole(sea, sea.ask("Who designed the reef and which orchestra plays jazz?"))
    assert "Paulo Nunes" in half.answer
    assert half.notice == "No sentence answers “which orchestra plays jazz” with enough certainty."
    assert not sea.ask("Who sings opera and which orchestra plays jazz?").answered
