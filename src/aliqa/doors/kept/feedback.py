"""What readers said of answers, a JSON object a line beside the index versions, and the gold questions it makes.

Lines are only ever added; of several about one answer the last one counts. A line that a crash cut off is left alone
and counted, the others are read.
"""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from filelock import FileLock
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from aliqa.articles.durable import translated
from aliqa.foundations.errors import FeedbackUnreadable
from aliqa.foundations.types import Answer, Mode, Turn

NAME: Final = "feedback.jsonl"
LONGEST_NOTE: Final = 2000

_Text = Annotated[str, Field(max_length=20_000)]
_Offset = Annotated[int, Field(ge=0)]


class Quoted(BaseModel):
    """A quote of an answer and where it stood, in code points of its article."""

    model_config = ConfigDict(frozen=True)

    doc_id: _Text
    char_start: _Offset
    char_end: _Offset
    quote: _Text


class Judged(BaseModel):
    """An answer as it is kept: enough to ask again and to see whether the same is quoted.

    ``question`` is as it was searched for, after the reader changed that; ``history`` what was said before.
    """

    model_config = ConfigDict(frozen=True)

    id: Annotated[str, Field(min_length=1, max_length=64)]
    question: _Text
    standalone_question: _Text | None = None
    history: Annotated[tuple[Turn, ...], Field(max_length=20)] = ()
    answered: bool
    answer: _Text
    mode: Mode = "extractive"
    confidence: Annotated[float, Field(ge=0, le=1)]
    citations: Annotated[tuple[Quoted, ...], Field(max_length=50)] = ()
    index_version: Annotated[str, Field(max_length=100)]

    @classmethod
    def of(cls, answer: Answer, history: Iterable[Turn]) -> "Judged":
        """What is kept of an answer that followed ``history``."""
        quoted = (
            Quoted(doc_id=c.doc_id, char_start=c.char_start, char_end=c.char_end, quote=c.quote)
            for c in answer.citations
        )
        return cls(
            id=answer.id, question=answer.question, standalone_question=answer.standalone_question,
            history=tuple(history), answered=answer.answered,
            answer=answer.abstention.detail if answer.abstention else answer.answer,
            mode=answer.mode, confidence=answer.confidence, citations=tuple(quoted), index_version=answer.index.version,
        )  # fmt: skip


class Judgement(BaseModel):
    """A thumb up or down for an answer, and a note. ``at`` is when it was kept, in UTC."""

    model_config = ConfigDict(frozen=True)

    verdict: Literal["up", "down"]
    note: Annotated[str, Field(max_length=LONGEST_NOTE)] = ""
    answer: Judged
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Gold:
    """Gold questions as `aliqa eval` reads them, how many answers were called wrong, and how many lines are damaged.

    Nobody said what would have been right in place of a wrong answer, so that it makes no question.
    """

    questions: tuple[dict[str, Any], ...]
    wrong: int
    damaged: int


class Feedback:
    """The judgements of an index folder. Safe to share between threads and processes."""

    def __init__(self, folder: Path) -> None:
        """``folder`` is that of the index; it need not exist before the first judgement."""
        self._folder = folder
        self._path = folder / NAME

    def add(self, judgement: Judgement) -> Judgement:
        """Keep a judgement; it comes back with its time. Raises IndexUnwritable: nothing was changed."""
        kept = judgement.model_copy(update={"at": datetime.now(UTC).replace(microsecond=0)})
        with translated(self._folder):
            self._folder.mkdir(parents=True, exist_ok=True)
            with FileLock(self._folder / ".feedback.lock"), open(self._path, "ab+") as file:
                file.write(_apart(file) + kept.model_dump_json().encode() + b"\n")
                file.flush()
                os.fsync(file.fileno())
        return kept

    def judgements(self) -> Iterator[Judgement | None]:
        """All judgements, oldest first; None for a line that is damaged. Raises FeedbackUnreadable."""
        try:
            with open(self._path, "rb") as file:
                for line in file:
                    if line.strip():
                        yield _parsed(line)
        except (FileNotFoundError, NotADirectoryError):
            return
        except OSError as error:
            raise FeedbackUnreadable(self._path, error.strerror or type(error).__name__) from error

    def gold(self) -> Gold:
        """A question for every answer whose last judgement was a thumb up. Raises FeedbackUnreadable."""
        read = list(self.judgements())
        last = {one.answer.id: one for one in read if one}
        right = [one for one in last.values() if one.verdict == "up"]
        return Gold(tuple(map(_gold, right)), len(last) - len(right), read.count(None))


def _apart(file: Any) -> bytes:
    """What parts a new line from one that a crash cut off."""
    if not file.seek(0, os.SEEK_END):
        return b""
    file.seek(-1, os.SEEK_END)
    return b"" if file.read(1) == b"\n" else b"\n"


def _parsed(line: bytes) -> Judgement | None:
    try:
        return Judgement.model_validate_json(line)
    except ValidationError:
        return None


def _gold(judgement: Judgement) -> dict[str, Any]:
    answer = judgement.answer
    places = [
        {"source": one.doc_id, "start": one.char_start, "end": one.char_end, "text": one.quote}
        for one in answer.citations
    ]
    return {
        "qid": answer.id,
        "type": "feedback",
        "question": answer.question,
        "answerable": answer.answered,
        "evidence": [places] if places else [],
        "history": [{"role": turn.role, "content": turn.content} for turn in answer.history],
        **({"note": judgement.note} if judgement.note else {}),
    }
