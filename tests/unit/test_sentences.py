"""Sentences: first what must hold for every text, then the texts that mislead a splitter."""

import textwrap
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aliqa.foundations.types import Sentence, SentenceKind, Span
from aliqa.text.sentences import split_sentences

FRAGMENTS = [
    *(". ", "! ", "? ", "… ", ".", "...", " . ", "。", "！”", "؟ ", '." ', ".” ", ".) ", " ''", ' " '),
    *("\n", "\r\n", "\n\n", "\u2028", "\u2029", "\x85", "\t", "  ", "\u3000", "\ufeff", "\u200b"),
    *("# ", "- ", "* ", "1. ", "> ", "***", "---", "===", "```", "« `html", "▲ ", "| ", "a) "),
    *("Mr", "U.S", "Inc", "e.g", "No", "5", "p.m", "J", "Der Fluss", "the river", "iPhone", "Ele.me"),
    *("价格上涨", "السعر", "😀", "Ünal", "View details >", "By Ada Ro", "May 3, 2025"),
]
texts = st.lists(st.sampled_from(FRAGMENTS) | st.text(max_size=8), max_size=40).map("".join)
words = st.sampled_from(["river", "Lena", "42", "3.5%", "grew", "and", "(twice)", "“quietly”", "JD.com", "—", "U.S."])


def kinds(text: str) -> list[tuple[str, str]]:
    return [(sentence.kind.value[0], sentence.span.cut(text)) for sentence in split_sentences(text)]


def cut(text: str) -> list[str]:
    return [piece for _, piece in kinds(text)]


# --- for every text --------------------------------------------------------------------------


@given(texts)
def test_every_character_that_is_not_blank_lies_in_exactly_one_sentence(text: str) -> None:
    covered = [at for sentence in split_sentences(text) for at in range(*sentence.span) if not text[at].isspace()]
    assert covered == [at for at, char in enumerate(text) if not char.isspace()]


@given(texts)
def test_sentences_are_in_order_and_begin_and_end_with_no_blank(text: str) -> None:
    sentences = split_sentences(text)
    for sentence in sentences:
        quote = sentence.span.cut(text)
        assert quote
        assert quote == quote.strip()
    assert all(one.span.end <= other.span.start for one, other in pairwise(sentences))


@given(texts, st.integers(min_value=0, max_value=60))
def test_a_start_moves_the_offsets_and_nothing_else(text: str, start: int) -> None:
    start = min(start, len(text))
    moved = [
        Sentence(Span(sentence.span.start + start, sentence.span.end + start), sentence.kind)
        for sentence in split_sentences(text[start:])
    ]
    assert split_sentences(text, start) == moved


@given(st.lists(st.lists(words, max_size=8), min_size=1, max_size=8), st.sampled_from([". ", "! ", "? ", " . ", '." ']))
def test_plain_sentences_come_back_as_they_were_written(sentences: list[list[str]], stop: str) -> None:
    written = [" ".join(["They", *sentence, "ended"]) + stop.rstrip() for sentence in sentences]
    assert cut(" ".join(written)) == written


@given(
    st.lists(st.sampled_from(["公司成立于二〇〇三年", "收入增长5.5%", "他说“很好”", "谁知道"]), min_size=1, max_size=9)
)
def test_chinese_sentences_need_no_blank_between_them(sentences: list[str]) -> None:
    written = [sentence + "。" for sentence in sentences]
    assert cut("".join(written)) == written


@given(st.integers(min_value=60, max_value=100), st.integers(min_value=1, max_value=6))
def test_wrapping_a_paragraph_does_not_change_its_sentences(width: int, count: int) -> None:
    text = " ".join(
        f"Station {n} of the northern line was opened by Mayor Ada Lind in the spring." for n in range(count)
    )
    assert [" ".join(piece.split()) for piece in cut(textwrap.fill(text, width))] == cut(text)


# --- where a full stop ends no sentence ------------------------------------------------------


@pytest.mark.parametrize(
    "sentence",
    [
        "New U.S. import duties hit the firm.",
        "It paid $4.67 billion, or 3.5 percent, for the mill.",
        "Riders from Ele.me and JD.com wait outside.",
        "Unit No. 5 and Fig. S2 of Vol. II are missing.",
        "Mr. Wu met Dr. Okafor and Prof. Ito.",
        "Small firms, e.g. Foo Inc. Berlin, and others, i.e. Bar Ltd., grew.",
        "A novel by J. K. Rowling sold well.",
        "R. A. Fisher and T. S. Eliot never met.",
        "They met at 9 a.m. on Jan. 5 in Washington, D.C. with few guests.",
        "It fell... slowly, and then … not at all.",
        "Roe v. Wade was cited again.",
        "The bacterium E. coli grew in every dish.",
        '"Stop!" he cried.',
        '"Will it hold?" Anna Berg asked.',
        "Teas, coffees, etc. were sold (see pp. 5-9).",
        "قال د. أحمد ذلك.",
        "你好3.5亿元JD.com上涨。",
    ],
)
def test_a_sentence_stays_whole(sentence: str) -> None:
    assert kinds(sentence) == [("p", sentence)]


@pytest.mark.parametrize(
    "sentences",
    [
        ["They sold it to Foo Inc.", "The price is not known."],
        ["She lives in the U.S.", "In May she moved."],
        ["It began at 5 p.m.", "They all came."],
        ["“The frost came early.", "The roads froze.”", "So she stayed."],
        ['Their motto: "Riders First, Always."', "This was new."],
        ["It broke (as feared.)", "Nobody was hurt."],
        ["The tower is tall.[12]", "It leans."],
        ["He said no.", "I went home."],
        ["It has parts.", "1. Wheels turn.", "2. Stones grind."],
        ["It opened in 1999.", "2014 brought a flood."],
        ["The dose was 1.2 microm2/ms.", "In the end it fell."],
        ["Sales rose.", "iPhone sales did not."],
        ["end of the season .", "Any other pattern ( see above ) is rare ."],
        ["`` We came . ''", "The others stayed ."],
        ['Their song is " Never Late . "', "The band ended ."],
        ["„Wir gewinnen.“", "Danach ging er."],
        ["« Nous gagnons. »", "Puis il partit."],
        ["Party time!", "🎉 Go on."],
        ['"We lost the boat. We kept the nets," said Ada Lind.', "She left."],
        ["“It leaked. Now it is dry,” Ada Lind said.", "“It is dry.", "It will last.”"],
        ["هل هذا صحيح؟", "نعم، هذا صحيح.", "انتهى الأمر."],
        ["revenue rose by 5% in may.", "a deferred asset was booked."],
    ],
)
def test_sentences_are_cut_behind_their_stops(sentences: list[str]) -> None:
    assert cut(" ".join(sentences)) == sentences


def test_chinese_stops_take_their_closing_quote_along() -> None:
    text = '他说：“我们会赢。”大家都笑了！真的吗？是的；没错（大概。）他说。"好。"完了。'
    assert cut(text) == [
        "他说：“我们会赢。”",
        "大家都笑了！",
        "真的吗？",
        "是的；",
        "没错（大概。）",
        "他说。",
        '"好。"',
        "完了。",
    ]


# --- lines -----------------------------------------------------------------------------------


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r", "\u2028", "\u2029", "\x85"])
def test_a_newline_ends_a_sentence_that_has_no_stop(newline: str) -> None:
    assert cut(f"The mill was sold in June{newline}Nobody knows the price.") == [
        "The mill was sold in June",
        "Nobody knows the price.",
    ]


def test_a_narrow_window_leaves_sentences_whole() -> None:
    text = (
        "The mill at the river was sold in June, and nobody in the village knows\n"
        "Mr. Lind's price. Some say that it was low; others, who have seen the old\n"
        "Foo Inc. building beside it, say the opposite.\n\n"
        "- The roof of the eastern hall was mended by the neighbours last\n  summer.\n"
        "- The wheel turns\n"
    )
    assert [piece.replace("\n", " ") for piece in cut(text)] == [
        "The mill at the river was sold in June, and nobody in the village knows Mr. Lind's price.",
        "Some say that it was low; others, who have seen the old Foo Inc. building beside it, say the opposite.",
        "-",
        "The roof of the eastern hall was mended by the neighbours last   summer.",
        "-",
        "The wheel turns",
    ]


def test_marks_are_boilerplate_and_the_words_behind_them_are_not() -> None:
    assert kinds(
        "## A new mill\n- Wheels: They turn. Slowly.\n* one\n1. two\n(b) three\n- [x] four\n> They said no."
    ) == [
        *(("b", "##"), ("h", "A new mill"), ("b", "-"), ("p", "Wheels: They turn."), ("p", "Slowly."), ("b", "*")),
        *(("p", "one"), ("b", "1."), ("p", "two"), ("b", "(b)"), ("p", "three"), ("b", "- [x]"), ("p", "four")),
        *(("b", ">"), ("p", "They said no.")),
    ]


def test_the_marks_of_bold_and_slanted_sentences_stand_apart_and_those_of_a_word_do_not() -> None:
    assert cut("**It is bold.** *It leans.* Ok.") == ["**", "It is bold.", "**", "*", "It leans.", "*", "Ok."]
    assert kinds("*It is shortened.*") == [("b", "*"), ("p", "It is shortened."), ("b", "*")]
    assert cut("**The pier is shut. Who pays?**") == ["**", "The pier is shut.", "Who pays?", "**"]
    assert cut("*Nobody* knows. Ask **Ada Lind.** She is _here_.") == [
        *("*Nobody* knows.", "Ask **Ada Lind.**", "She is _here_."),
    ]


@pytest.mark.parametrize(
    "heading",
    [
        "A Wet Summer at the Weir (1953-1954)",
        "03 Four good years: hay, wool and honey",
        "Walk 2: The Long Way to the Weir",
        "Will the Weir Hold Another Spring?",
        "05 From the weir down to the sea, who has to pay for all of the bridges and locks?",
        "**What is next**",
        "Key points:",
        "面粉厂的未来",
    ],
)
def test_a_short_line_without_a_stop_is_a_heading(heading: str) -> None:
    text = f"{heading}\nThe mill was sold in June, and the village was glad. It had waited for years."
    assert kinds(text)[0] == ("h", heading)
    assert {kind for kind, _ in kinds(text)[1:]} == {"p"}


def test_underlined_and_numbered_lines_are_headings() -> None:
    assert kinds("The Mill\n========\n\n1. Introduction\n\nIt was sold.") == [
        *(("h", "The Mill"), ("b", "========"), ("b", "1."), ("h", "Introduction"), ("p", "It was sold.")),
    ]


@pytest.mark.parametrize(
    "line",
    [
        "The mill was sold.",
        "Only these changes are certain-",
        "Three things are known about the sale of the mill so far:",
        "Revenue: $5 billion",
        "| flour | 5 |",
        "and so it ended",
        "Flour fell. Bread did not",
        "A long line without any stop at its end that goes on and on, as the lines of some feeds do, "
        "until nobody could take it for a heading any more",
    ],
)
def test_other_lines_are_prose(line: str) -> None:
    assert {kind for kind, _ in kinds(f"It rained.\n\n{line}\n\nIt rained.")} == {"p"}


def test_many_short_lines_are_a_list() -> None:
    assert {kind for kind, _ in kinds("Rye\nWheat\nOats\nBarley")} == {"p"}
    assert {kind for kind, _ in kinds("Rye\nWheat")} == {"h"}


@pytest.mark.parametrize(
    "line",
    [
        *("▲ The old mill in winter Source: village archive", "View details >", "Read more", "461", "0", "End of text"),
        *("Produced by | Mill Weekly", "Author | Ada Lind", "By Ada Lind", "By Ada Lind | May 3, 2025", "作者：王小明"),
        *(
            "```python",
            "```",
            "---",
            "***",
            "« `html",
            "05/13 2025",
            "May 13, 2025",
            "13 May 2025, 10:30 GMT",
            "2025年5月13日",
        ),
        *(
            "**Author:** Ada Lind",
            "https://example.org/mill",
            "![mill](mill.png)",
            "© 2025 Mill Weekly",
            "|---|---|",
            "😀",
        ),
    ],
)
def test_what_answers_nothing_is_boilerplate(line: str) -> None:
    assert kinds(f"It rained.\n{line}\nIt rained.") == [("p", "It rained."), ("b", line), ("p", "It rained.")]


# --- extremes --------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["", " \n\t\u2028 ", "\r\n"])
def test_nothing_has_no_sentences(text: str) -> None:
    assert split_sentences(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "word " * 100_000,
        "w" * 500_000,
        ". " * 200_000,
        "Mr. " * 100_000,
        "。" * 200_000,
        "." * 200_000 + "x",
        "(" * 200_000,
    ],
)
def test_an_enormous_sentence_is_one_sentence(text: str) -> None:
    assert [sentence.span for sentence in split_sentences(text)] == [Span(0, len(text.rstrip()))]


def test_a_front_matter_is_passed_over_by_its_length() -> None:
    text = "---\ntitle: Mill\n---\nIt rained. It poured."
    assert [(s.kind, s.span.cut(text)) for s in split_sentences(text, text.index("It rained"))] == [
        (SentenceKind.PROSE, "It rained."),
        (SentenceKind.PROSE, "It poured."),
    ]


COLUMN = (
    "The harbour council of Tarn approved a budget of 42 million crowns for the new quay on Tuesday. Construction will "
    "begin in April, says Ada Lind, who led the talks with the Dutch builders from Delft. Two rival bids were turned "
    "down because they exceeded the limit. The Tarn Mill stays where it is, and the Old Light with it."
)
"""Sentences with names at many places where a line may end."""


@pytest.mark.parametrize("width", range(26, 100, 4))
def test_sentences_of_a_column_of_any_width_are_whole(width: int) -> None:
    wrapped = textwrap.fill(COLUMN, width, break_on_hyphens=False)
    assert [part.replace("\n", " ") for part in cut(wrapped)] == list(cut(COLUMN))


@pytest.mark.parametrize(
    "names",
    [
        ["Ada Lind", "Ben Moss, who wrote all that is told here about the tides", "Clara Olm", "Dan Reed of Tarn"],
        ["Ferries cost less", "Mill sold to a company that nobody on the island had heard of", "No bid for the pier"],
        [
            "Boats | 12 | of all that were counted in the harbour",
            "Barges | 7 | of all that were counted in the harbour",
        ],
    ],
)
def test_the_lines_of_a_list_stay_apart_though_one_is_the_longest(names: list[str]) -> None:
    assert cut("\n".join(["They are named here:", *names]))[1:] == names


def test_a_short_line_within_a_sentence_does_not_cut_it() -> None:
    text = "The fee for the voyage to the islands was raised\nand all must pay\nthe sum of\nninety crowns.\nIt ends."
    assert cut(text)[-2:] == [text[: text.index("\nIt ends")], "It ends."]
