"""The formats: which reader makes an article of which file. A reader is imported when it is needed."""

from functools import cache
from pkgutil import resolve_name
from typing import Final

from aliqa.articles.loading.extract import Reader
from aliqa.foundations.errors import ArticleError

READERS: Final = {
    ".txt": "aliqa.articles.loading.text:read",
    ".md": "aliqa.articles.loading.text:read",
    ".html": "aliqa.articles.loading.html:read",
    ".htm": "aliqa.articles.loading.html:read",
    ".pdf": "aliqa.articles.loading.pdf:read",
    ".docx": "aliqa.articles.loading.docx:read",
    ".jsonl": "aliqa.articles.loading.jsonl:read",
    ".eml": "aliqa.articles.loading.eml:read",
}
SUFFIXES: Final = tuple(READERS)

_SIGNATURES: Final = {".pdf": b"%PDF-", ".docx": b"PK\x03\x04"}
_HEAD: Final = 1024
_WIDE: Final = (b"\xff\xfe", b"\xfe\xff")
"""How text of two or four bytes a character begins, which is full of zeros."""


def looks_like(suffix: str, data: bytes) -> bool:
    r"""Whether bytes begin like a file with this suffix: by its signature, or not like what is no text at all.

    >>> looks_like(".pdf", b"MZ\x90\x00"), looks_like(".txt", b"MZ\x90\x00"), looks_like(".txt", b"Caf\xe9")
    (False, False, True)
    """
    head = data[:_HEAD]
    if signature := _SIGNATURES.get(suffix):
        return signature in head
    return not head.startswith(tuple(_SIGNATURES.values())) and (b"\0" not in head or head.startswith(_WIDE))


@cache
def reader_of(suffix: str) -> Reader:
    """The reader of the files with this suffix. Raises ArticleError if aliqa reads no such files."""
    if suffix not in READERS:
        raise ArticleError(f"aliqa does not read such files. Save it as {', '.join(SUFFIXES[:-1])} or {SUFFIXES[-1]}.")
    reader: Reader = resolve_name(READERS[suffix])
    return reader
