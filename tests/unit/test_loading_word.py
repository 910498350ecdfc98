"""A Word document is read as its reader sees it: changes accepted, nothing hidden or struck, all in its order."""

import pytest
from tests import documents

from aliqa.articles.loading import cut, parse_article


def text_of(body: str, styles: str = "") -> str:
    [file] = cut(documents.word(body, styles), "mill.docx")
    return parse_article(file).text


def run(words: str, look: str = "") -> str:
    return f'<w:r><w:rPr>{look}</w:rPr><w:t xml:space="preserve">{words}</w:t></w:r>'


def paragraph(*runs: str, look: str = "") -> str:
    return f"<w:p><w:pPr>{look}</w:pPr>{''.join(runs)}</w:p>"


RAISED = '<w:vertAlign w:val="superscript"/>'
BOX = f"<w:txbxContent>{paragraph(run('In the box.'))}</w:txbxContent>"


@pytest.mark.parametrize(
    ("inside", "text"),
    [
        (run("It rose by ") + f"<w:ins>{run('35')}</w:ins>" + run(" percent."), "It rose by 35 percent."),
        (
            run("It rose by ") + "<w:del><w:r><w:delText>30</w:delText></w:r></w:del>" + run("35 percent."),
            "It rose by 35 percent.",
        ),
        (
            run("It ") + f"<w:moveTo>{run('rose')}</w:moveTo><w:moveFrom>{run('fell')}</w:moveFrom>" + run("."),
            "It rose.",
        ),
        (run("It opens in ") + run("2025 ", "<w:strike/>") + run("2027."), "It opens in 2027."),
        (run("It opens in ") + run("2025 ", '<w:strike w:val="0"/>') + run("or 2027."), "It opens in 2025 or 2027."),
        (run("It was sold") + run(" for a bribe", "<w:vanish/>") + run("."), "It was sold."),
        (run("It opened in 1999") + run("4", RAISED) + run(" and closed."), "It opened in 1999^4 and closed."),
        (run("It cost 42 crowns") + run("1", RAISED) + run(" then."), "It cost 42 crowns then."),
        (run("It cost 10") + run("6", RAISED) + run(" crowns."), "It cost 10^6 crowns."),
        (run("On the 21") + run("st", RAISED) + run(" of May."), "On the 21st of May."),
        (run("It grew") + '<w:r><w:footnoteReference w:id="2"/></w:r>' + run(" fast."), "It grew fast."),
        (
            run("The quay is ") + f"<w:sdt><w:sdtPr/><w:sdtContent>{run('310')}</w:sdtContent></w:sdt>" + run(" m."),
            "The quay is 310 m.",
        ),
        (f"<w:smartTag>{run('Oslo')}</w:smartTag>" + run(" pays."), "Oslo pays."),
        ('<w:fldSimple w:instr="DATE">' + run("3 May") + "</w:fldSimple>" + run(" it was."), "3 May it was."),
        (
            '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>PAGEREF x</w:instrText></w:r>'
            '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
            + run("page 7")
            + '<w:r><w:fldChar w:fldCharType="end"/></w:r>',
            "page 7",
        ),
        (f"<w:hyperlink>{run('See the report')}</w:hyperlink>" + run("."), "See the report."),
        ("<w:r><w:t>10</w:t><w:noBreakHyphen/><w:t>year plan</w:t></w:r>", "10-year plan"),
        ("<w:r><w:t>elec</w:t><w:softHyphen/><w:t>tric</w:t></w:r>", "electric"),
        ("<w:r><w:t>first</w:t><w:tab/><w:t>second</w:t></w:r>", "first second"),
        ("<w:r><w:t>first</w:t><w:br/><w:t>second</w:t></w:r>", "first\nsecond"),
        ('<w:r><w:t>a </w:t><w:sym w:font="Symbol" w:char="2264"/><w:t> b</w:t></w:r>', "a ≤ b"),
        (f"{run('Around it.')}<w:r><w:pict><v:textbox>{BOX}</v:textbox></w:pict></w:r>", "Around it.\n\nIn the box."),
        (
            f"{run('Around it.')}<w:r><mc:AlternateContent><mc:Choice><wps:txbx>{BOX}</wps:txbx></mc:Choice>"
            f"<mc:Fallback><w:pict><v:textbox>{BOX}</v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r>",
            "Around it.\n\nIn the box.",
        ),
        (
            "<m:oMath><m:r><m:t>x=</m:t></m:r><m:sSup><m:e><m:r><m:t>10</m:t></m:r></m:e><m:sup>"
            "<m:r><m:t>6</m:t></m:r></m:sup></m:sSup></m:oMath>",
            "x=10^6",
        ),
    ],
)
def test_a_paragraph_says_what_its_reader_sees(inside: str, text: str) -> None:
    assert text_of(paragraph(inside)) == text


def test_blocks_in_content_controls_and_changes_are_read() -> None:
    block = paragraph(run("It was sold."))
    for wrapped in (
        f"<w:sdt><w:sdtContent>{block}</w:sdtContent></w:sdt>",
        f"<w:ins>{block}</w:ins>",
        f"<w:customXml>{block}</w:customXml>",
    ):
        assert text_of(wrapped) == "It was sold."
    assert (
        text_of(
            paragraph(run("It ")).replace("<w:pPr></w:pPr>", "<w:pPr><w:rPr><w:del/></w:rPr></w:pPr>")
            + paragraph(run("burned."))
        )
        == "It burned."
    )


def test_styles_tell_headings_items_and_what_is_hidden() -> None:
    styles = (
        '<w:style w:styleId="b1"><w:name w:val="heading 1"/></w:style><w:style w:styleId="own">'
        '<w:basedOn w:val="b1"/><w:name w:val="Ours"/></w:style>'
        '<w:style w:styleId="gone"><w:name w:val="Gone"/><w:rPr><w:vanish/></w:rPr></w:style>'
        '<w:style w:styleId="struck"><w:name w:val="Struck"/><w:rPr><w:strike/></w:rPr></w:style>'
    )
    body = (
        paragraph(run("Sale"), look='<w:pStyle w:val="own"/>')
        + paragraph(run("More"), look='<w:outlineLvl w:val="1"/>')
        + paragraph(run("Secret"), look='<w:pStyle w:val="gone"/>')
        + paragraph(run("Old ", '<w:rStyle w:val="struck"/>'), run("new"))
        + paragraph(run("oak"), look='<w:numPr><w:numId w:val="3"/></w:numPr>')
        + paragraph(run("no item"), look='<w:numPr><w:numId w:val="0"/></w:numPr>')
    )
    assert text_of(body, styles) == "# Sale\n\n## More\n\nnew\n\n- oak\n\nno item"


def cell(words: str, look: str = "") -> str:
    return f"<w:tc><w:tcPr>{look}</w:tcPr>{paragraph(run(words))}</w:tc>"


def table(*rows: str) -> str:
    return f"<w:tbl>{''.join(f'<w:tr>{row}</w:tr>' for row in rows)}</w:tbl>"


def test_every_cell_stands_under_its_header() -> None:
    head = cell("Port") + cell("Ship") + cell("Built") + cell("Scrapped")
    first = cell("North", '<w:vMerge w:val="restart"/>') + cell("Alba") + cell("") + cell("2011")
    second = cell("", "<w:vMerge/>") + cell("Brisa") + cell("1999") + cell("2015")
    third = cell("Both", '<w:gridSpan w:val="2"/>') + cell("2001") + cell("2020")
    assert text_of(table(head, first, second, third)) == (
        "Port | Ship | Built | Scrapped\nNorth | Alba | | 2011\nNorth | Brisa | 1999 | 2015\nBoth | | 2001 | 2020"
    )


def test_a_table_that_lays_out_a_page_is_no_table() -> None:
    inner = table(cell("One") + cell("5"), cell("Two") + cell("6"))
    nested = f"<w:tc>{paragraph(run('Inside:'))}{inner}</w:tc>"
    assert text_of(table(cell("Left") + nested)) == "Left\n\nInside:\n\nOne | 5\nTwo | 6"
    assert text_of(table(cell("Left"))) == "Left"


def test_lines_and_tabs_in_a_cell_part_words() -> None:
    broken = paragraph("<w:r><w:t>first</w:t><w:br/><w:t>second</w:t><w:tab/><w:t>third</w:t></w:r>")
    parted = f"<w:tc>{broken}{paragraph(run('fourth'))}</w:tc>"
    assert text_of(table(parted + cell("x"))) == "first second third fourth | x"


def test_a_deleted_row_is_gone() -> None:
    gone = "<w:tr><w:trPr><w:del/></w:trPr>" + cell("Old") + cell("1") + "</w:tr>"
    kept = table(cell("New") + cell("2"))
    assert text_of(kept.replace("<w:tbl>", f"<w:tbl>{gone}")) == "New | 2"


@pytest.mark.parametrize(
    ("title", "author"), [("Word Document", "python-docx"), ("Document1", "Author"), ("draft7.docx", "admin")]
)
def test_what_programs_write_is_no_title_and_no_author(title: str, author: str) -> None:
    [file] = cut(
        documents.word(paragraph(run("The sale"), look='<w:outlineLvl w:val="0"/>'), title=title, creator=author),
        "mill.docx",
    )
    meta = parse_article(file).meta
    assert (meta.title, meta.author) == ("The sale", None)
