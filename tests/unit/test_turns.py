"""Claims in words alone: what goes up or down, what is done or not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aliqa.text.claims import differ, read
from aliqa.text.claims.turns import Turn


def told(text: str) -> list[tuple[str, str, str]]:
    """Axis, states, words."""
    turns = [one.value for one in read(text) if isinstance(one.value, Turn)]
    return [(one.unit, "".join(sorted(one.states)), one.span.cut(text)) for one in turns]


@pytest.mark.parametrize(
    ("text", "turn"),
    [
        ("Kelda's exports are growing.", ("move", "+", "growing")),
        ("Kelda's exports are not growing.", ("move", "-0", "are not growing")),
        ("Parliament rejected the reform.", ("decision", "-", "rejected")),
        ("Parliament has never signed the treaty.", ("sign", "-0", "has never signed")),
        ("Did Orvane sign the treaty?", None),
        ("Exports rose, then fell.", None),
        ("Exports did not grow enough.", None),
        ("Fears that exports would fall were wrong.", None),
        ("The rise was steep.", None),
        ("Rose Marten sang.", None),
    ],
)
def test_reads(text: str, turn: tuple[str, str, str] | None) -> None:
    assert told(text) == ([turn] if turn else [])


@pytest.mark.parametrize(
    ("one", "other", "found"),
    [
        ("Kelda's exports are growing.", "Kelda's exports are shrinking.", "contradict"),
        ("Kelda's exports are growing.", "Kelda's exports are not growing.", "contradict"),
        ("Kelda's exports are shrinking.", "Kelda's exports are not growing.", "no difference"),
        ("Kelda's exports are growing.", "Kelda's imports are shrinking.", "no difference"),
        ("Kelda's exports to Moss are growing.", "Kelda's exports to Lund are shrinking.", "no difference"),
        ("Kelda's exports rose.", "Kelda's exports fell.", "no difference"),
        ("Kelda's exports rose in 2020.", "Kelda's exports fell in 2020.", "contradict"),
        ("Kelda's exports rose in 2020.", "Kelda's exports fell in 2021.", "change"),
        ("Kelda's exports will grow.", "Kelda's exports are shrinking.", "no difference"),
        (
            "Kelda's exports are growing, but its imports are shrinking.",
            "Kelda's exports are shrinking.",
            "no difference",
        ),
    ],
)
def test_turns_that_are_all_that_tells_two_sentences_apart(one: str, other: str, found: str) -> None:
    for first, second in ((one, other), (other, one)):
        relation = differ(read(first), read(second))
        assert (relation[0].value if relation else "no difference") == found


WORDS = st.sampled_from(
    [
        "Kelda",
        "Kelda's",
        "exports",
        "rose",
        "fell",
        "not",
        "did",
        "never",
        "signed",
        "the",
        "a",
        "to",
        "Moss",
        "in",
        "2020",
        ",",
        ".",
        "growing,",
        "are",
        "?",
        "than",
        "云",
        "“",
        "rejected",
    ]
)


@given(st.lists(WORDS, max_size=25).map(" ".join))
def test_any_sentence_is_read_and_turns_stand_where_they_are_said_to(text: str) -> None:
    made = read(text)
    assert differ(made, made) is None
    for one in made:
        assert 0 <= one.value.span.start < one.value.span.end <= len(text)
