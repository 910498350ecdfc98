"""Reads articles from a folder: which files there are, what their text is, and what is known about them.

The text is the file, decoded as UTF-8, without its byte order mark; newlines, front matter and blanks
stay as they are, so that offsets into the text are offsets into the file's characters. Title, author,
source and date come from the front matter or from lines that say nothing else. They are never guessed
from prose, and a date that can be read in two ways ("05/06/2025") is no date.
"""

import codecs
import errno
import hashlib
import os
import re
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice
from pathlib import Path

import yaml
from dateutil import parser

from aliqa.errors import ArticleError, ArticleUnreadable, CorpusMissing, CorpusUnreadable
from aliqa.sentences import BYLINE, DATE_LINE, split_sentences
from aliqa.types import Article, ArticleMeta, SentenceKind

MAX_BYTES = 50 * 1024 * 1024
"""Larger files are refused: no article is that long, and a build must not run out of memory."""


@dataclass(frozen=True, slots=True)
class SourceFile:
    """The bytes of one file of the corpus, read once, and their hash."""

    doc_id: str
    data: bytes
    sha256: str


def read_article(path: Path, doc_id: str) -> Article:
    """The article in the file ``path``, to be known as ``doc_id``. Raises ArticleError."""
    return parse_article(read_file(path, doc_id))


def read_file(path: Path, doc_id: str) -> SourceFile:
    """The file ``path``, to be known as ``doc_id``.

    Raises:
        ArticleUnreadable: it cannot be read now; what it holds is not known.
    """
    if Path(doc_id).suffix.lower() not in READERS:
        raise ArticleUnreadable(f"Its format is not known. Save it as {' or '.join(SUFFIXES)}.")
    data = _read_bytes(path, doc_id)
    return SourceFile(doc_id, data, hashlib.sha256(data).hexdigest())


def parse_article(file: SourceFile) -> Article:
    """The article in a file.

    Raises:
        ArticleError: the file is no text, or holds no words.
    """
    suffix = Path(file.doc_id).suffix
    text = READERS[suffix.lower()](file.data)
    fields, body_start = _front_matter(text)
    if not text[body_start:].strip():
        raise ArticleError("It is empty. Write something into it, or delete it.")
    head = list(islice(_lines(text[body_start : body_start + _HEAD]), 20))
    author, source = _bylines(head[:10])
    link = _first(fields, "url", "link", "canonical_url", "source_url") or _first(fields, "source")
    named = _first(fields, "source", "publisher", "outlet", "publication", "site")
    meta = ArticleMeta(
        doc_id=file.doc_id,
        sha256=file.sha256,
        title=_first(fields, "title") or _title(head) or Path(file.doc_id).stem,
        author=_first(fields, "author", "authors", "byline") or author,
        source=source if named is None or _ADDRESS.match(named) else named,
        published=_parse_date(_first(fields, "published", "date", "published_at", "pubdate")) or _date_line(head[:5]),
        url=link if link and _ADDRESS.match(link) else None,
        bytes=len(file.data),
        body_start=body_start,
    )
    return Article(meta, text)


# --- bytes and formats -----------------------------------------------------------------------


def _read_bytes(path: Path, doc_id: str) -> bytes:
    try:
        state = path.stat()
        if not stat.S_ISREG(state.st_mode):
            raise ArticleUnreadable("It is a folder or a device, not a file. Move it out of the corpus.")
        if state.st_size > MAX_BYTES:
            raise ArticleUnreadable(f"It is larger than {MAX_BYTES // 1024**2} MB. Split it into several articles.")
        return path.read_bytes()
    except PermissionError as error:
        raise ArticleUnreadable("It may not be read. Give the user who runs aliqa permission to read it.") from error
    except FileNotFoundError as error:
        if _UNKNOWN in doc_id:
            raise ArticleUnreadable("Its name is not UTF-8. Rename it.") from error
        raise ArticleUnreadable("It vanished while it was being read. Run again.") from error
    except OSError as error:
        raise ArticleUnreadable(f"It cannot be read ({error.strerror}). Check the disk and run again.") from error


def _read_text(data: bytes) -> str:
    """The text of a ``.txt`` or ``.md`` file."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise ArticleError("It is UTF-16, not UTF-8. Save it as UTF-8.")
    if (nul := data.find(0)) >= 0:
        raise ArticleError(f"It is a binary file, not text: byte {nul} is NUL. Save it as UTF-8 text.")
    try:
        return data.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise ArticleError(f"It is not UTF-8: byte {error.start} cannot be decoded. Save it as UTF-8.") from error


Reader = Callable[[bytes], str]
"""Makes an article's text from the bytes of its file. Raises ArticleError."""

READERS: dict[str, Reader] = {".txt": _read_text, ".md": _read_text}
SUFFIXES = tuple(READERS)


# --- front matter ----------------------------------------------------------------------------

_HEAD = 64 * 1024
"""Code points at the beginning of a text in which metadata is looked for."""

_FRONT_MATTER = re.compile(r"---[ \t]*(?:\r\n|\n|\r)(.*?)(?<=[\n\r])(?:---|\.\.\.)[ \t]*(?:\r\n|\n|\r|\Z)", re.DOTALL)
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
"""What no terminal and no JSON should get; half a surrogate pair can be written in YAML."""
_ADDRESS = re.compile(r"https?://[^\s<>\"']+\Z")


def _front_matter(text: str) -> tuple[dict[str, str], int]:
    """The front matter's fields, and where the text begins behind it; ({}, 0) when there is none."""
    match = _FRONT_MATTER.match(text, 0, _HEAD)
    if not match:
        return {}, 0
    try:
        # BaseLoader keeps every scalar as it is written: no value can be a bad date or an odd number.
        values = yaml.load(match[1], Loader=yaml.BaseLoader)
    except (yaml.YAMLError, RecursionError):
        return {}, 0
    if not isinstance(values, dict):
        return {}, 0
    return {key.strip().casefold(): _plain(value) for key, value in values.items() if isinstance(key, str)}, match.end()


def _plain(value: object) -> str:
    """A field as one line; a list of names becomes "A, B", anything else that is no scalar is dropped."""
    names = value if isinstance(value, list) else [value]
    line = ", ".join(_one_line(name) for name in names if isinstance(name, str))
    return "" if line in ("~", "null") else line[:500]


def _one_line(words: str) -> str:
    return " ".join(_CONTROL.sub("", " ".join(words.split())).split())


def _first(fields: dict[str, str], *names: str) -> str | None:
    return next((fields[name] for name in names if fields.get(name)), None)


# --- the first lines -------------------------------------------------------------------------

_TITLE = 120
_CUT = 80
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
_ORDERED = re.compile(r"(\d{4})\D+(\d{1,2})\D+(\d{1,2})\D?\Z")
_DAY_MONTH = re.compile(r"(\d{1,2})([-/.\s])\s*(\d{1,2})[-/.\s]\s*(\d{4})\Z")


def _lines(text: str) -> Iterator[str]:
    """The lines that are not blank, without the blanks and the emphasis around them."""
    return (line for line in (raw.strip().strip("*_").strip() for raw in text.splitlines()) if line)


def _title(head: list[str]) -> str | None:
    """The first heading by marks, else the first line with words, cut if it is long."""
    titles = [line for line in head if re.match(r"#{1,6}\s", line)] + head
    words = next((words for line in titles if (words := _words(line))), None)
    if words is None or len(words) <= _TITLE:
        return words
    return words[: _CUT + 1].rpartition(" ")[0].rstrip(" ,;:–—-") + "…" if " " in words[:_CUT] else words[:_CUT] + "…"


def _words(line: str) -> str:
    """A line without its marks; nothing of a line that is a date, a byline or a counter."""
    spans = [piece.span for piece in split_sentences(line) if piece.kind is not SentenceKind.BOILERPLATE]
    if not spans:
        return ""
    words = _LINK.sub(r"\1", line[spans[0].start : spans[-1].end]).replace("**", "")
    return _one_line(words).strip("*_`# ")


def _bylines(head: list[str]) -> tuple[str | None, str | None]:
    """The author and the source that the first lines name."""
    lines = [match for line in head if (match := BYLINE.fullmatch(line))]
    author = next((match["author"] or match["by"] for match in lines if match["author"] or match["by"]), None)
    return author, next((match["source"] for match in lines if match["source"]), None)


def _date_line(head: list[str]) -> date | None:
    return next((day for line in head if DATE_LINE.fullmatch(line) and (day := _parse_date(line))), None)


def _parse_date(line: str | None) -> date | None:
    """The date that ``line`` begins with, None if it is incomplete, impossible or can be read in two ways."""
    match = DATE_LINE.match(line or "")
    if not match:
        return None
    words = match["date"]
    try:
        if ordered := _ORDERED.match(words):
            return date(*map(int, ordered.groups()))
        if numbers := _DAY_MONTH.match(words):
            return _day_month(int(numbers[1]), int(numbers[3]), int(numbers[4]), dotted=numbers[2] == ".")
        return parser.parse(words).date()
    except (ValueError, OverflowError):
        return None


def _day_month(first: int, second: int, year: int, *, dotted: bool) -> date | None:
    """13.05.2025 is day first; 05/13 2025 can only be month first; 05/06/2025 could be both."""
    if dotted or first > 12 or first == second:
        return date(year, second, first)
    return date(year, first, second) if second > 12 else None


# --- the folder ------------------------------------------------------------------------------

_UNKNOWN = "\ufffd"


def list_articles(folder: Path) -> list[str]:
    """The ``doc_id`` of every file in ``folder`` and below that has a known suffix, sorted.

    Hidden files and folders, links that lead out of the folder, and what is neither a file nor a
    folder are left out. A file that several links lead to is listed once, by its own name if that is visible.

    Raises:
        CorpusMissing: ``folder`` is not there, or is not a folder.
        CorpusUnreadable: it, or a folder in it, cannot be listed.
    """
    try:
        if not folder.is_dir():
            raise CorpusMissing(folder)
        root = folder.resolve(strict=True)
    except OSError as error:
        raise CorpusUnreadable(folder, error.strerror or "it cannot be reached") from error
    found, seen = list[str](), set[Path]()
    waiting, links = [(root, "")], list[tuple[Path, str]]()
    while waiting or links:  # links come last, so that each file goes by its own name
        place, name = waiting.pop() if waiting else links.pop(0)
        if place in seen or not place.is_relative_to(root):
            continue
        try:
            mode, entries = _look(place)
        except OSError as error:
            if error.errno in (errno.ENOENT, errno.ELOOP) and name:  # a link to nowhere, or gone since
                continue
            raise CorpusUnreadable(folder / name, error.strerror or "it cannot be reached") from error
        if stat.S_ISREG(mode) and Path(name).suffix.lower() in READERS:
            found.append(os.fsencode(name).decode("utf-8", "replace"))
        elif not stat.S_ISDIR(mode):
            continue
        seen.add(place)
        for entry in entries:
            child = f"{name}/{entry.name}".lstrip("/")
            if entry.is_symlink():
                links.append((Path(os.path.realpath(entry)), child))
            else:
                waiting.append((place / entry.name, child))
    return sorted(found)


def _look(place: Path) -> tuple[int, list[os.DirEntry[str]]]:
    """The mode of a file or folder, and what a folder shows, by name. Raises OSError."""
    mode = place.stat().st_mode
    if not stat.S_ISDIR(mode):
        return mode, []
    with os.scandir(place) as entries:
        shown = [entry for entry in entries if not entry.name.startswith(".")]
    return mode, sorted(shown, key=lambda entry: entry.name)
