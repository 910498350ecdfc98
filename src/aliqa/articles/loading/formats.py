"""The formats: which reader makes an article of which file. A reader is imported when it is needed."""

from collections.abc import Callable
from functools import cache
from pkgutil import resolve_name
from typing import Final

from aliqa.articles.loading.extract import Reader
from aliqa.foundations.errors import ArticleError

_ROOM: Final = "aliqa.articles.loading"
READERS: Final = {
    **dict.fromkeys((".txt", ".md", ".markdown", ".mdx", ".text", ".rst", ".org", ".adoc"), f"{_ROOM}.text:read"),
    **dict.fromkeys((".html", ".htm", ".xhtml"), f"{_ROOM}.html:read"),
    **dict.fromkeys((".mhtml", ".mht"), f"{_ROOM}.mhtml:read"),
    ".pdf": f"{_ROOM}.pdf:read",
    ".docx": f"{_ROOM}.docx:read",
    **dict.fromkeys((".odt", ".odp", ".ods"), f"{_ROOM}.odf:read"),
    ".rtf": f"{_ROOM}.rtf:read",
    ".pptx": f"{_ROOM}.pptx:read",
    ".epub": f"{_ROOM}.epub:read",
    **dict.fromkeys((".csv", ".tsv"), f"{_ROOM}.sheets:read"),
    ".xlsx": f"{_ROOM}.sheets:read_workbook",
    **dict.fromkeys((".jsonl", ".ndjson", ".json"), f"{_ROOM}.jsonl:read"),
    **dict.fromkeys((".rss", ".atom", ".xml"), f"{_ROOM}.feeds:read"),
    **dict.fromkeys((".eml", ".mbox"), f"{_ROOM}.eml:read"),
    **dict.fromkeys((".png", ".jpg", ".jpeg", ".tif", ".tiff", ".webp"), f"{_ROOM}.ocr:read"),
    **dict.fromkeys(
        (".doc", ".ppt", ".xls", ".msg", ".pages", ".mobi", ".azw3", ".djvu", ".wpd"), f"{_ROOM}.unread:read"
    ),
}
SUFFIXES: Final = tuple(suffix for suffix, reader in READERS.items() if not reader.endswith("unread:read"))
"""The formats that are read; the others in `READERS` belong to programs that can save as one of these."""

SPLITTERS: Final = {
    **dict.fromkeys((".jsonl", ".ndjson"), f"{_ROOM}.jsonl:split"),
    ".json": f"{_ROOM}.jsonl:split_document",
    **dict.fromkeys((".csv", ".tsv"), f"{_ROOM}.sheets:split"),
    **dict.fromkeys((".rss", ".atom", ".xml"), f"{_ROOM}.feeds:split"),
    **dict.fromkeys((".eml", ".mbox"), f"{_ROOM}.eml:split"),
}
"""What cuts a file that holds several articles; a part is read as a file of the same suffix would be."""
ATTACHED: Final = frozenset(SUFFIXES) - SPLITTERS.keys()
"""The formats that are read as a part of a mail."""
TRUSTED: Final = frozenset(
    {".txt", ".md", ".markdown", ".mdx", ".text", ".rst", ".org", ".adoc", ".jsonl", ".ndjson", ".json"}
)
"""Formats so simple that no file of them takes long to read."""

_ZIP: Final = b"PK\x03\x04"
_JPEG: Final = b"\xff\xd8\xff"
_SIGNATURES: Final = {
    **{".pdf": b"%PDF-", ".rtf": b"{\\rtf", ".png": b"\x89PNG", ".jpg": _JPEG, ".jpeg": _JPEG, ".webp": b"WEBP"},
    **dict.fromkeys((".docx", ".odt", ".odp", ".ods", ".pptx", ".xlsx", ".epub"), _ZIP),
}
_BINARY: Final = frozenset({".tif", ".tiff"})
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
    if suffix in _BINARY:
        return head.startswith((b"II*\0", b"MM\0*"))
    return not head.startswith((b"%PDF-", _ZIP)) and (b"\0" not in head or head.startswith(_WIDE))


@cache
def reader_of(suffix: str) -> Reader:
    """The reader of the files with this suffix. Raises ArticleError if aliqa reads no such files."""
    if suffix not in READERS:
        raise ArticleError(f"aliqa does not read such files. Save it as {', '.join(SUFFIXES[:-1])} or {SUFFIXES[-1]}.")
    reader: Reader = resolve_name(READERS[suffix])
    return reader


def split(suffix: str, data: bytes) -> list[tuple[int, bytes]]:
    """The articles in the bytes of a file that holds several, with their numbers; empty if it is one article."""
    splitter: Callable[[bytes], list[tuple[int, bytes]]] | None = _splitter(suffix)
    return splitter(data) if splitter else []


@cache
def _splitter(suffix: str) -> Callable[[bytes], list[tuple[int, bytes]]] | None:
    return resolve_name(SPLITTERS[suffix]) if suffix in SPLITTERS else None
