"""What one sentence says to a question that wants yes or no."""

import pytest

from aliqa.answers.kinds.affirming import says


@pytest.mark.parametrize(
    ("question", "sentence", "expected"),
    [
        ("Did Red Net buy the mill?", "Blue Net has sold the mill to Red Net.", True),
        ("Did Blue Net sell the mill?", "Red Net bought the mill from Blue Net.", True),
        ("Did Red Net sell the mill?", "Red Net bought the mill from Blue Net.", False),
        ("Did Red Net sell the mill?", "The mill was sold to Red Net.", False),
        ("Did Red Net buy Blue Net?", "Blue Net sold its mill to Red Net.", None),
        ("Did the mayor open the mill?", "The mill was opened by the mayor in May.", True),
        ("Was the mill opened by the mayor?", "The mayor opened the mill.", True),
        ("Did the mill open the gate?", "The gate of the mill was opened by the mayor.", None),
        ("Is Ada Moss mayor?", "Ada Moss, the mayor of Varr, went home.", True),
        ("Is Ada Moss mayor?", "Mayor Ada Moss went home.", True),
        ("Is Ada Moss mayor?", "The former mayor Ada Moss went home.", False),
        ("Is Ada Moss mayor?", "Deputy mayor Ada Moss went home.", None),
        ("Is Ada Moss mayor?", "Ada Moss, then mayor of Varr, went home.", None),
        ("Is Ada Moss mayor?", "Ada Moss was mayor until May.", None),
        ("Is Ada Moss mayor?", "Ada Moss will become mayor in May.", None),
        ("Is Ada Moss a painter?", "Ada Moss is a Norwegian singer and painter.", True),
        ("Is Ada Moss a painter?", "Ada Moss is a former painter.", None),
        ("Did the mill make a profit in 2022?", "The mill made a profit in 2023, after a loss in 2022.", None),
        ("Did the mill make a profit in 2023?", "The mill made a profit in 2023, after a loss in 2022.", True),
        ("Did sales rise?", "Sales fell in 2021 and rose in 2022.", None),
        ("Was the hall opened?", "The hall is not affected and will open in May.", None),
        ("Will the hall open?", "The hall was not affected and will open in May.", None),
        ("Does the mill plan more shops?", "The mill plans three more shops.", True),
        ("Were fish found dead in the lake?", "No fish were found dead in the lake.", False),
        ("Was anyone hurt in the fire?", "Nobody was hurt in the fire.", False),
        ("Has the mill a shop in Varr?", "The mill will open a shop in Varr.", None),
        ("Does the mill have a shop?", "The mill has no shop.", False),
        ("Did the council approve the plan?", "The council did not approve the plan until May.", None),
        ("Did the council approve the plan?", "The council has yet to approve the plan.", False),
        ("Does the mill open?", "The mill wrote that it would open.", None),
        ("Does Moss write songs?", "Moss wrote songs.", None),
        ("Did the mill close?", "Critics say the mill closed.", None),
        ("Did the mill close?", "The owner of the mill closed the gate.", None),
        ("Did the mill close?", "The mill almost closed.", None),
        ("Did the mills close?", "Half of the mills closed.", None),
        ("Did the mill close?", "The wheel of the mill closed.", None),
        ("Is the mill closed?", "The mill is closed on Mondays.", None),
        ("Does the mill cut jobs?", "The mill cut jobs in May.", None),
        ("Did the council approve the plan?", "The council approved the plan in principle.", None),
        ("Did Blue Net borrow a ship?", "Blue Net lent a ship to Red Net.", None),
        ("Is the mill safe?", "The mill is unsafe.", False),
        ("Didn't the mill close?", "The mill closed.", None),
        ("Did the mill close?", "Did the mill close?", None),
    ],
)
def test_only_the_clause_that_is_asked_decides(question: str, sentence: str, *, expected: bool | None) -> None:
    assert says(question, sentence) is expected


@pytest.mark.parametrize("times", [12, 150, 5_000])
def test_what_is_repeated_without_end_is_left_open(times: int) -> None:
    assert says(f"Did {'mill ' * times}close?", "mill " * times) is None
    assert says(f"Did {'mill ' * 12}close?", "mill " * times) is None
    assert says(f"Did {'mill ' * 12}close?", f"{'in mill, ' * times} closed by of to") is None


def test_a_name_may_be_shorter_in_the_question_if_the_article_has_it_so() -> None:
    question, sentence = "Did Blue Net close the mill?", "Blue Net Holding closed the mill."
    assert says(question, sentence) is None
    assert says(question, sentence, context="The money went to Blue Net in May.") is True
    assert says(question, sentence, context="The money went to Blue Net Port in May.") is None


def test_what_is_denied_need_not_be_said_to_be_there() -> None:
    question, sentence = "Did the council close the mill in Varr?", "The council did not close the mill."
    assert says(question, sentence) is None
    assert says(question, sentence, context="A mill in Varr") is False
    assert says(question, "The council closed the mill.", context="A mill in Varr") is None
