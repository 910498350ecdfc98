"""Whether two sentences disagree: single rules, and how well they do on labelled pairs."""

import json
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aliqa.text.claims import Relation, differ, read

PAIRS = Path(__file__).parents[1] / "pairs.jsonl"
"""Invented statements. ``part`` is "tuning" or "held_out": the rules were never fitted to the latter; ``topic`` is
"name" where they differ in a name, "direction" where they do in a word or a "not"."""


def related(one: str, other: str) -> str:
    found = differ(read(one), read(other))
    return found[0].value if found else "no difference"


def verdict(row: dict[str, Any]) -> str:
    first, second = (
        read(
            side["text"],
            published=date.fromisoformat(side["published"]) if "published" in side else None,
            context=side.get("title", ""),
        )
        for side in (row["a"], row["b"])
    )
    found = differ(first, second)
    return found[0].value if found else "no difference"


@pytest.mark.parametrize(
    ("topic", "part", "precision", "recall"),
    [
        ("figure", "tuning", 0.97, 0.85),
        pytest.param("figure", "held_out", 0.95, 0.75, marks=pytest.mark.heldout),
        ("name", "tuning", 1.0, 0.95),
        pytest.param("name", "held_out", 0.95, 0.8, marks=pytest.mark.heldout),
        ("direction", "tuning", 1.0, 0.95),
        pytest.param("direction", "held_out", 0.95, 0.85, marks=pytest.mark.heldout),
    ],
)
def test_labelled_pairs(topic: str, part: str, precision: float, recall: float) -> None:
    rows = [json.loads(line) for line in PAIRS.read_text(encoding="utf-8").splitlines()]
    chosen = [row for row in rows if (row.get("topic", "figure"), row["part"]) == (topic, part)]
    counts = Counter((row["label"], verdict(row)) for row in chosen)
    right = counts["contradiction", "contradict"]
    alarms = sum(count for (_, found), count in counts.items() if found == "contradict")
    wanted = sum(count for (label, _), count in counts.items() if label == "contradiction")
    assert right / alarms >= precision
    assert right / wanted >= recall
    assert not counts["change", "contradict"], "another date is no contradiction"


@pytest.mark.parametrize(
    ("one", "other", "found"),
    [
        ("Vireo sold 40 boats in 2020.", "In 2020 Vireo sold 70 boats.", "contradict"),
        ("Vireo sold 40 boats in 2020.", "In 2021 Vireo sold 70 boats.", "change"),
        ("Vireo sold 40 boats in 2020.", "In 2020 Vireo sold 70 engines.", "no difference"),
        ("Vireo sold 40 boats in 2020.", "In 2020 Arion sold 70 boats.", "no difference"),
        ("Vireo sold 40 boats in 2020.", "In 2020 Vireo wanted to sell 70 boats.", "no difference"),
        ("Vireo sold 40 boats in 2020.", "In 2020 Vireo sold 70 fishing boats.", "no difference"),
        ("Vireo sold 40 boats in Peru.", "Vireo sold 70 boats in Chile.", "no difference"),
        ("Vireo sold 40 boats.", "Vireo sold 40 boats, or 70 boats with the used ones.", "no difference"),
        ("Vireo was founded in 1990.", "Vireo was founded in May 1990.", "no difference"),
        ("Vireo was founded in 1990.", "Founded in 1984, Vireo builds boats.", "contradict"),
    ],
)
def test_differ(one: str, other: str, found: str) -> None:
    assert related(one, other) == found
    assert related(other, one) == found


def test_claims_carry_value_period_and_subject() -> None:
    text = "Alder's share of the Peruvian market shrank, from 52.6% in 2021 down into the mid-40% range in 2024."
    before, after = read(text)
    assert (before.value.span.cut(text), before.as_of) == ("52.6%", "2021")
    assert (after.value.span.cut(text), after.as_of) == ("mid-40%", "2024")
    assert {"share", "market"} <= after.words


def test_it_stands_for_the_names_of_the_title() -> None:
    [one] = read("The company has 4,200 employees.", context="Northwind Lines hires again")
    [other] = read("Northwind Lines has 5,600 employees.")
    found = differ([one], [other])
    assert found
    assert found[0] is Relation.CONTRADICT


def test_as_of_is_the_sentence_s_time_or_the_article_s() -> None:
    [dated] = read("Vireo had 40 boats in 2020.", published=date(2024, 5, 1))
    [undated] = read("Vireo has 40 boats.", published=date(2024, 5, 1))
    assert (dated.as_of, undated.as_of) == ("2020", "2024-05-01")


WORDS = st.sampled_from(
    [
        "12",
        "3%",
        "$4",
        "5bn",
        "亿元",
        "收入",
        "Vireo",
        "Vireo's",
        "sold,",
        "which",
        "had",
        "(and)",
        "—",
        "from",
        "to",
        "in",
        "2020",
        "between",
        "half",
        "a",
        "quarter",
        "of",
        "the",
        "up.",
        "ships;",
        "“It",
        "A",
        "ten-eleven",
        "1/2",
        "’s\n",
    ]
)


@given(st.lists(WORDS, max_size=30).map(" ".join))
def test_any_sentence_is_read_and_agrees_with_itself(text: str) -> None:
    made = read(text, context=text)
    assert differ(made, made) is None
    for one in made:
        assert 0 <= one.span.start <= one.span.end <= len(text)
