"""What tells whether a sentence answers a question: the features that `aliqa.answers.reading.linear` weighs.

`SentenceFeatures` rank all sentences of the passages found. `CloseFeatures` are of the few best ones, which are read
once more, and say how likely each of them answers. Which there are was decided by leaving each out, on questions that
nothing was fitted on (docs/reader.md).
"""

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import Final, NamedTuple

from aliqa.foundations.protocols import Candidate, PassageRecord, PassageSpans, Store, Vector
from aliqa.foundations.types import Passage, SentenceKind, Span
from aliqa.text.dates import Period, find, on, told
from aliqa.text.terms import common_words, content_words, terms

_ALIKE: Final = 0.8
_INITIALISM: Final = re.compile(r"[A-Z]{3,6}")
_BESIDE: Final = 1
"""How many sentences before and behind one are read with it."""


class SentenceFeatures(NamedTuple):
    """What ranks a sentence among all that were found."""

    cosine: float
    """The question's cosine with the sentence."""
    retrieval: float
    """The fused score of its passage."""
    held: float
    """The share of the question's words, by how rare they are, that it holds."""
    held_nearby: float
    """The same of it with its neighbours and the headings above it."""
    span: float
    """The span reader's log-odds of the best span inside it; 0 where it did not read."""
    answers: float
    """The span reader's log-odds that its passage answers; 0 likewise."""
    unread: float
    """1 where it did not read."""


class CloseFeatures(NamedTuple):
    """What tells whether a sentence answers, if one looks closely."""

    closely: float
    """The log-odds that it answers, read with its neighbours under the title."""
    answers: float
    """As above, from the first reading."""
    behind: float
    """How far it is behind the sentence that ranks first; 0 or less."""
    cosine: float
    held_nearby: float
    names_missing: float
    """The share of the question's names that its passage and the headings above it lack."""
    time_missing: float
    """1 if the question names a time that the sentence is not of, by its own words or else by those around it."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question's words, weighed by how rare they are among all passages.

    ``idf`` are the weights by term; ``names`` the terms of its names; ``times`` the periods that it names; ``absent``
    its words that no article holds, ``unknown`` the names and years among them that no passage found spells
    otherwise.
    """

    text: str
    idf: Mapping[str, float]
    names: frozenset[str]
    times: Sequence[Period]
    absent: tuple[str, ...]
    unknown: tuple[str, ...]

    @classmethod
    def of(cls, text: str, candidates: Sequence[Candidate], store: Store, *, abroad: bool = False) -> "Question":
        """The question as the articles see it; of one ``abroad``, in another language, what both write alike."""
        words = common_words(text) if abroad else content_words(text)
        counts = store.document_frequencies(words)
        if abroad:
            counts = {term: count for term, count in counts.items() if count}
            words = {term: words[term] for term in counts}
        absent = {term: word for term, word in words.items() if not counts[term]}
        for term in _spelled_out(absent, candidates):
            del words[term], absent[term]
        counts = {term: counts[term] for term in words}
        opening = text.lstrip(" \"'“‘¿")
        named = {term: word for term, word in words.items() if word[0].isupper() and not opening.startswith(word)}
        dated = {term: word for term, word in words.items() if word[0].isdigit()}
        unknown = _spelled_nowhere({term: word for term, word in (named | dated).items() if term in absent}, candidates)
        return cls(
            text,
            _idf(counts, store.info.passages),
            frozenset(named),
            find(text),
            tuple(dict.fromkeys(absent.values())),
            unknown,
        )

    def share(self, held: Iterable[str]) -> float:
        """The share of the question's weight that the terms carry, 0 to 1."""
        total = sum(self.idf.values())
        return sum(self.idf[term] for term in self.idf.keys() & held) / total if total else 0.0

    def missing(self, held: Iterable[str]) -> float:
        """The share of the question's names that are not among the terms; 0 without names."""
        return len(self.names - frozenset(held)) / len(self.names) if self.names else 0.0


@dataclass(frozen=True, slots=True)
class Weighed:
    """A sentence by its number and that of its candidate, with its features and its span, if one was read."""

    candidate: int
    sentence: int
    features: SentenceFeatures
    span: Span | None


def weigh(question: Question, vector: Vector, candidates: Sequence[Candidate], store: Store) -> list[Weighed]:
    """The features of every sentence that may answer, as long as no span reader has read it."""
    vectors = store.sentence_vectors([candidate.record for candidate in candidates])
    weighed: list[Weighed] = []
    for c, candidate in enumerate(candidates):
        record = candidate.record
        cosines = vectors[c] @ vector
        held = [frozenset(terms(record.cut(sentence.span))) for sentence in record.sentences]
        headings = heading_terms(record)
        for s, sentence in enumerate(record.sentences):
            if sentence.kind is not SentenceKind.PROSE:
                continue
            features = SentenceFeatures(
                cosine=float(cosines[s]),
                retrieval=candidate.score,
                held=question.share(held[s]),
                held_nearby=question.share(headings.union(*held[max(0, s - _BESIDE) : s + _BESIDE + 1])),
                span=0.0,
                answers=0.0,
                unread=1.0,
            )
            weighed.append(Weighed(c, s, features, None))
    return weighed


def read(
    weighed: Iterable[Weighed], candidates: Sequence[Candidate], found: Mapping[int, PassageSpans]
) -> list[Weighed]:
    """Each sentence once, from the passage in which it reads best.

    ``found`` is what a span reader found, by the numbers of candidates.
    """
    best: dict[int, Weighed] = {}
    for one in weighed:
        if spans := found.get(one.candidate):
            span = float(spans.log_odds[one.sentence])
            features = one.features._replace(span=span, answers=spans.answers, unread=0.0)
            one = Weighed(one.candidate, one.sentence, features, spans.spans[one.sentence])
        row = candidates[one.candidate].record.sentence_row + one.sentence
        known = best.get(row)
        if known is None or (spans and (known.features.unread or one.features.span > known.features.span)):
            best[row] = one
    return list(best.values())


def excerpt(record: PassageRecord, s: int, *, behind: int = _BESIDE) -> PassageRecord:
    """A sentence of a passage with its neighbours, so many of them behind it, as a passage of its own."""
    first, last = max(0, s - _BESIDE), min(len(record.sentences), s + behind + 1)
    span = Span(record.sentences[first].span.start, record.sentences[last - 1].span.end)
    return replace(
        record,
        passage=Passage(span, Span(record.passage.sentences.start + first, record.passage.sentences.start + last)),
        text=record.cut(span),
        sentences=record.sentences[first:last],
        sentence_row=record.sentence_row + first,
    )


def look_closely(
    question: Question, one: Weighed, behind: float, record: PassageRecord, again: PassageSpans | None
) -> CloseFeatures:
    """The features of a sentence of a passage; ``again`` is what a span reader found in its `excerpt`."""
    near = excerpt(record, one.sentence)
    place = min(one.sentence, _BESIDE)
    return CloseFeatures(
        closely=again.answers if again else 0.0,
        answers=one.features.answers,
        behind=behind,
        cosine=one.features.cosine,
        held_nearby=one.features.held_nearby,
        names_missing=question.missing(heading_terms(record).union(terms(record.text))),
        time_missing=float(bool(question.times) and not of_time(question.times, near, place)),
    )


def of_time(times: Sequence[Period], near: PassageRecord, place: int) -> bool:
    """Whether a sentence of an excerpt is of a time that overlaps one of these.

    A sentence that says when is of no other time; for others their neighbours and the article's day count.
    """
    published = near.meta.published
    sentence = near.cut(near.sentences[place].span)
    if told(sentence, published):
        found = find(sentence, published)
    else:
        found = [*find(near.text, published), *([on(published)] if published else [])]
    return any(one.overlaps(other) for one in times for other in found)


def heading_terms(record: PassageRecord) -> frozenset[str]:
    """The terms of the article's title and of the heading above a passage."""
    return frozenset(terms(f"{record.meta.title} {record.section or ''}"))


def _spelled_nowhere(words: Mapping[str, str], candidates: Sequence[Candidate]) -> tuple[str, ...]:
    """The words that are no other spelling of a word of the passages."""
    spoken = sorted({term for one in candidates for term in terms(one.record.text)}) if words else []
    return tuple(word for term, word in words.items() if not get_close_matches(term, spoken, 1, _ALIKE))


def _spelled_out(words: Mapping[str, str], candidates: Sequence[Candidate]) -> list[str]:
    """The terms of initialisms that a passage spells out: "CFO" as "chief financial officer"."""
    initialisms = {term: word for term, word in words.items() if _INITIALISM.fullmatch(word)}
    texts = [one.record.text for one in candidates] if initialisms else []
    spelled = {term: r"[\s-]".join(rf"\b{letter}\w{{3,}}" for letter in word) for term, word in initialisms.items()}
    return [term for term, form in spelled.items() if any(re.search(form, text, re.IGNORECASE) for text in texts)]


def _idf(counts: Mapping[str, int], total: int) -> dict[str, float]:
    """How much each term says that stands in n of N passages: ln(1 + (N - n + 0.5) / (n + 0.5)), as in BM25."""
    return {term: math.log(1 + (total - n + 0.5) / (n + 0.5)) for term, n in counts.items()}
