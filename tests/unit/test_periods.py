"""The times that a text names."""

from datetime import date

import pytest

from aliqa.text.dates import find


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("in 2024", "2024-01-01", "2024-12-31"),
        ("by March 2024", "2024-03-01", "2024-03-31"),
        ("on 12 June 2019", "2019-06-12", "2019-06-12"),
        ("on June 12th, 2019", "2019-06-12", "2019-06-12"),
        ("2019-06-12", "2019-06-12", "2019-06-12"),
        ("the third quarter of 2024", "2024-07-01", "2024-09-30"),
        ("Q3 2024", "2024-07-01", "2024-09-30"),
        ("in the first half of 2023", "2023-01-01", "2023-06-30"),
        ("2024年第二季度", "2024-04-01", "2024-06-30"),
        ("last year", "2024-01-01", "2024-12-31"),
        ("the last quarter", "2025-01-01", "2025-03-31"),
        ("last month", "2025-04-01", "2025-04-30"),
        ("the final half of 2023", "2023-07-01", "2023-12-31"),
        ("H2 2023", "2023-07-01", "2023-12-31"),
        ("2020-2022", "2020-01-01", "2022-12-31"),
        ("in 2019/20", "2019-01-01", "2020-12-31"),
        ("in the 1990s", "1990-01-01", "1999-12-31"),
        ("between March and June 2021", "2021-03-01", "2021-06-30"),
        ("in May", "2025-05-01", "2025-05-31"),
        ("in December", "2024-12-01", "2024-12-31"),
    ],
)
def test_reads(text: str, first: str, last: str) -> None:
    [found] = find(text, date(2025, 5, 13))
    assert (found.first.isoformat(), found.last.isoformat()) == (first, last)
    assert found.span.cut(text) == found.words


@pytest.mark.parametrize(
    "text",
    [
        "31 June 2019",
        "last year",
        "last quarter",
        "2019-2003",
        "room 12-2019-13",
        "2140 million",
        "$2024",
        "it may rain",
    ],
)
def test_reads_no_time_without_a_known_one(text: str) -> None:
    assert [one.words for one in find(text)] in ([], ["June 2019"])
