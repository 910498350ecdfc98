"""Saved questions, what was answered last, and what that changed: one small file beside the index versions.

The file is replaced whole, under a lock, so that a process killed at any moment leaves the old list or the new one. A
file that cannot be read is never overwritten.
"""

import os
import uuid
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from filelock import FileLock
from pydantic import TypeAdapter, ValidationError

from aliqa.articles.durable import translated
from aliqa.doors.kept.access import require
from aliqa.foundations.errors import InvalidRequest, WatchedNotFound, WatchlistDamaged
from aliqa.foundations.messages import ENGLISH, speaking
from aliqa.foundations.types import Answer, Citation, Disagreement, Watched, WatchedAnswer

MOST: Final = 200
"""How many questions are watched, at most: each new index version asks them all."""

NAME: Final = "watchlist.json"
_FORMAT: Final = 1
_SURER: Final = 0.05
"""A change of the confidence by less than this is none."""


@dataclass(frozen=True, slots=True)
class _File:
    questions: tuple[Watched, ...]
    format: int = _FORMAT


_FILE: Final = TypeAdapter(_File)


class Watchlist:
    """The saved questions of an index folder. Safe to share between threads and processes."""

    def __init__(self, folder: Path, tell: Callable[[Sequence[Watched]], object] = lambda _: None) -> None:
        """Read nothing yet.

        Args:
            folder: that of the index; it need not exist before the first question is added.
            tell: given the questions whose answers have changed, once that is written down; after a kill once more,
                before anything else is.
        """
        self._folder = folder
        self._tell = tell
        self._path = folder / NAME

    def questions(self) -> tuple[Watched, ...]:
        """The questions in the order in which they were added. Raises WatchlistDamaged."""
        try:
            data = self._path.read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            return ()
        except OSError as error:
            raise WatchlistDamaged(self._path, error.strerror or type(error).__name__) from error
        try:
            file = _FILE.validate_json(data)
        except ValidationError as error:
            raise WatchlistDamaged(self._path, "it is not what aliqa wrote") from error
        if file.format != _FORMAT:
            raise WatchlistDamaged(self._path, f"its format is {file.format}, this release reads {_FORMAT}")
        return file.questions

    def add(self, question: str) -> Watched:
        """Save a question that was checked; one that is there already comes back as it is.

        Raises:
            InvalidRequest: there are too many.
            WatchlistDamaged, IndexUnwritable: nothing was changed.
        """
        with self._changing() as listed:
            for one in listed:
                if one.question == question:
                    return one
            if len(listed) >= MOST:
                raise InvalidRequest("question", f"{MOST} questions are watched already; remove one first")
            added = Watched(uuid.uuid4().hex[:8], question, datetime.now(UTC).replace(microsecond=0))
            listed.append(added)
        return added

    def add_and_ask(self, question: str, ask: Callable[[str], Answer]) -> Watched:
        """Save a question with its first answer. Raises what `add` and ``ask`` raise."""
        added = self.add(question)
        return added if added.now else next(iter(self.run(ask, [added.id])), added)

    def remove(self, name: str) -> Watched:
        """Forget a question, named by its id or its words.

        Raises:
            WatchedNotFound: there is none.
            WatchlistDamaged, IndexUnwritable: nothing was changed.
        """
        with self._changing() as listed:
            for one in listed:
                if name in (one.id, one.question):
                    listed.remove(one)
                    return one
        raise WatchedNotFound(name)

    def run(self, ask: Callable[[str], Answer], ids: Collection[str] | None = None) -> tuple[Watched, ...]:
        """Ask the questions again and keep what changed; the questions asked come back as they are now.

        Args:
            ask: answers a question.
            ids: the questions to ask; all if None.

        Raises:
            NotAllowed: whoever asks for it may not change the watchlist; nothing was asked.
            WatchlistDamaged, IndexUnwritable: nothing was changed.
        """
        require("manage")
        wanted = [one for one in self.questions() if ids is None or one.id in ids]
        with speaking(ENGLISH):  # else an answer would differ for who asks
            answers = {one.id: ask(one.question) for one in wanted}  # this takes a while: the list is not locked
        if not answers:
            return ()
        with self._changing() as listed:
            self._tell(listed)  # what a kill kept from being told, before it is no longer the last change
            listed[:] = [compare(one, answers[one.id]) if one.id in answers else one for one in listed]
        self._tell([one for one in listed if one.id in answers and one.just_changed])
        return tuple(one for one in listed if one.id in answers)

    def tell_again(self) -> None:
        """Tell the last change of each question, in case a kill came in between. Raises WatchlistDamaged."""
        self._tell(self.questions())

    def outdated(self, version: str) -> tuple[str, ...]:
        """The ids of the questions that this index version was not asked. Raises WatchlistDamaged."""
        return tuple(one.id for one in self.questions() if one.now is None or one.now.version != version)

    @contextmanager
    def _changing(self) -> Iterator[list[Watched]]:
        """The questions, to be changed in place; they are written out when the block ends well. Raises NotAllowed."""
        require("manage")
        with translated(self._folder):
            self._folder.mkdir(parents=True, exist_ok=True)
            lock = FileLock(self._folder / ".watchlist.lock")
            lock.acquire()
        try:
            before = self.questions()
            listed = list(before)
            yield listed
            if tuple(listed) != before:
                self._write(listed)
        finally:
            lock.release()

    def _write(self, listed: Sequence[Watched]) -> None:
        with translated(self._folder):
            temporary = self._folder / f".{NAME}"
            with open(temporary, "wb") as file:
                file.write(_FILE.dump_json(_File(tuple(listed)), indent=1))
                file.flush()
                os.fsync(file.fileno())
            os.replace(temporary, self._path)


def compare(watched: Watched, answer: Answer) -> Watched:
    """A question after another answer: what was there before is kept until something changes again."""
    now = WatchedAnswer(
        version=answer.index.version,
        asked_at=datetime.now(UTC),
        answered=answer.answered,
        answer=answer.answer if answer.abstention is None else answer.abstention.detail,
        confidence=answer.confidence,
        citations=answer.citations,
        disagreements=answer.disagreements,
    )
    was = watched.now
    if was is None or _same(was, now):
        kept = replace(now, confidence=was.confidence) if was else now  # else small steps would add up unseen
        return replace(watched, now=kept)
    new, gone = _beyond(now.citations, was.citations, _quote), _beyond(was.citations, now.citations, _quote)
    told = _beyond(now.disagreements, was.disagreements, _matter)
    return replace(
        watched, before=was, now=now, changed_at=now.asked_at, new_citations=new, gone_citations=gone,
        new_disagreements=told,
    )  # fmt: skip


def _same(one: WatchedAnswer, other: WatchedAnswer) -> bool:
    """Whether two answers say the same out of the same places about as surely."""
    return (
        (one.answered, one.answer) == (other.answered, other.answer)
        and [_quote(each) for each in one.citations] == [_quote(each) for each in other.citations]
        and [_matter(each) for each in one.disagreements] == [_matter(each) for each in other.disagreements]
        and abs(one.confidence - other.confidence) < _SURER
    )


def _beyond(these: Sequence[Any], those: Sequence[Any], key: Callable[[Any], Any]) -> tuple[Any, ...]:
    known = {key(one) for one in those}
    return tuple(one for one in these if key(one) not in known)


def _quote(citation: Citation) -> tuple[str, str]:
    return citation.doc_id, citation.quote


def _matter(disagreement: Disagreement) -> tuple[str, frozenset[str]]:
    return disagreement.about, frozenset(claim.value for claim in disagreement.claims)
