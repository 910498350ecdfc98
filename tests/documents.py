"""Real files of every format, made by other libraries than those that read them, or by hand."""

import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from email.message import EmailMessage
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib.pagesizes import A4
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.platypus import PageBreak, Paragraph, SimpleDocTemplate

_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_MORE = (
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" xmlns:v="urn:schemas-microsoft-com:vml" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
)
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def html_page(paragraphs: Sequence[str], head: str = "", title: str = "The mill") -> str:
    """A page with an article between menus, advertisements and a footer."""
    body = "\n".join(f"<p>{escape(words)}</p>" for words in paragraphs)
    return f"""<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>{escape(title)} | Gazette</title>{head}</head>
<body><nav><ul><li><a href="/">Home page of the day</a></li><li><a href="/sport">All the sport</a></li></ul></nav>
<article><h1>{escape(title)}</h1>
<div class="box ad">Buy the finest shoes of the whole town today at the Shoe Shop!</div>
{body}</article>
<aside class="related"><a href="/beaches">Ten beaches that you must see</a></aside>
<footer><p>Copyright 2025. Subscribe to the newsletter of the Gazette.</p></footer></body></html>"""


def pdf(pages: Sequence[Sequence[str]], password: str | None = None, **known: str) -> bytes:
    """A PDF of paragraphs, by ReportLab; the first paragraph of each page is its heading.

    ``password`` encrypts it; an empty one is what viewers try by themselves.
    """
    styles = getSampleStyleSheet()
    story: list[Any] = []
    for heading, *paragraphs in pages:
        story += [Paragraph(escape(heading), styles["Heading1"])]
        story += [Paragraph(escape(words), styles["BodyText"]) for words in paragraphs]
        story.append(PageBreak())
    encrypt = None if password is None else StandardEncryption(password, ownerPassword="owner")
    file = io.BytesIO()
    SimpleDocTemplate(file, pagesize=A4, encrypt=encrypt, **known).build(story)
    return file.getvalue()


def docx(blocks: Sequence[tuple[str, str]], tables: Sequence[Sequence[Sequence[str]]] = (), **known: str) -> bytes:
    """A Word document, its parts written by hand: blocks of (style, words), then tables of rows of cells."""
    body = "".join(_paragraph(style, words) for style, words in blocks)
    body += "".join(f"<w:tbl>{''.join(map(_row, rows))}</w:tbl>" for rows in tables)
    styles = "".join(
        f'<w:style w:type="paragraph" w:styleId="{style.replace(" ", "")}"><w:name w:val="{style}"/></w:style>'
        for style in dict.fromkeys(style for style, _ in blocks if style)
    )
    return word(body, styles, **known)


def word(body: str, styles: str = "", **known: str) -> bytes:
    """A Word document whose body and styles are written as XML."""
    core = "".join(f"<dc:{name}>{escape(value)}</dc:{name}>" for name, value in known.items())
    return zipped(
        {
            "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f"{_override('/word/document.xml', 'officedocument.wordprocessingml.document.main')}"
            f"{_override('/word/styles.xml', 'officedocument.wordprocessingml.styles')}"
            f"{_override('/docProps/core.xml', 'package.core-properties')}</Types>",
            "_rels/.rels": _relations(
                f"{_OFFICE}/officeDocument",
                "word/document.xml",
                f"{_PACKAGE}/relationships/metadata/core-properties",
                "docProps/core.xml",
            ),
            "word/_rels/document.xml.rels": _relations(f"{_OFFICE}/styles", "styles.xml"),
            "word/document.xml": f'<w:document xmlns:w="{_WORD}" {_MORE}><w:body>{body}</w:body></w:document>',
            "word/styles.xml": f'<w:styles xmlns:w="{_WORD}">{styles}</w:styles>',
            "docProps/core.xml": f'<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" '
            f'xmlns:dc="http://purl.org/dc/elements/1.1/">{core}</cp:coreProperties>',
        }
    )


def zipped(parts: Mapping[str, str | bytes]) -> bytes:
    """A zip archive of these parts."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return file.getvalue()


def jsonl(*articles: Mapping[str, object]) -> bytes:
    """An export: an object a line."""
    return "".join(json.dumps(article, ensure_ascii=False) + "\n" for article in articles).encode()


def mail(text: str | None, html: str | None = None, **headers: str) -> bytes:
    """A mail with a plain part, an HTML part, or both."""
    message = EmailMessage()
    for name, value in headers.items():
        message[name] = value
    if text is not None:
        message.set_content(text)
    if html is not None:
        (message.set_content if text is None else message.add_alternative)(html, subtype="html")
    return message.as_bytes()


def _paragraph(style: str, words: str) -> str:
    properties = f'<w:pPr><w:pStyle w:val="{style.replace(" ", "")}"/></w:pPr>' if style else ""
    runs = "<w:br/>".join(f'<w:t xml:space="preserve">{escape(line)}</w:t>' for line in words.split("\n"))
    return f"<w:p>{properties}<w:r>{runs}</w:r></w:p>"


def _row(cells: Sequence[str]) -> str:
    return "<w:tr>" + "".join(f"<w:tc>{_paragraph('', cell)}</w:tc>" for cell in cells) + "</w:tr>"


def _override(part: str, kind: str) -> str:
    return f'<Override PartName="{part}" ContentType="application/vnd.openxmlformats-{kind}+xml"/>'


def _relations(*pairs: str) -> str:
    relations = "".join(
        f'<Relationship Id="r{number}" Type="{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(zip(pairs[::2], pairs[1::2], strict=True))
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{relations}</Relationships>'


def painted(pages: Sequence[Sequence[tuple[Any, ...]]], size: float = 11) -> bytes:
    """A PDF whose words are painted where they are told to be: (left, height, words, size, mode), in points.

    The last two may be left out; ``mode`` 3 leaves no trace.
    """
    from reportlab.pdfgen.canvas import Canvas

    file = io.BytesIO()
    canvas = Canvas(file, pagesize=A4)
    for page in pages:
        for left, height, words, *other in page:
            text = canvas.beginText(left, height)
            text.setFont("Helvetica", other[0] if other else size)
            text.setTextRenderMode(other[1] if len(other) > 1 else 0)
            text.textOut(words)
            canvas.drawText(text)
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def odt(body: str, styles: str = "", **known: str) -> bytes:
    """An OpenDocument text whose body and styles are written as XML."""
    names = "".join(
        f' xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{full}:1.0"'
        for name, full in [
            ("office", "office"),
            ("text", "text"),
            ("table", "table"),
            ("style", "style"),
            ("draw", "drawing"),
            ("meta", "meta"),
        ]
    )
    core = "".join(f"<dc:{name}>{escape(value)}</dc:{name}>" for name, value in known.items())
    content = f"<office:document-content{names}><office:automatic-styles>{styles}</office:automatic-styles>"
    return zipped(
        {
            "mimetype": "application/vnd.oasis.opendocument.text",
            "content.xml": (
                f"{content}<office:body><office:text>{body}</office:text></office:body></office:document-content>"
            ),
            "meta.xml": f'<office:document-meta{names} xmlns:dc="http://purl.org/dc/elements/1.1/">'
            f"<office:meta>{core}</office:meta></office:document-meta>",
        }
    )


def epub(chapters: Sequence[str], **known: str) -> bytes:
    """A book of chapters, which are written as HTML."""
    items = "".join(
        f'<item id="c{n}" href="c{n}.xhtml" media-type="application/xhtml+xml"/>' for n in range(len(chapters))
    )
    spine = "".join(f'<itemref idref="c{n}"/>' for n in range(len(chapters)))
    core = "".join(f"<dc:{name}>{escape(value)}</dc:{name}>" for name, value in known.items())
    container = (
        '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
        '<rootfile full-path="OPS/book.opf"/></rootfiles></container>'
    )
    package = (
        '<package xmlns="http://www.idpf.org/2007/opf" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<metadata>{core}</metadata>"
    )
    return zipped(
        {
            "mimetype": "application/epub+zip",
            "META-INF/container.xml": container,
            "OPS/book.opf": f"{package}<manifest>{items}</manifest><spine>{spine}</spine></package>",
            **{f"OPS/c{n}.xhtml": f"<html><body>{words}</body></html>" for n, words in enumerate(chapters)},
        }
    )


def pptx(slides: Sequence[tuple[str, Sequence[str]]]) -> bytes:
    """A presentation, its parts written by hand: each slide a title and paragraphs, stored in another order."""
    drawing = "http://schemas.openxmlformats.org/drawingml/2006/main"
    names = (
        f'xmlns:a="{drawing}" xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" xmlns:r="{_OFFICE}"'
    )

    def shape(kind: str, lines: Sequence[str]) -> str:
        told = f'<p:nvPr><p:ph type="{kind}"/></p:nvPr>'
        words = "".join(f"<a:p><a:r><a:t>{escape(line)}</a:t></a:r></a:p>" for line in lines)
        return f"<p:sp><p:nvSpPr>{told}</p:nvSpPr><p:txBody>{words}</p:txBody></p:sp>"

    def slide(title: str, lines: Sequence[str]) -> str:
        shapes = shape("title", [title]) + shape("body", lines) + shape("sldNum", ["99"])
        return f"<p:sld {names}><p:cSld><p:spTree>{shapes}</p:spTree></p:cSld></p:sld>"

    parts = {f"ppt/slides/slide{len(slides) - n}.xml": slide(title, lines) for n, (title, lines) in enumerate(slides)}
    listed = "".join(f'<p:sldId id="{256 + n}" r:id="r{n}"/>' for n in range(len(slides)))
    relations = "".join(
        f'<Relationship Id="r{n}" Type="{_OFFICE}/slide" Target="slides/slide{len(slides) - n}.xml"/>'
        for n in range(len(slides))
    )
    return zipped(
        {
            "ppt/presentation.xml": f"<p:presentation {names}><p:sldIdLst>{listed}</p:sldIdLst></p:presentation>",
            "ppt/_rels/presentation.xml.rels": (
                f'<Relationships xmlns="{_PACKAGE}/relationships">{relations}</Relationships>'
            ),
            **parts,
        }
    )
