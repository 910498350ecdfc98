"""Names as values: who holds which role, by which phrases, and which names may be of the same one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aliqa.foundations.types import Span
from aliqa.text.claims import differ, read
from aliqa.text.claims.holders import Holder


def told(text: str) -> list[tuple[str, str, str]]:
    """Role, of whom, by whom."""
    return [(one.value.unit, one.value.of, one.value.name) for one in read(text) if isinstance(one.value, Holder)]


@pytest.mark.parametrize(
    ("text", "role", "of", "name"),
    [
        ("Northwind’s chief executive, Ines Okafor, sailed.", "chief executive", "Northwind", "Ines Okafor"),
        ("“It rains,” said Ines Okafor, Northwind’s CEO.", "chief executive", "Northwind", "Ines Okafor"),
        ("Ines Okafor, the Northwind chairwoman, sailed.", "chairman", "Northwind", "Ines Okafor"),
        ("The director of the Lindholm museum is Otto Krall.", "director", "Lindholm museum", "Otto Krall"),
        ("The yard was set up in 1998 in Moss.", "", "", ""),
        ("Kelda Steel was set up in 1998 by Mara Lund.", "founder", "Kelda Steel", "Mara Lund"),
        ("Owned by the engineer Mara Lund, Kelda Steel grew.", "owner", "Kelda Steel", "Mara Lund"),
        ("In 2019 Vantor took over the shipyard Moss.", "buyer", "Moss", "Vantor"),
        ("Lund-based Kelda Steel grew.", "headquarters", "Kelda Steel", "Lund"),
        ("The headquarters of Kelda Steel are in Lund, Sweden.", "headquarters", "Kelda Steel", "Lund, Sweden"),
        ("Mara Lund was born on 4 May 1961 in Palmira.", "birthplace", "Mara Lund", "Palmira"),
        ("Its chief executive Ines Okafor says that Northwind grows.", "chief executive", "Northwind", "Ines Okafor"),
        ("Its chief executive Ines Okafor says that Northwind grows like Kelda.", "", "", ""),
        ("Northwind's ex-chief executive Tomas Berg sailed.", "", "", ""),
        ("Former Northwind chief executive Tomas Berg sailed.", "", "", ""),
        ("Tomas Berg, a director of Northwind, sailed.", "", "", ""),
        ("Tomas Berg was chief executive of Northwind.", "", "", ""),
        ("Tomas Berg became chief executive of Northwind.", "", "", ""),
        ("Tomas Berg, chief executive of Northwind's cargo arm, sailed.", "", "", ""),
        ("Vantor bought Kelda Steel shares.", "", "", ""),
        ("Mara Lund and Dario Fenn founded Kelda Steel.", "", "", ""),
        ("The American conductor Mara Lund bowed.", "", "", ""),
    ],
)
def test_reads(text: str, role: str, of: str, name: str) -> None:
    assert told(text) == ([(role, of, name)] if role else [])


@pytest.mark.parametrize(
    ("role", "one", "other", "contradicts"),
    [
        ("mayor", "Ines Okafor", "Tomas Berg", True),
        ("mayor", "Ines Okafor", "I. Okafor", False),
        ("mayor", "Okafor", "Dr. Inés Okafor", False),
        ("mayor", "Wen Haoran", "Haoran Wen", False),
        ("mayor", "Yusuf Qasim", "Youssef Kasim", False),
        ("mayor", "Joseph Tsai", "Cai Chongxin", False),
        ("mayor", "Søren Łuk", "Soren Luk", False),
        ("owner", "Quarry Bank", "Carrow Bank", True),
        ("owner", "Northern Maritime Trust", "NMT", False),
        ("headquarters", "Bergen", "Lund", True),
        ("headquarters", "Bergen", "Norway", False),
        ("headquarters", "Bergen, Norway", "Bergen", False),
        ("headquarters", "Bergen, Norway", "Oslo, Norway", True),
        ("headquarters", "Norway", "Sweden", True),
        ("headquarters", "Zhejiang", "Hangzhou", False),
    ],
)
def test_variants_of_one_name_do_not_contradict(role: str, one: str, other: str, contradicts: bool) -> None:
    first, second = (Holder(Span(0, 0), name, role, "Skarvik") for name in (one, other))
    assert first.contradicts(second) is contradicts
    assert second.contradicts(first) is contradicts


WORDS = st.sampled_from(
    [
        "Northwind",
        "Northwind's",
        "Ines",
        "Okafor,",
        "Tomas",
        "Berg",
        "the",
        "The",
        "its",
        "Its",
        "chief",
        "executive",
        "CEO",
        "of",
        "is",
        "was",
        "became",
        "founder",
        "founded",
        "by",
        "bought",
        "owns",
        "based",
        "in",
        "Bergen,",
        "Bergen-based",
        "and",
        "who",
        "mayor",
        "new",
        "former",
        "2019",
        ",",
        ".",
        "“",
        "born",
        "Sir",
        "&",
        "云",
        "O.",
        "on",
    ]
)


@given(st.lists(WORDS, max_size=25).map(" ".join))
def test_any_sentence_is_read_and_names_stand_where_they_are_said_to(text: str) -> None:
    made = read(text)
    assert differ(made, made) is None
    for one in made:
        if isinstance(one.value, Holder):
            assert one.value.span.cut(text) == one.value.name
