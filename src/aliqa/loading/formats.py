"""The formats: which reader makes an article of which file. A reader is imported when it is needed."""

from functools import cache
from pkgutil import resolve_name
from typing import Final

from aliqa.errors import ArticleError
from aliqa.loading.extract import Reader

READERS: Final = {
    ".txt": "aliqa.loading.text:read",
    ".md": "aliqa.loading.text:read",
    ".html": "aliqa.loading.html:read",
    ".htm": "aliqa.loading.html:read",
    ".pdf": "aliqa.loading.pdf:read",
    ".docx": "aliqa.loading.docx:read",
    ".jsonl": "aliqa.loading.jsonl:read",
    ".eml": "aliqa.loading.eml:read",
}
SUFFIXES: Final = tuple(READERS)


@cache
def reader_of(suffix: str) -> Reader:
    """The reader of the files with this suffix. Raises ArticleError if aliqa reads no such files."""
    if suffix not in READERS:
        raise ArticleError(f"aliqa does not read such files. Save it as {', '.join(SUFFIXES[:-1])} or {SUFFIXES[-1]}.")
    reader: Reader = resolve_name(READERS[suffix])
    return reader
