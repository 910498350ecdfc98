"""Reads gold questions: a JSON object a line, with the places in the articles that answer it.

::

    {"qid": "1", "question": "…", "answerable": true, "type": "number", "answers": ["46"],
     "evidence": [[{"source": "a.txt", "start": 10, "end": 32, "text": "…"}]], "history": []}

``evidence`` is a list of groups: a full answer quotes from every group, and any place of a group will do. Without
``start`` and ``end`` a place is where its ``text`` stands in the article. ``history`` holds earlier questions, or
turns with ``role`` and ``content``. Only ``qid``, ``question`` and ``answerable`` are needed; other keys are ignored.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from aliqa.foundations.errors import ArticleNotFound, GoldInvalid
from aliqa.foundations.types import Span, Turn

Offset = Annotated[int, Field(ge=0)]
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


@dataclass(frozen=True, slots=True)
class Place:
    """Characters of an article: what ``text[start:end]`` is, in code points."""

    doc_id: str
    start: int
    end: int
    text: str

    @property
    def span(self) -> Span:
        """The half-open range in the article's text."""
        return Span(self.start, self.end)

    def overlaps(self, other: "Place") -> bool:
        """Whether both share a character.

        >>> Place("a", 0, 4, "Four").overlaps(Place("a", 4, 5, " "))
        False
        """
        return self.doc_id == other.doc_id and self.span.overlaps(other.span)


@dataclass(frozen=True, slots=True)
class GoldQuestion:
    """A question and where its evidence stands: in every group any one place will do."""

    qid: str
    question: str
    answerable: bool
    type: str
    answers: tuple[str, ...]
    evidence: tuple[tuple[Place, ...], ...]
    history: tuple[Turn, ...]


class GivenPlace(BaseModel):
    """A place as a line gives it."""

    model_config = ConfigDict(frozen=True)

    source: Words
    start: Offset | None = None
    end: Offset | None = None
    text: str | None = None


class GivenQuestion(BaseModel):
    """A line of a gold file; ``number`` is the line's, from 1."""

    model_config = ConfigDict(frozen=True, coerce_numbers_to_str=True)

    qid: Words
    question: Words
    answerable: bool
    type: str = ""
    answers: tuple[str, ...] = ()
    evidence: tuple[Annotated[tuple[GivenPlace, ...], Field(min_length=1)], ...] = ()
    history: tuple[str | Turn, ...] = ()
    number: int = 0


def read_gold(path: Path) -> list[GivenQuestion]:
    """The questions of a gold file, their places not yet looked up.

    Raises:
        GoldInvalid: it cannot be read, holds no question, or a line is none or has the id of an earlier one.
    """
    try:
        lines = path.read_bytes().removeprefix(b"\xef\xbb\xbf").split(b"\n")
    except OSError as error:
        raise GoldInvalid(path.name, None, f"it cannot be read ({error.strerror})") from error
    questions: dict[str, GivenQuestion] = {}
    for number, line in enumerate(lines, 1):
        if line.strip():
            question = _parse(path.name, number, line)
            if earlier := questions.get(question.qid):
                raise GoldInvalid(path.name, number, f"the id {question.qid!r} is that of line {earlier.number}, too")
            questions[question.qid] = question
    if not questions:
        raise GoldInvalid(path.name, None, "it holds no question")
    return list(questions.values())


def _parse(name: str, number: int, line: bytes) -> GivenQuestion:
    try:
        return GivenQuestion.model_validate_json(line).model_copy(update={"number": number})
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"])
        raise GoldInvalid(name, number, f"{field}: {first['msg']}" if field else first["msg"]) from error


def locate(name: str, questions: Sequence[GivenQuestion], text_of: Callable[[str], str]) -> list[GoldQuestion]:
    """The questions with their places in the articles.

    Args:
        name: what the gold file is called, for errors.
        questions: what `read_gold` read.
        text_of: gives the text of an article by its ``doc_id``; raises ArticleNotFound.

    Raises:
        GoldInvalid: an article is not there, or does not say there what the line says.
    """
    text_of = cache(text_of)
    located = []
    for given in questions:
        try:
            groups = tuple(tuple(_places(group, text_of)) for group in given.evidence)
        except ValueError as error:
            raise GoldInvalid(name, given.number, str(error)) from error
        history = tuple(Turn("user", turn) if isinstance(turn, str) else turn for turn in given.history)
        located.append(
            GoldQuestion(given.qid, given.question, given.answerable, given.type, given.answers, groups, history)
        )
    return located


def _places(group: Sequence[GivenPlace], text_of: Callable[[str], str]) -> Iterator[Place]:
    for given in group:
        try:
            text = text_of(given.source)
        except ArticleNotFound as error:
            raise ValueError(f"the index holds no article {given.source!r} (its path inside the corpus)") from error
        span = _span(given, text)
        yield Place(given.source, *span, span.cut(text))


def _span(given: GivenPlace, text: str) -> Span:
    """Where the place stands in its article's text. Raises ValueError saying why it stands nowhere."""
    if given.start is None or given.end is None:
        return _find(given, text)
    span = Span(given.start, given.end)
    if not span.start < span.end <= len(text):
        raise ValueError(f"{span.start}-{span.end} is no place in {given.source}, which has {len(text):,} characters")
    if given.text is not None and span.cut(text) != given.text:
        raise ValueError(
            f"{given.source} says {span.cut(text)[:80]!r} at {span.start}-{span.end}, not {given.text[:80]!r}"
        )
    return span


def _find(given: GivenPlace, text: str) -> Span:
    if not given.text:
        raise ValueError(f"evidence in {given.source} needs start and end, or the text as it stands there")
    count = text.count(given.text)
    if count != 1:
        raise ValueError(
            f"{given.source} says {given.text[:80]!r} {f'{count} times; give start and end' if count else 'nowhere'}"
        )
    start = text.index(given.text)
    return Span(start, start + len(given.text))
