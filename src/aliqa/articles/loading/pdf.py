"""``.pdf``: the words of a document page by page, by pdfium.

The lines of a paragraph follow one another; where the gap between two lines is larger than usual, or
the size of the letters changes, a blank line says that something new begins. Columns are read one after
the other, rows of a table a line each. What stands at the head or foot of many pages, and the numbers of
pages, are left out, so that a sentence can run over to the next page.
"""

import re
from collections.abc import Sequence
from typing import Final

import pypdfium2 as pdfium

from aliqa.articles.loading.extract import Extract, mute
from aliqa.articles.loading.naming import is_name
from aliqa.articles.loading.pdf_flow import flow
from aliqa.articles.loading.pdf_layout import Block, blocks_of
from aliqa.articles.loading.pdf_margins import without_margins
from aliqa.articles.loading.pdf_page import read_page
from aliqa.articles.loading.pdf_piece import Page
from aliqa.foundations.errors import ArticleError

_BROKEN: Final = "It is not a PDF, or it is broken. Open it in a viewer and save it again."
_ENCRYPTED: Final = "It is encrypted. Save a copy without a password."
_GIBBERISH: Final = (
    "Its letters have no meaning: its fonts do not say which characters they show. Have its text recognised (OCR)."
)
_HEAD: Final = b"%PDF-"
_REACH: Final = 1024
_ODD: Final = re.compile("[\ufffd\ue000-\uf8ff\x00-\x08\x0e-\x1f]")
_LATIN: Final = re.compile(r"[A-Za-z]")
_VOWEL: Final = re.compile(r"[AEIOUYaeiouy]")
_WORD: Final = re.compile(r"[A-Za-z]{3,}")
_VOWELS: Final = (0.2, 0.65)
"""The least and the largest share of vowels among the Latin letters of a text; languages lie between 0.3 and 0.55."""
_ENOUGH: Final = 200
"""Letters of which the share is told."""


def read(data: bytes) -> Extract:
    """The words of a document and where its pages begin, with its title and author.

    Raises:
        ArticleError: it is broken, encrypted, or has no words.
    """
    if _HEAD not in data[:_REACH]:
        raise ArticleError(_BROKEN)
    mute("pypdfium2")
    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        raise ArticleError(_ENCRYPTED if "password" in str(error).lower() else _BROKEN) from error
    try:
        document.init_forms()
        known = document.get_metadata_dict()
        pages = [read_page(document, number) for number in range(len(document))]
        text, starts, reading = _text(document, pages)
    except pdfium.PdfiumError as error:
        raise ArticleError(_BROKEN) from error
    finally:
        document.close()
    title, author = known.get("Title"), known.get("Author")
    return Extract(
        text, title if is_name(title) else None, author if is_name(author) else None, pages=starts, reading=reading
    )


def _text(document: pdfium.PdfDocument, pages: Sequence[Page]) -> tuple[str, tuple[int, ...], str | None]:
    """The text, where each page begins in it, and how it was read if it was recognised."""
    blocks: list[list[Block]] = [blocks_of(rows) for rows in without_margins(pages)]
    text, starts = flow(blocks)
    if not text.strip():
        from aliqa.articles.loading.ocr import recognise_pages

        return recognise_pages(document)
    if _is_gibberish(text):
        raise ArticleError(_GIBBERISH)
    return text, starts, None


def _is_gibberish(text: str) -> bool:
    """Whether the characters are those of no language: signs without a meaning, or letters in the place of others."""
    if len(_ODD.findall(text)) * 5 > len(text):
        return True
    letters = len(_LATIN.findall(text))
    if letters < _ENOUGH or letters * 2 < len(text.split()) * 2:
        return False
    share = len(_VOWEL.findall(text)) / letters
    return not _VOWELS[0] <= share <= _VOWELS[1]
