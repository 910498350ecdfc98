"""The sentences of a reply and what they cite, however the reply is cut into pieces."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aliqa.answers.synthesis.drafting import Draft, Drafter

REPLIES: list[tuple[str, list[tuple[str, tuple[int, ...]]]]] = [
    ("Bread is baked [1]. It is sold [2][3].", [("Bread is baked.", (1,)), ("It is sold.", (2, 3))]),
    ("Bread is baked. [1] It is sold. [2, 3]", [("Bread is baked.", (1,)), ("It is sold.", (2, 3))]),
    (
        "Bread [1] is baked by Dr. Wu. It sells for $2.50 [2].",
        [("Bread is baked by Dr. Wu.", (1,)), ("It sells for $2.50.", (2,))],
    ),
    ("- Bread is baked [1].\n- It is sold [2].", [("Bread is baked.", (1,)), ("It is sold.", (2,))]),
    ("**Bread** is _baked_ [Quote 1]. It\u202e is\x00 sold [^2].", [("Bread is baked.", (1,)), ("It is sold.", (2,))]),
    ("面包烤好了[1]。面包卖掉了。【2】", [("面包烤好了。", (1,)), ("面包卖掉了。", (2,))]),
    ("Bread is baked", [("Bread is baked", ())]),
    ("Bread is baked [1]. It is so…", [("Bread is baked.", (1,))]),
    ("", []),
    (" \n ", []),
]  # fmt: skip


def drafts(pieces: list[str]) -> list[Draft]:
    drafter = Drafter()
    found = [draft for piece in pieces for draft in drafter.feed(piece)]
    return found + drafter.finish()


@pytest.mark.parametrize(("reply", "found"), REPLIES, ids=[repr(reply) for reply, _ in REPLIES])
@pytest.mark.parametrize("size", [1, 3, 7, 1000])
def test_sentences_and_their_marks(reply: str, found: list[tuple[str, tuple[int, ...]]], size: int) -> None:
    pieces = [reply[start : start + size] for start in range(0, len(reply), size)]
    assert [(draft.text, draft.cited) for draft in drafts(pieces)] == found


def test_a_sentence_is_given_out_when_the_next_one_begins() -> None:
    drafter = Drafter()
    assert drafter.feed("Bread is baked. ") == []
    assert drafter.feed("[1") == []
    assert drafter.feed("] ") == []
    assert [draft.cited for draft in drafter.feed("It is")] == [(1,)]


@pytest.mark.parametrize(
    "reply",
    [
        'Bread is <img src="https://spy.example/a.png"> baked.',
        "Bread is ![baked](https://spy.example/a.png) well.",
        "Bread is [baked](https://spy.example) well.",
        "Bread is baked, see www.spy.example for more.",
        "Bread is baked, see spy.com for more.",
        "Bread is `baked` well.",
        "Bread is <b>baked</b> well.",
        "Bread is {{baked}} well.",
        "<script>alert(1)</script> Bread is baked.",
    ],
)
def test_markup_and_links_are_no_plain_text(reply: str) -> None:
    assert any(not draft.plain for draft in drafts([reply]))


@given(st.text(max_size=200), st.integers(1, 9))
def test_any_reply_can_be_cut(reply: str, size: int) -> None:
    pieces = [reply[start : start + size] for start in range(0, len(reply), size)]
    for draft in drafts(pieces):
        assert draft.text == draft.text.strip()
        assert not set(draft.text) & set("\x00\x1b\u202e\n")
