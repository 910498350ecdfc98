"""``.eml``: a saved mail, for instance a newsletter: its text, that of what it forwards and of what is attached.

Of a part that is there twice, plain and as HTML, the plain one is read, unless it only points to the other.
"""

import re
from collections.abc import Callable, Iterator
from email import message_from_bytes
from email.header import decode_header
from email.message import Message
from email.policy import compat32
from email.utils import parseaddr
from pathlib import PurePosixPath
from typing import Final

from aliqa.articles.loading import html
from aliqa.articles.loading.characters import decode, is_wide
from aliqa.articles.loading.days import day_of
from aliqa.articles.loading.extract import Extract, clean, one_line
from aliqa.articles.loading.markup import is_markup
from aliqa.foundations.errors import ArticleError

_NO_MAIL: Final = "It is not a mail: it has no subject, sender or date. Save the mail again as .eml."
_BROKEN: Final = "It is a broken mail. Save it again as .eml."
_ONLY_ATTACHED: Final = "It has no text but what is attached, which is not read: {}. Save that as .docx, .pdf or .txt."
_LONGEST_NAMES: Final = 200
_BOUNDARY: Final = re.compile(rb"(?im)^((?:content-type:|[ \t])[^\n\"]{0,200}?boundary=)([^\"\s;]+)")
_SENT: Final = re.compile(rb"\A(?:\xef\xbb\xbf)?(?:>?From [^\n]*\n)?")
_LONGEST_HEADER: Final = 2000
"""Characters of a header that are decoded; parsers of headers take time that grows with the square."""
_DEPTH: Final = 8
_STUB: Final = 3
"""How much longer the words of the HTML part are where the plain one only points to it."""
_SPLIT: Final = re.compile(rb"(?:\A|\n\r?\n)From \S+[^\n]*\n")
_MAILS: Final = frozenset({"message/rfc822", "message/global"})


def split(data: bytes) -> list[tuple[int, bytes]]:
    r"""The mails of a mailbox, numbered from 1; none unless there are several.

    >>> [number for number, _ in split(b"From a x\nSubject: A\n\nOne\n\nFrom b x\nSubject: B\n\nTwo\n")]
    [1, 2]
    """
    starts = [found.end() for found in _SPLIT.finditer(data)] if data.startswith(b"From ") else []
    ends = [*[found.start() for found in _SPLIT.finditer(data)][1:], len(data)] if starts else []
    mails = [data[start:end].replace(b"\n>From ", b"\nFrom ") for start, end in zip(starts, ends, strict=True)]
    return list(enumerate(mails, 1)) if len(mails) > 1 else []


def read(data: bytes) -> Extract:
    """The words of a mail, with its subject, sender and day. Raises ArticleError if it has none."""
    if is_wide(data):
        data = decode(data).text.encode()
    message = message_from_bytes(_BOUNDARY.sub(rb'\1"\2"', _SENT.sub(b"", data)), policy=compat32)
    if not any(name in message for name in ("Subject", "From", "Date", "Message-ID")):
        raise ArticleError(_NO_MAIL)
    notes: list[str] = []
    try:
        text = "\n\n".join(filter(None, (block.strip("\r\n") for block in _texts(message, notes, _DEPTH))))
    except ArticleError:
        raise
    except Exception as error:  # a broken mail may fail anywhere inside the library
        raise ArticleError(_BROKEN) from error
    if not text.strip() and (names := [name for part in message.walk() if (name := _name(part))]):
        raise ArticleError(_ONLY_ATTACHED.format(", ".join(names)[:_LONGEST_NAMES]))
    title, day = _header(message, "Subject"), day_of(_header(message, "Date"))
    return Extract(clean(text), title, _sender(message), published=day, reading="; ".join(dict.fromkeys(notes)) or None)


def _texts(part: Message, notes: list[str], depth: int) -> Iterator[str]:
    """The text of a part and of the parts in it, in their order."""
    if depth == 0:
        return
    kind = part.get_content_type()
    if kind in _MAILS:
        inner = part.get_payload(0) if part.is_multipart() else None
        if isinstance(inner, Message):
            yield f"# {one_line(_header(inner, 'Subject') or 'Forwarded')}"
            yield from _texts(inner, notes, depth - 1)
    elif kind == "multipart/alternative":
        yield from _best(part, notes, depth)
    elif part.is_multipart():
        for child in part.get_payload():
            if isinstance(child, Message):
                yield from _texts(child, notes, depth - 1)
    else:
        yield _leaf(part, kind, notes)


def _best(part: Message, notes: list[str], depth: int) -> list[str]:
    """Of the ways to say the same, the first whose words are about as many as those of the longest."""
    ways = [list(_texts(child, notes, depth - 1)) for child in part.get_payload() if isinstance(child, Message)]
    longest = max((_length(way) for way in ways), default=0)
    return next((way for way in ways if _length(way) * _STUB >= longest), [])


def _length(blocks: list[str]) -> int:
    return sum(map(len, blocks))


def _leaf(part: Message, kind: str, notes: list[str]) -> str:
    payload = part.get_payload(decode=True)
    data = payload if isinstance(payload, bytes) else b""
    if kind == "text/html":
        return _page(_decoded(data, part, notes))
    if kind == "text/plain" or (kind.startswith("text/") and not part.get_filename()):
        text = _decoded(data, part, notes)
        if is_markup(text):
            return _page(text)
        return _unflowed(text, part) if str(part.get_param("format")).casefold() == "flowed" else text
    return _attached(part, data, notes)


def _decoded(data: bytes, part: Message, notes: list[str]) -> str:
    text, note = decode(data, part.get_content_charset())
    notes += [note] if note else []
    return text


def _page(text: str) -> str:
    """The article of an HTML part, or all of it where it is a note without one."""
    whole = html.whole_text(text)
    try:
        found = html.extract(text).text
    except ArticleError:
        return whole
    return found if len(found) * 2 > len(whole) else whole


def _unflowed(text: str, part: Message) -> str:
    """Lines that end with a blank run on (RFC 3676)."""
    joint = "" if str(part.get_param("delsp")).casefold() == "yes" else " "
    lines: list[str] = []
    runs_on = False
    for line in text.splitlines():
        if runs_on and line.strip() and not line.startswith(">"):
            lines[-1] = lines[-1].rstrip(" ") + joint + line.removeprefix(" ")
        else:
            lines.append(line)
        runs_on = line.endswith(" ") and line != "-- "
    return "\n".join(lines)


def _attached(part: Message, data: bytes, notes: list[str]) -> str:
    """The text of an attached article under its name; what cannot be read is said."""
    from aliqa.articles.loading.formats import ATTACHED, reader_of

    name = _name(part)
    suffix = PurePosixPath(name).suffix.lower()
    if suffix not in ATTACHED or not data:
        return ""
    try:
        return f"# {name}\n\n{_read(reader_of(suffix), data)}"
    except ArticleError as error:
        notes.append(f"the attached {name} is left out: {error}")
        return ""


def _read(reader: Callable[[bytes], Extract], data: bytes) -> str:
    found = reader(data)
    return found.text[found.body_start :].strip()


def _name(part: Message) -> str:
    return one_line(_plain(str(part.get_filename() or ""))).rpartition("/")[2]


def _header(message: Message, name: str) -> str | None:
    """A header as its reader sees it."""
    raw = next((value for key, value in message.raw_items() if key.casefold() == name.casefold()), None)
    return one_line(_plain(str(raw))) or None if raw is not None else None


def _plain(raw: str) -> str:
    cut = raw[:_LONGEST_HEADER].encode("ascii", "surrogateescape") if raw.isascii() or _is_bytes(raw) else raw.encode()
    text = decode(cut).text if cut.strip() else ""
    try:
        parts = decode_header(text)
    except Exception:  # a broken encoded word
        return text
    return "".join(decode(part, charset).text if isinstance(part, bytes) else part for part, charset in parts)


def _is_bytes(raw: str) -> bool:
    return any("\udc80" <= char <= "\udcff" for char in raw)


def _sender(message: Message) -> str | None:
    """Who wrote it, by name if it is given."""
    raw = next((str(value) for key, value in message.raw_items() if key.casefold() == "from"), "")
    try:
        name, address = parseaddr(raw[:_LONGEST_HEADER])
    except RecursionError:  # brackets in brackets
        return None
    return one_line(_plain(name)) or address or None
