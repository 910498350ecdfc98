"""Questions that a passage does not answer, made without people.

- a passage that competes: among the nearest by words, without the words of the answer;
- the passage without the sentences of its answer;
- the question with another name or year in place of one of its own, of which the passage says nothing.

What they are worth shows in how the label is smoothed: a few of them are answered after all.
"""

import random
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

import numpy as np
from reader_data import Row
from sklearn.feature_extraction.text import TfidfVectorizer

from aliqa.text.english import MONTHS, SENTENCE_OPENERS, WEEKDAYS
from aliqa.text.sentences import split_sentences

_NEAREST: Final = 14
_KEPT: Final = 8
"""How many passages are looked at for a question, and how many kept."""

_SIMILAR: Final = 0.03
_BEGINNING: Final = 150
"""Passages that begin with the same characters are the same one, cut differently."""

_SHORTEST: Final = 150
"""The least characters that a passage may be left with."""

_NAME: Final = re.compile(
    r"(?<![.!?] )(?<!^)(?<!\n)\b[A-Z][\w’'&.-]*\w(?:\s+(?:of the |of |de |and )?[A-Z][\w’'&.-]*\w)*"
)
_YEAR: Final = re.compile(r"\b(?:1[5-9]\d\d|20[0-2]\d)\b")
_YEARS_APART: Final = (-4, -3, -2, -1, 1, 2, 3, 4, 7, 10)
_NO_NAMES: Final = frozenset({*MONTHS, *WEEKDAYS, *(word.capitalize() for word in SENTENCE_OPENERS)})

Sentences = Sequence[tuple[int, int]]


class Competing:
    """Passages that compete for a question."""

    def __init__(self, rows: Sequence[Row]) -> None:
        """Among the passages of these rows."""
        self._rows = list({row.passage: row for row in rows}.values())
        self._vectorizer = TfidfVectorizer(sublinear_tf=True, stop_words="english", max_df=0.1, dtype=np.float32)
        self._passages = self._vectorizer.fit_transform([row.passage for row in self._rows]).T.tocsr()

    def find(self, rows: Sequence[Row]) -> list[list[Row]]:
        """For each question the nearest passages that do not hold its answer, each as a row without an answer.

        What a row brings with it is taken instead. Of an unanswerable question those of its own article are left out:
        they may well answer.
        """
        found = []
        for first in range(0, len(rows), 512):
            part = rows[first : first + 512]
            scores = (self._vectorizer.transform([row.question for row in part]) @ self._passages).toarray()
            nearest = np.argpartition(-scores, _NEAREST, axis=1)[:, :_NEAREST]
            for row, own, places in zip(part, scores, nearest, strict=True):
                ordered = places[np.argsort(-own[places])]
                found.append(self._wrong(row, [self._rows[i] for i in ordered if own[i] > _SIMILAR]))
        return found

    @staticmethod
    def _wrong(row: Row, nearest: Iterable[Row]) -> list[Row]:
        if row.beside:
            return [replace(row, passage=text, title=title, answers=(), human=False) for text, title in row.beside]
        answers = _answers(row)
        seen = {row.passage[:_BEGINNING]}
        wrong = []
        for other in nearest:
            beginning, text = other.passage[:_BEGINNING], other.passage.casefold()
            own = not row.answerable and other.group == row.group
            if beginning not in seen and not own and not any(answer in text for answer in answers):
                seen.add(beginning)
                wrong.append(replace(row, passage=other.passage, title=other.title, answers=(), human=False))
        return wrong[:_KEPT]


def by_shared_words(questions: Sequence[str], texts: Sequence[str]) -> list[list[int]]:
    """For each question the numbers of the texts, those first that share its rarest words."""
    vectorizer = TfidfVectorizer(sublinear_tf=True, stop_words="english", dtype=np.float32)
    shared = (vectorizer.fit_transform(texts) @ vectorizer.transform(questions).T).toarray().T
    return [[int(i) for i in np.argsort(-each, kind="stable")] for each in shared]


def without_answer(row: Row, sentences: Sentences) -> Row | None:
    """The passage without the sentences of its answer; None where little is left, or it still holds the answer."""
    kept = [each for each in sentences if not any(first < each[1] and each[0] < last for first, last in row.answers)]
    text = " ".join(row.passage[first:last] for first, last in kept)
    if row.loose or len(kept) == len(sentences) or len(text) < _SHORTEST:
        return None
    if any(answer in text.casefold() for answer in _answers(row)):
        return None
    return replace(row, passage=text, answers=(), human=False)


def swapped(row: Row, names: Sequence[str], rng: random.Random) -> Row | None:
    """The question about another year, or another of these names; None where that cannot be."""
    question = _other_year(row, rng) if _YEAR.search(row.question) else _other_name(row, names, rng)
    return replace(row, question=question, answers=(), human=False) if question else None


def _other_year(row: Row, rng: random.Random) -> str | None:
    year = rng.choice(_YEAR.findall(row.question))
    if re.search(rf"(?:since|from|between|until|before|after) {year}", row.question):
        return None
    others = (str(int(year) + apart) for apart in rng.sample(_YEARS_APART, len(_YEARS_APART)))
    other = next((one for one in others if one not in row.passage and one not in row.question), None)
    return row.question.replace(year, other) if other else None


def _other_name(row: Row, names: Sequence[str], rng: random.Random) -> str | None:
    question, passage = row.question.casefold(), row.passage.casefold()
    own = [name for name in names_in(row.question) if name.casefold() in passage]
    if not own:
        return None
    name = rng.choice(own)
    others = [
        other
        for other in names
        if len(other.split()) == len(name.split())
        and other.casefold() not in passage
        and not any(word.casefold() in question for word in other.split())
    ]
    return row.question.replace(name, rng.choice(others)) if others else None


def names_in(text: str) -> list[str]:
    """What looks like a name inside a sentence, each once."""
    found = dict.fromkeys(match.group() for match in _NAME.finditer(text))
    return [one for one in found if len(one) > 2 and one not in _NO_NAMES and one.lower() not in text]


def sentences_of(passage: str) -> Sentences:
    """The sentences of a passage; all of it where there are none."""
    return [(one.span.start, one.span.end) for one in split_sentences(passage)] or [(0, len(passage))]


def _answers(row: Row) -> list[str]:
    return [row.passage[first:last].casefold() for first, last in row.answers]
