"""``.txt`` and ``.md``: the text is the file."""

import codecs

from aliqa.articles.loading.extract import Extract
from aliqa.articles.loading.front_matter import read_front_matter
from aliqa.foundations.errors import ArticleError


def read(data: bytes) -> Extract:
    """The file as it is, and what its front matter says. Raises ArticleError if it is no UTF-8 text."""
    text = _decode(data)
    fields, body_start = read_front_matter(text)
    return Extract(text, **fields._asdict(), body_start=body_start)


def _decode(data: bytes) -> str:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise ArticleError("It is UTF-16, not UTF-8. Save it as UTF-8.")
    if (nul := data.find(0)) >= 0:
        raise ArticleError(f"It is a binary file, not text: byte {nul} is NUL. Save it as UTF-8 text.")
    try:
        return data.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise ArticleError(f"It is not UTF-8: byte {error.start} cannot be decoded. Save it as UTF-8.") from error
