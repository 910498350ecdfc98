"""Bytes as characters: by their mark, as UTF-8, as they declare, else by a detector, which is said.

Labels mean what they mean to browsers (https://encoding.spec.whatwg.org): ``latin-1`` is windows-1252,
``gb2312`` is gb18030, ``shift_jis`` is cp932.
"""

import codecs
import re
from typing import Final, NamedTuple

from aliqa.foundations.errors import ArticleError

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_WIDER: Final = {
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc-kr": "cp949",
    "big5": "big5hkscs",
    "x-user-defined": "cp1252",
}
"""Encodings that browsers read as larger ones, by the names of webencodings."""
_SEVEN_BITS: Final = frozenset({"iso-2022-jp"})
"""Encodings whose bytes are valid ASCII, too."""
_HEAD: Final = 4096
_SAMPLE: Final = 64 * 1024
"""Bytes that the detector sees; more make it slower and no surer."""
_RARE: Final = 100
"""In text at most one character in so many is a zero or another that no text holds."""
_BINARY: Final = "It is a binary file, not text. Save it as UTF-8 text."
_UNSEEN: Final = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f-\x84\x86-\x9f\ue000-\uf8ff]")
_MIXED: Final = re.compile("[A-Za-z][\u0370-\u0e7f]|[\u0370-\u0e7f][A-Za-z]")
"""A word of Latin letters and of those of another alphabet."""
_WESTERN: Final = 0.6
"""How sure of windows-1252 the detector must be, compared with the likeliest: most undeclared files are that."""
_UNTOLD: Final = "Its encoding cannot be told. Save it as UTF-8."
_TAGS: Final = re.compile(rb"<[^<>]*+>")
_FOREIGN_LINE: Final = re.compile(rb"[^\n]*+\n?")


class Decoded(NamedTuple):
    """The characters of a file, and how they were found where the file does not say it plainly."""

    text: str
    note: str | None = None


def decode(data: bytes, declared: str | None = None) -> Decoded:
    r"""The characters that ``data`` stands for; ``declared`` is the label that it gives itself.

    >>> decode("café – 5 €".encode("cp1252"), "iso-8859-1").text
    'café – 5 €'
    >>> decode("Der Rat der Stadt prüft die Gebühren für Fähren.".encode("cp1252")).note
    'read as windows-1252, which is a guess'

    Raises:
        ArticleError: it is no text.
    """
    for mark, name in _MARKS:
        if data.startswith(mark):
            return Decoded(_text(data[len(mark) :].decode(name, "replace")))
    if wide := _wide(data[:_HEAD]):
        return Decoded(_text(data.decode(wide, "replace")), f"read as {wide.upper()}, which is a guess")
    label = codec_of(declared)
    if label not in _SEVEN_BITS:
        try:
            return Decoded(_text(data.decode("utf-8")))
        except UnicodeDecodeError:
            pass
    if label and not label.startswith("utf"):
        return Decoded(_text(data.decode(label, "replace")))
    return _detected(data)


def codec_of(label: str | None) -> str | None:
    """Python's name of the encoding that a label means to browsers; None if it means none.

    >>> codec_of("Latin1"), codec_of("GB2312"), codec_of("idna")
    ('cp1252', 'gb18030', None)
    """
    import webencodings

    found = webencodings.lookup(label) if label else None
    if found is None or found.name == "replacement":
        return None
    return _WIDER.get(found.name) or str(found.codec_info.name)


def is_wide(data: bytes) -> bool:
    """Whether these are characters of two or four bytes each, in which a newline is not one byte."""
    return data.startswith(tuple(mark for mark, name in _MARKS if name != "utf-8")) or _wide(data[:_HEAD]) is not None


def _wide(head: bytes) -> str | None:
    """Whether every other byte is zero, as in UTF-16 of European languages without a mark."""
    half = len(head) // 2
    if half < 2:
        return None
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if odd * 10 > half * 6 and even * 10 < half:
        return "utf-16-le"
    return "utf-16-be" if even * 10 > half * 6 and odd * 10 < half else None


def _detected(data: bytes) -> Decoded:
    """Bytes that are not UTF-8 and declare nothing that helps."""
    lenient = data.decode("utf-8", "replace")
    unknown = lenient.count("\ufffd")
    if sum(char > "\x7f" for char in lenient) >= 2 * unknown:  # a sequence of UTF-8 hardly comes about by chance
        return Decoded(_text(lenient), f"{unknown} {'byte' if unknown == 1 else 'bytes'} could not be decoded")
    found = _guess(_sample(data))
    if found is None:
        raise ArticleError(_UNTOLD)
    text = data.decode(codec_of(found) or found, "replace")
    if text.count("\ufffd") * _RARE > len(text) + _RARE:
        raise ArticleError(_UNTOLD)
    if len(_UNSEEN.findall(text)) * _RARE > len(text):
        raise ArticleError(_BINARY)
    return Decoded(_text(text), f"read as {_plain_name(found)}, which is a guess")


def _guess(sample: bytes) -> str | None:
    """The likeliest encoding in which no word is made of two scripts; None if it is no text."""
    import chardet

    found = [(guess["encoding"], guess["confidence"]) for guess in chardet.detect_all(sample, ignore_threshold=True)]
    if not found or not found[0][0]:
        return None
    fit = [
        (name, sure)
        for name, sure in found
        if name and not _MIXED.search(sample.decode(codec_of(name) or name, "replace"))
    ]
    western = max((sure for name, sure in fit if codec_of(name) == "cp1252"), default=0.0)
    if not fit or (western >= _WESTERN * fit[0][1] and "mac" not in fit[0][0].lower()):
        return "windows-1252"
    return fit[0][0]


def _plain_name(found: str) -> str:
    name = found.lower()
    return "windows-1252" if name == "iso-8859-1" else name


def _sample(data: bytes) -> bytes:
    """The lines with bytes that are no ASCII, without tags: what tells one encoding from another."""
    sample = b"".join(line[0] for line in _FOREIGN_LINE.finditer(data[: 64 * _SAMPLE]) if not line[0].isascii())
    return _TAGS.sub(b" ", sample)[:_SAMPLE]


def _text(text: str) -> str:
    """The characters, unless zeros are many among them; the few become the sign for what is unknown."""
    if text.count("\0") * _RARE > len(text):
        raise ArticleError(_BINARY)
    return text.replace("\0", "\ufffd")
