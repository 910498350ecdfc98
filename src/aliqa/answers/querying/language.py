"""What a query says: a tree of conditions, read by luqum (Lucene's syntax)."""

import re
from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Literal

from luqum import tree
from luqum.exceptions import ParseError
from luqum.thread import parse as read_tree

from aliqa.foundations.errors import InvalidRequest
from aliqa.text.english import FUNCTION_WORDS

Field = Literal["outlet", "date", "tag", "collection", "author", "title"]
_FIELDS: Final[dict[str, Field]] = {
    "outlet": "outlet", "source": "outlet", "date": "date", "tag": "tag", "collection": "collection",
    "folder": "collection", "author": "author", "title": "title",
}  # fmt: skip
_MARKS: Final = re.compile(
    rf'"[^"]+"|(?<!\S)(?:AND|OR|NOT)(?!\S)|\w(?:~\d?|\*)(?![^\s)])|(?:^|(?<=[\s(-]))(?:{"|".join(_FIELDS)}):\S'
)
"""What makes words a query: no question that one would ask has it, but for a quotation, which is meant verbatim."""
_QUOTES: Final = str.maketrans("“”„«»", '"""""')
_DAY: Final = re.compile(r"(\d{4})(?:-(\d\d?))?(?:-(\d\d?))?")
_SLOPPY: Final = 4
"""The letters of a word from which on two may be wrong, where nothing is said."""
_HOW: Final = 'Write it as: "electric ferries" AND (Brevik OR Kelda) NOT diesel outlet:"Harbour Gazette" date:2025'


@dataclass(frozen=True, slots=True)
class Words:
    """Words that stand together: verbatim if quoted, else in any of their forms; nearly right, or a beginning."""

    text: str
    quoted: bool = False
    wrong: int = 0
    begins: bool = False


@dataclass(frozen=True, slots=True)
class About:
    """What must be known of the article."""

    field: Field
    value: str = ""
    since: date = date.min
    until: date = date.max


@dataclass(frozen=True, slots=True)
class Both:
    """All of these hold."""

    parts: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Either:
    """One of these holds."""

    parts: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Not:
    """This does not hold."""

    part: "Node"


Node = Words | About | Both | Either | Not


def is_query(text: str) -> bool:
    """Whether words are written in the language of archives.

    >>> [is_query(words) for words in ("ferries", '"electric ferries"', "ferries NOT diesel", "date:2025 ferries")]
    [False, True, True, True]
    """
    return bool(_MARKS.search(text.translate(_QUOTES)))


def trouble(text: str) -> str | None:
    """Why words that are written in the language cannot be read; None if they can, or are none of it.

    >>> trouble("ferries AND")[:44]
    'It was searched as words, for it cannot be r'
    """
    if not is_query(text):
        return None
    try:
        parse(text)
    except InvalidRequest as error:
        return f"It was searched as words, for {error.message}."
    return None


def parse(text: str) -> Node:
    """The conditions that a query sets; words side by side must all be there. Raises InvalidRequest."""
    try:
        found = _node(read_tree(text.translate(_QUOTES)))
    except (ParseError, ValueError) as error:
        raise InvalidRequest("query", f"it cannot be read: {str(error).rstrip('!. ')}. {_HOW}") from error
    except RecursionError:
        raise InvalidRequest("query", f"its brackets are too deep. {_HOW}") from None
    if found is None:
        raise InvalidRequest("query", f"it says nothing to look for. {_HOW}")
    return found


def _node(read: Any) -> Node | None:
    """The conditions of a part; None of words that say nothing, as "the"."""
    if isinstance(read, tree.BaseGroup | tree.Plus | tree.Boost):
        return _node(read.children[0])
    if isinstance(read, tree.Not | tree.Prohibit):
        inner = _node(read.children[0])
        return None if inner is None else Not(inner)
    if isinstance(read, tree.OrOperation):
        return _joined(Either, read.children)
    if isinstance(read, tree.AndOperation | tree.UnknownOperation | tree.BoolOperation):
        return _joined(Both, read.children)
    if isinstance(read, tree.SearchField):
        return _field(read)
    return _words(read)


def _joined(kind: type[Both] | type[Either], children: Sequence[Any]) -> Node | None:
    parts = tuple(node for node in map(_node, children) if node is not None)
    return parts[0] if len(parts) == 1 else kind(parts) if parts else None


def _words(read: Any) -> Words | None:
    if isinstance(read, tree.Phrase):
        return Words(str(read.value)[1:-1], quoted=True)
    if isinstance(read, tree.Fuzzy):
        word = str(read.children[0])
        wrong = int(read.degree) if read.degree and read.degree >= 1 else 1 + (len(word) > _SLOPPY)
        return Words(word, wrong=min(wrong, 2))
    if isinstance(read, tree.Proximity):
        return Words(str(read.children[0])[1:-1], quoted=True)
    if not isinstance(read, tree.Word):
        raise InvalidRequest("query", f"{str(read).strip()!r} is nothing to look for. {_HOW}")
    word = str(read.value)
    if word.casefold() in FUNCTION_WORDS:
        return None
    return Words(word.rstrip("*"), begins=word.endswith("*"))


def _field(read: Any) -> Node:
    """What is asked of the article; of a name that is no field, the words as they stand."""
    field, wanted = _FIELDS.get(read.name.casefold()), read.children[0]
    if field is None:
        return Words(str(read).strip(), quoted=True)
    if isinstance(wanted, tree.BaseGroup):
        wanted = wanted.children[0]
    if isinstance(wanted, tree.OrOperation):
        return Either(tuple(_field(tree.SearchField(read.name, child)) for child in wanted.children))
    if field == "date":
        return _dates(wanted)
    return About(field, str(wanted).strip().strip('"').casefold())


def _dates(wanted: Any) -> About:
    """Days from and to; a year or a month is all of its days. Raises InvalidRequest."""
    if isinstance(wanted, tree.Range):
        low, high = str(wanted.low).strip(), str(wanted.high).strip()
        return About(
            "date",
            since=date.min if low == "*" else _span(low)[0],
            until=date.max if high == "*" else _span(high)[1],
        )
    first, last = _span(str(wanted.children[0] if isinstance(wanted, tree.OpenRange) else wanted))
    if isinstance(wanted, tree.From):
        return About("date", since=first if wanted.include else date.fromordinal(last.toordinal() + 1))
    if isinstance(wanted, tree.To):
        return About("date", until=last if wanted.include else date.fromordinal(first.toordinal() - 1))
    return About("date", since=first, until=last)


def _span(words: str) -> tuple[date, date]:
    """The first and the last day of a year, a month or a day."""
    found = _DAY.fullmatch(words.strip().strip('"'))
    try:
        year, month, day = (int(part) if part else None for part in found.groups()) if found else (0, None, None)
        first = date(year or 0, month or 1, day or 1)
        last = date(first.year, month or 12, day or monthrange(first.year, month or 12)[1])
    except ValueError as error:
        told = f"{words.strip()!r} is no date; write 2025, 2025-03, 2025-03-04 or [2025-03-01 TO 2025-06-30]"
        raise InvalidRequest("query", told) from error
    return first, last
