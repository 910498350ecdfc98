"""Cells of several lines are one cell, and what is filled in on a form is read; rows that are rows stay so."""

import io
import subprocess
import sys
from typing import Any

import pytest
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph, SimpleDocTemplate, Table, TableStyle
from tests import documents

from aliqa.articles.loading import cut, parse_article

STYLE = ParagraphStyle("cell", fontName="Helvetica", fontSize=10, leading=12)
RANKS = ["Berth", "Length", "Rules", "Hours"]
LONG = "Only for boats that bring fish before noon; all others pay the fee for a day"
NAME = "The old basin behind the customs house"


def text_of(data: bytes) -> str:
    [file] = cut(data, "port.pdf")
    return parse_article(file).text


def table(rows: list[list[str]], align: str, padding: int, widths: tuple[int, ...] = (90, 60, 170, 90)) -> str:
    """What is read of a table whose long cells are wrapped by ReportLab."""
    cells = [[Paragraph(cell, STYLE) if len(cell) > 12 else cell for cell in row] for row in rows]
    look = [
        ("VALIGN", (0, 0), (-1, -1), align),
        ("TOPPADDING", (0, 0), (-1, -1), padding),
        ("BOTTOMPADDING", (0, 0), (-1, -1), padding),
        ("LEADING", (0, 0), (-1, -1), 12),
    ]
    before, after = "The berths of the port and the rules that hold for each.", "The rules hold from May on."
    file = io.BytesIO()
    SimpleDocTemplate(file, pagesize=A4).build(
        [Paragraph(before, STYLE), Table(cells, widths, style=TableStyle(look)), Paragraph(after, STYLE)]
    )
    return text_of(file.getvalue())


@pytest.mark.parametrize(
    ("align", "padding"), [("TOP", 3), ("TOP", 6), ("MIDDLE", 3), ("MIDDLE", 6), ("TOP", 0), ("MIDDLE", 0)]
)
def test_a_cell_of_several_lines_is_one(align: str, padding: int) -> None:
    rows = [RANKS, ["East", "40", LONG, "6 to 12"], ["West", "55", "No rules", "all day"], ["Mole", "80", LONG, ""]]
    lines = table(rows, align, padding).splitlines()
    assert [line for line in lines if "|" in line] == [" | ".join(filter(None, row)) for row in rows]


@pytest.mark.parametrize("align", ["TOP", "MIDDLE"])
def test_the_first_cell_may_have_several_lines(align: str) -> None:
    assert f"{NAME} | 40 | No rules | 6 to 12\n" in table(
        [RANKS, [NAME, "40", "No rules", "6 to 12"], ["West", "55", LONG, "all day"]], align, 4
    )


def rows_at(lines: dict[int, dict[int, str]]) -> str:
    """What is read of words that stand at these places: height, then left edge."""
    return text_of(
        documents.painted([[(left, top, words) for top, row in lines.items() for left, words in row.items()]])
    )


def test_years_over_several_rows_do_not_swallow_them() -> None:
    text = rows_at(
        {
            700: {60: "Year", 140: "Ship", 260: "Boats"},
            682: {60: "2019", 140: "Alba", 260: "15"},
            669: {140: "Brisa", 260: "27"},
            651: {60: "2020", 140: "Cora", 260: "31"},
            638: {140: "Dora", 260: "48"},
        }
    )
    rows = "Year | Ship | Boats", "2019 | Alba | 15", "| Brisa | 27", "2020 | Cora | 31", "| Dora | 48"
    assert text.splitlines() == list(rows)


def test_names_below_a_header_that_stands_apart_are_rows() -> None:
    text = rows_at(
        {
            700: {60: "Name", 200: "Office"},
            680: {60: "Anna Berg", 200: "harbour master"},
            667: {60: "Jon Lund"},
            654: {60: "Eva Holm", 200: "pilot"},
        }
    )
    assert "Anna Berg | harbour master" in text
    assert "Jon Lund" in text.splitlines()
    assert "Eva Holm | pilot" in text


def test_a_line_below_a_table_is_no_cell_of_it() -> None:
    text = rows_at(
        {
            700: {60: "Ship", 200: "Built"},
            686: {60: "Alba", 200: "1999"},
            672: {60: "Brisa", 200: "2001"},
            658: {60: "All sail."},
        }
    )
    assert text.splitlines()[-1] == "All sail."
    assert "Brisa | 2001" in text


# --- forms -----------------------------------------------------------------------------------


def form() -> bytes:
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=A4)
    fields: Any = canvas.acroForm
    canvas.drawString(60, 760, "The port asks for what is said below before a boat may stay.")
    labels = ["Boat:", "Berth:", "Insured:", "Fishing:", "Remarks:", "Code:", "Inner note:"]
    for number, label in enumerate(labels):
        canvas.drawString(60, 720 - 40 * number, label)
    line: dict[str, Any] = {"x": 180, "width": 200, "height": 20}
    fields.textfield(name="boat", value="Größe Alba", y=712, **line)
    fields.choice(name="berth", value="North pier", options=["North pier", "Mole"], y=672, **line)
    fields.checkbox(name="insured", checked=True, x=180, y=636, size=16)
    fields.checkbox(name="fishing", checked=False, x=180, y=596, size=16)
    fields.textfield(
        name="more",
        value="Needs water\nand power.",
        y=548,
        fontSize=10,
        fieldFlags="multiline",
        **{**line, "height": 30},
    )
    fields.textfield(name="code", value="secret99", y=512, fieldFlags="password", **line)
    fields.textfield(name="inner", value="not for readers", y=472, annotationFlags="hidden", **line)
    canvas.save()
    return file.getvalue()


def test_what_is_filled_in_stands_behind_its_label() -> None:
    seen = {"Boat: | Größe Alba", "Berth: | North pier", "Insured: | ☒", "Remarks: | Needs water and power.", "Code:"}
    assert seen <= set(text_of(form()).splitlines())


def test_what_nobody_sees_on_a_form_is_left_out() -> None:
    assert "secret99" not in text_of(form())
    assert "not for readers" not in text_of(form())


# --- pictures without a reader of pictures ---------------------------------------------------

_WITHOUT_OCR = """
import sys
sys.modules["rapidocr"] = None  # as if it were not installed
from aliqa.articles.loading import ocr, pdf
from aliqa.foundations.errors import ArticleError
try:
    {"PDF": pdf}.get(sys.argv[1], ocr).read(sys.stdin.buffer.read())
except ArticleError as error:
    print(error)
"""


@pytest.mark.parametrize("kind", ["PNG", "PDF", "TIFF"])
def test_a_picture_is_refused_where_nothing_reads_pictures_and_the_extra_is_named(kind: str) -> None:
    from PIL import Image

    file = io.BytesIO()
    Image.new("RGB", (200, 100), "white").save(file, kind)
    command = [sys.executable, "-c", _WITHOUT_OCR, kind]
    said = subprocess.run(command, input=file.getvalue(), capture_output=True, check=True).stdout.decode()
    assert 'Install "aliqa[ocr]"' in said
