"""``.rtf``: Rich Text, by striprtf."""

import re
from typing import Final

from aliqa.articles.loading.extract import Extract, clean
from aliqa.articles.loading.naming import is_name
from aliqa.foundations.errors import ArticleError

_BROKEN: Final = "It is not Rich Text, or it is broken. Open it in a word processor and save it as .docx."
_INFO: Final = re.compile(r"\{\\(title|author) ([^{}\\]{1,300})\}")
_HIDDEN: Final = re.compile(r"\{\\(?:v|deleted|strike)\b(?!0)[^{}]*+\}")
_LINES: Final = re.compile(r"\n{2,}")


def read(data: bytes) -> Extract:
    """The words of the document, with its title and author. Raises ArticleError if it cannot be read."""
    if not data.lstrip().startswith(b"{\\rtf"):
        raise ArticleError(_BROKEN)
    from striprtf.striprtf import rtf_to_text

    source = data.decode("latin-1")
    said = {name: words.strip() for name, words in _INFO.findall(source[:20_000])}
    try:
        text = rtf_to_text(_HIDDEN.sub("", source), errors="replace")
    except Exception as error:  # a broken file may fail anywhere inside the library
        raise ArticleError(_BROKEN) from error
    paragraphs = (" ".join(line.split()) for line in clean(text).split("\n"))
    title, author = said.get("title"), said.get("author")
    return Extract(
        "\n\n".join(line.replace("|", " | ").strip() if "|" in line else line for line in paragraphs if line),
        title=title if is_name(title) else None,
        author=author if is_name(author) else None,
    )
