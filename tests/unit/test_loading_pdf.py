"""A PDF is read in the order of its reader, whatever the order in which it is painted; sentences stay whole."""

import io
from typing import Any

import pytest
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas
from tests import documents

from aliqa.articles.loading import cut, parse_article
from aliqa.foundations.errors import ArticleError
from aliqa.foundations.types import Article

SALE = [
    "The mill at the river was sold to the",
    "town for 340,000 euros on Monday, and",
    "the roof will be made anew before the",
    "winter comes, the council says.",
]
STONES = [
    "Its two stones have ground rye since",
    "the year of 1820, says the miller who",
    "was born there and who wants to stay",
    "until the wheel stands still for good.",
]
WIDE = [
    "The council says that the fee for the long voyage to the islands was raised",
    "last week, and that all of the passengers have to pay it from May on.",
]


def parse(data: bytes) -> Article:
    [file] = cut(data, "mill.pdf")
    return parse_article(file)


def flat(data: bytes) -> str:
    return " ".join(parse(data).text.split())


def column(lines: list[str], left: float = 60, top: float = 760, size: float = 11) -> list[Any]:
    return [(left, top - 14 * number, words, size) for number, words in enumerate(lines)]


def shuffled(order: str) -> list[Any]:
    title, left, right = [(60, 800, "Two stories of the week", 16)], column(SALE), column(STONES, 320)
    if order == "columns":
        return title + left + right
    if order == "rows":
        return title + [piece for pair in zip(left, right, strict=True) for piece in pair]
    return [*reversed(title + left + right)]


@pytest.mark.parametrize("order", ["columns", "rows", "bottom up"])
def test_columns_are_read_one_after_the_other(order: str) -> None:
    text = flat(documents.painted([shuffled(order)]))
    assert text == f"Two stories of the week {' '.join(SALE)} {' '.join(STONES)}"


def test_a_sentence_runs_over_to_the_next_column() -> None:
    page = column([*SALE[:3]]) + column([SALE[3], *STONES[:2], STONES[3]], 320)
    assert f"{SALE[2]}\n{SALE[3]}" in parse(documents.painted([page])).text


def test_three_columns_below_a_title_are_columns() -> None:
    thirds = [
        ["The mill was", "sold on Monday", "to the town.", "It pays well."],
        ["Its stones are", "of the year", "of 1820, said", "the miller."],
        ["The roof will", "be made anew", "before the winter", "comes back again."],
    ]
    page = [(60, 800, "Three stories stand below this title that runs over all of the columns", 11)]
    for place, lines in enumerate(thirds):
        page += column(lines, 60 + 170 * place)
    text = flat(documents.painted([page]))
    assert all(" ".join(lines) in text for lines in thirds)


def test_words_and_letters_that_are_painted_alone_come_together() -> None:
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=A4)
    canvas_words, left = [], 60.0
    for word in SALE[0].split():
        canvas_words.append((left, 760, word))
        left += canvas.stringWidth(word, "Helvetica", 11) + 3
    at = 60.0
    for letter in SALE[0]:
        canvas.drawString(at, 760, letter)
        at += canvas.stringWidth(letter, "Helvetica", 12)
    canvas.save()
    assert flat(file.getvalue()) == SALE[0]
    assert flat(documents.painted([canvas_words])) == SALE[0]


HEAD = [(60, 820, "MILL WEEKLY, 6 May 2025", 9)]


def test_heads_of_two_pages_do_not_cut_a_sentence() -> None:
    first = [*HEAD, *column([*WIDE[:1], "was raised last week and all must pay the"]), (60, 30, "page 1")]
    second = [*HEAD, *column(["sum of ninety crowns, the council says.", "It ends here."]), (60, 30, "page 2")]
    text = parse(documents.painted([first, second])).text
    assert "must pay the\nsum of ninety crowns" in text
    assert "WEEKLY" not in text
    assert "page" not in text


def test_heads_of_two_lines_and_feet_are_left_out() -> None:
    pages = [
        [
            (60, 820, "MILL WEEKLY", 9),
            (60, 808, "Annual Report 2024", 9),
            *column([f"Dock {number} holds {number}{number} boats.", *WIDE]),
            (60, 42, "Confidential, 99 million reasons", 9),
            (60, 30, f"Page {number}", 9),
        ]
        for number in (1, 2, 3, 4)
    ]
    text = parse(documents.painted(pages)).text
    assert "Annual Report" not in text
    assert "99 million" not in text
    assert "Page" not in text
    assert text.count("Dock ") == 4
    assert text.count(WIDE[1]) == 4


def test_the_number_of_one_page_is_left_out() -> None:
    assert flat(documents.painted([[*column(WIDE), (290, 30, "- 7 -", 9)]])) == " ".join(WIDE)


def test_a_value_that_ends_a_page_is_kept() -> None:
    pages = [column([*WIDE, "The depth of the basin in metres was found to be", str(number)]) for number in (9, 10, 11)]
    assert "found to be\n9" in parse(documents.painted(pages)).text
    assert (
        "1984\nwas the year"
        in parse(documents.painted([column(WIDE), column(["1984", "was the year in which the pier burnt down."])])).text
    )


def test_chapters_that_begin_pages_are_kept() -> None:
    pages = [[(60, 780, f"Chapter {number}", 18), *column(WIDE, top=740)] for number in (1, 2, 3, 4)]
    assert [f"Chapter {number}" in parse(documents.painted(pages)).text for number in (1, 2, 3, 4)] == [True] * 4


def test_a_note_does_not_cut_the_sentence_that_runs_over_the_page() -> None:
    first = [
        *column([*WIDE, "And the price that the two sides agreed upon after long talks was"]),
        (60, 80, "1 Figures of the port, in prices of 2015.", 8),
    ]
    article = parse(documents.painted([first, column(["seven million crowns, they say."])]))
    assert "talks was\nseven million" in article.text
    assert article.text.index("Figures of the port") < article.text.index("And the price")
    assert article.meta.page_of(article.text.index("seven million")) == 2


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        (
            ["The harbour council approved a bud-", "get of 42 million crowns."],
            "The harbour council approved a budget of 42 million crowns.",
        ),
        (["The council expects twenty-", "three ships a week."], "The council expects twenty-three ships a week."),
        (["The mill of Kelda is old. At Kel-", "da it rains."], "The mill of Kelda is old. At Kelda it rains."),
        (["A low-rent flat and a low-", "rent house were sold."], "A low-rent flat and a low-rent house were sold."),
        (["The firm of Berg-", "Holm built it."], "The firm of Berg-Holm built it."),
        (["It cost 10-", "12 crowns."], "It cost 10- 12 crowns."),
    ],
)
def test_words_that_a_line_cuts_are_whole(lines: list[str], text: str) -> None:
    assert flat(documents.painted([column(lines)])) == text


def test_rows_of_a_table_stand_under_their_header() -> None:
    table = [
        (60, 740, "Ship"),
        (210, 740, "Built"),
        (360, 740, "Scrapped"),
        (60, 724, "Alba"),
        (360, 724, "2011"),
        (60, 708, "Brisa"),
        (210, 708, "1999"),
        (360, 708, "2015"),
    ]
    text = parse(
        documents.painted([[(60, 780, "The table lists the ships of the port and when they were built."), *table]])
    ).text
    assert text.endswith("\n\nShip | Built | Scrapped\nAlba | | 2011\nBrisa | 1999 | 2015")


def test_what_stands_above_the_line_joins_no_number() -> None:
    pieces = [
        (60, 760, "It opened in 1999"),
        (150.4, 764, "4", 6),
        (156, 760, "and cost 10"),
        (213.5, 764, "6", 6),
        (219, 760, "crowns."),
    ]
    assert flat(documents.painted([pieces])) == "It opened in 1999^4 and cost 10^6 crowns."


def test_what_leaves_no_trace_on_the_page_is_left_out_unless_all_does() -> None:
    secret = (60, 500, "The bribe was 99 million.", 11, 3)
    assert flat(documents.painted([[*column(WIDE), secret]])) == " ".join(WIDE)
    assert flat(documents.painted([[secret]])) == "The bribe was 99 million."


def turned(angle: float, words: str) -> bytes:
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=A4)
    for number, line in enumerate(WIDE):
        canvas.drawString(60, 760 - 14 * number, line)
    canvas.saveState()
    canvas.translate(200, 300)
    canvas.rotate(angle)
    canvas.setFont("Helvetica", 40)
    canvas.drawString(0, 0, words)
    canvas.restoreState()
    canvas.save()
    return file.getvalue()


@pytest.mark.parametrize("angle", [45, 90, 300])
def test_a_watermark_is_left_out(angle: float) -> None:
    assert flat(turned(angle, "DRAFT 7")) == " ".join(WIDE)


@pytest.mark.parametrize("angle", [90, 180, 270])
def test_a_page_on_its_side_is_turned(angle: float) -> None:
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=A4)
    canvas.translate(300, 400)
    canvas.rotate(angle)
    for number, line in enumerate(WIDE):
        canvas.drawString(-200, -14 * number, line)
    canvas.save()
    assert parse(file.getvalue()).text == "\n".join(WIDE)


def test_ligatures_are_letters() -> None:
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    pdfmetrics.registerFont(TTFont("Vera", "Vera.ttf"))
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=A4)
    canvas.setFont("Vera", 11)
    canvas.drawString(60, 760, "The ﬁrst ﬂoor was sold.")
    canvas.save()
    assert flat(file.getvalue()) == "The first floor was sold."


def test_letters_without_a_meaning_are_refused_with_the_reason() -> None:
    shifted = [
        " ".join(
            "".join(chr((ord(letter.lower()) - 97 + 3) % 26 + 97) if letter.isalpha() else letter for letter in word)
            for word in line.split()
        )
        for line in (WIDE + SALE + STONES) * 2
    ]
    swapped = [line.translate(str.maketrans("aeiouy", "bcdfgh")) for line in shifted]
    with pytest.raises(ArticleError, match="no meaning"):
        parse(documents.painted([column(swapped)]))


def test_pages_without_words_keep_their_number() -> None:
    article = parse(documents.painted([[], column(WIDE), [], column(["It ends."])]))
    assert [article.meta.page_of(article.text.index(words)) for words in (WIDE[0], "It ends.")] == [2, 4]


@pytest.mark.parametrize("corner", [0, 200])
def test_what_was_cut_off_a_page_is_left_out(corner: int) -> None:
    sheet = io.BytesIO()
    canvas = Canvas(sheet, pagesize=A4)
    canvas.setCropBox((50, corner, 500, corner + 400))
    canvas.drawString(60, corner + 300, "The mill was sold to the town on Monday.")
    canvas.drawString(-20, corner + 250, "As it stood at the edge, this line is seen.")
    canvas.drawString(60, corner + 450, "Printer: put the blue sheet in here.")
    canvas.drawString(520, corner + 300, "Proof 7")
    canvas.save()
    assert (
        flat(sheet.getvalue()) == "The mill was sold to the town on Monday. As it stood at the edge, this line is seen."
    )
