"""Dates are read as exactly as they are stated, and nothing else is read as a date."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aliqa.text.dates import Asked, asked, event, find, is_stated, on, stated, when, without_time

WRITTEN = date(2025, 6, 1)


@pytest.mark.parametrize(
    ("text", "dates"),
    [
        ("It opened in 2016.", ["2016"]),
        ("By November 28, 2023, it was sold.", ["2023-11-28"]),
        ("On 3rd March 2024 it rained.", ["2024-03-03"]),
        ("In September of 2024 and in Sept. 2025", ["2024-09", "2025-09"]),
        ("2024-02-29", ["2024-02-29"]),
        ("the third quarter of 2024, Q1 2025", ["2024 Q3", "2025 Q1"]),
        ("between 2022 and the first half of 2024", ["2022", "2024 H1"]),
        ("青岚云于2024年3月上市，2025年扩张", ["2024-03", "2025"]),
        ("On May 9 it opened, and on December 24 it closed.", ["2025-05-09", "2024-12-24"]),
        ("In March of this year, and in July last year", ["2025-03", "2024-07"]),
        ("It lost money last year.", ["2024"]),
        ("Rents rose in May, and fell since.", ["2025-05"]),
        ("In March 2023 it went public. Half a year later, it was sold.", ["2023-03", "2023-09"]),
        ("On 1 May 2024 it opened; three days later it closed.", ["2024-05-01", "2024-05-04"]),
    ],
)
def test_dates_are_read_as_exactly_as_they_are_stated(text: str, dates: list[str]) -> None:
    assert [when(one) for one in stated(text, WRITTEN)] == dates


@pytest.mark.parametrize(
    "text",
    [
        "It may rise by a second, as in a march.",
        "It has 2024 shops, 2,024 employees, $2024 and 2024.5 points.",
        "It sank on 31 June, two years after announcing the sale.",
        "A quarter of the 12 shops closed half a year ago.",
        "Room 20245 costs 1999 euros.",
    ],
)
def test_what_is_no_date_is_not_read_as_one(text: str) -> None:
    assert stated(text, WRITTEN, find("November 2023")[0]) == []


@pytest.mark.parametrize(
    ("text", "dates"),
    [
        ("Nora Vell will step down as chief of Aster Tin at the end of March, the firm announced.", "2025-03"),
        ("Pia Lund, who has been its treasurer, will succeed her on 1 April.", "2025-04-01"),
        ("In May the town will open a second pool.", "2025-05"),
        ("The ferry is due in May.", "2025-05"),
        ("The verdict was due in May.", "2025-05"),
        ("The verdict was due in December.", "2024-12"),
        ("The council plans to close the road in November.", "2025-11"),
        ("The bridge is closed until June.", "2025-06"),
        ("She said that she would leave in March.", "2025-03"),
        ("She said she would leave in November.", "2024-11"),
        ("The vote is expected to be held on Thursday, 3 April.", "2025-04-03"),
        ("The coming March it opens, and in May next year it closes.", "2025-03 2026-05"),
        ("It will be finished in the third quarter.", "2025 Q3"),
        ("Pay will rise by 2.5 per cent in April and by 1 per cent in late October.", "2025-04 2025-10"),
        ("The pool, which closed in November, will reopen.", "2024-11"),
        ("The pool that closed in May will reopen.", "2024-05"),
        ("In May the town closed the pool, and it will not reopen it.", "2024-05"),
        ("In May it told the staff it will reopen the pool.", "2024-05"),
        ("Prices fell in June and in July but will recover.", "2024-06 2024-07"),
        ("It will pay for the storm of October.", "2024-10"),
        ("It will reopen the pool closed in May.", "2024-05"),
        ("It may have closed in May.", "2024-05"),
        ("The heat will be the worst since July.", "2024-07"),
        ("It will cost more than in June.", "2024-06"),
        ("The pool will reopen because it was mended in August.", "2024-08"),
        ("The mill is believed to have burnt in May.", "2024-05"),
        ("Sales rose in the fourth quarter.", "2024 Q4"),
        ("It was closed until June.", "2024-06"),
        ("This may help, and the next may not.", ""),
    ],
)
def test_a_time_without_a_year_lies_ahead_where_its_verb_does(text: str, dates: str) -> None:
    assert " ".join(when(one) for one in stated(text, date(2025, 1, 16))) == dates


def test_a_date_that_counts_from_an_unknown_one_is_none() -> None:
    assert stated("On May 9 it opened, and last year it closed.") == []
    assert stated("Two months later it closed.") == []
    assert [when(one) for one in stated("Two months later it closed.", before=find("November 2023")[0])] == ["2024-01"]
    assert stated("Two months later it closed.", before=find("2023")[0]) == []


def test_what_is_inferred_says_so() -> None:
    text = "In 2016 and on May 9"
    found = stated(text, WRITTEN)
    assert [one.span.cut(text) for one in found] == ["2016", "May 9"]
    assert [is_stated(text, one) for one in found] == [True, False]


@pytest.mark.parametrize(
    ("question", "time"),
    [
        ("How many shops did it close in 2024?", Asked(date(2024, 1, 1), date(2024, 12, 31))),
        ("How did the share change between 2021 and 2024?", Asked(date(2021, 1, 1), date(2024, 12, 31))),
        ("Who joined since March 2023?", Asked(start=date(2023, 3, 1))),
        ("What was sold before 2020?", Asked(end=date(2020, 1, 1))),
        ("What was sold until 2022?", Asked(end=date(2022, 12, 31))),
        ("Who joined after 2024?", Asked(start=date(2025, 1, 1))),
        ("Who joined after 5 May 2024?", Asked(start=date(2024, 5, 6))),
        ("What did it earn last year?", Asked(date(2024, 1, 1), date(2024, 12, 31))),
        ("What is the latest share?", Asked(latest=True)),
        ("Who runs it now?", Asked(latest=True)),
        ("What was this year's profit?", Asked(latest=True)),
        ("How much did it lose last quarter?", Asked(date(2025, 1, 1), date(2025, 3, 31), latest=True)),
        ("How did it do in 2020-2022?", Asked(date(2020, 1, 1), date(2022, 12, 31))),
        ("How did it do from 2020 until 2022?", Asked(date(2020, 1, 1), date(2022, 12, 31))),
        ("What did it earn in the last quarter of 2023?", Asked(date(2023, 10, 1), date(2023, 12, 31))),
        ("What did it earn in the first half of 2024?", Asked(date(2024, 1, 1), date(2024, 6, 30))),
        ("Which shops closed between March and May 2024?", Asked(date(2024, 3, 1), date(2024, 5, 31))),
        ("Which shops closed over the past three years?", Asked(start=date(2022, 6, 1))),
        ("Was it profitable before the listing?", None),
        ("How many shops may it close?", None),
    ],
)
def test_the_time_that_a_question_asks_about(question: str, time: Asked | None) -> None:
    assert asked(question, WRITTEN) == time


def test_a_question_may_count_from_an_event_once_its_date_is_known() -> None:
    [listed] = find("in May 2021")
    assert event("What has Northwind bought since the IPO?") == "the IPO"
    assert event("What did Northwind buy before its move to Skarvik?") == "its move to Skarvik"
    assert event("What did it buy before 2020?") is None
    assert event("What has it bought since?") is None
    assert asked("What has Northwind bought since the IPO?", WRITTEN, listed) == Asked(start=date(2021, 5, 1))
    assert asked("What did it buy before the IPO?", WRITTEN, listed) == Asked(end=date(2021, 5, 31))


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Tierney since 2025", ("Tierney", "since 2025")),
        ("the pier in the summer of 2024", ("the pier", "in the summer of 2024")),
        ("the pier between May and July 2024", ("the pier", "between May and July 2024")),
        ("the pier from 2020 to 2022", ("the pier", "from 2020 to 2022")),
        ("the pier last year", ("the pier", "last year")),
        ("the flood of 2019", ("the flood of 2019", "")),
        ("the tug Model 2022", ("the tug Model 2022", "")),
        ("cuts in the budget for 2025", ("cuts in the budget for 2025", "")),
        ("since 2024", ("since 2024", "")),
        ("the pier", ("the pier", "")),
    ],
)
def test_the_time_that_ends_a_text_is_told_apart(text: str, parts: tuple[str, str]) -> None:
    assert without_time(text, WRITTEN) == parts


@given(st.text(max_size=80))
def test_any_text_is_taken(text: str) -> None:
    for one in stated(text, WRITTEN, on(WRITTEN)):
        assert one.span.cut(text)
        assert one.first <= one.last
