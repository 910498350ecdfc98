"""What a kind of question has to work with, and what it has to say."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from aliqa.answers.kinds.phrases import Phrase
from aliqa.foundations.messages import gettext
from aliqa.foundations.protocols import Evidence, Matrix, PassageRecord, SpanReader, Store, Vector
from aliqa.foundations.types import Abstention, ArticleMention, ArticleMeta, Filters, Sentence, SentenceKind, Span
from aliqa.text import dates
from aliqa.text.terms import content_words

MOST_PASSAGES = 1000
"""How many passages that name something are looked at."""


@dataclass(frozen=True, slots=True)
class Collection:
    """The articles that may be told of, and how to search them.

    ``embed`` gives the unit vector of a text; ``limit`` is how many sentences or articles are wanted, None if that was
    not said; ``phrase`` completes what somebody typed to a name of the articles; ``reach`` is how many passages are
    looked at for a mention; ``spans`` reads what sentences say, where there is a span reader.
    """

    store: Store
    embed: Callable[[str], Vector]
    filters: Filters = Filters()
    limit: int | None = None
    phrase: Callable[[str], Phrase] = Phrase
    reach: int = MOST_PASSAGES
    spans: SpanReader | None = None

    def of(self, when: str) -> "Collection":
        """Those that appeared at a time, in words."""
        time = published(when)
        if time is None:
            return self
        since = max(filter(None, (time.start, self.filters.since)), default=None)
        until = min(filter(None, (time.end, self.filters.until)), default=None)
        return replace(self, filters=replace(self.filters, since=since, until=until))

    def metas(self) -> list[ArticleMeta]:
        """The articles that the filters admit, ordered by ``doc_id``."""
        return [meta for meta in self.store.metas() if self.filters.admit(meta)]

    def records(self, phrase: Phrase) -> list[PassageRecord]:
        """The passages that have some word of a phrase, those that fit best first."""
        rows, _ = self.store.lexical(phrase.search, self.reach, self.filters)
        return self.store.records(rows.tolist())


def published(when: str) -> dates.Asked | None:
    """The time that is said in words: "in 2024"; "from 2024" says the same, but not "from 2024 on".

    None where words say more of it than is understood: "in summer 2024".
    """
    rest = when
    for time in reversed(dates.find(when, date.today())):
        rest = rest[: time.span.start] + rest[time.span.end :]
    if content_words(_BOUNDS.sub("", rest)):
        return None
    words = re.sub(r"\A(?:from|of) (?!.* (?:to|until|till|through|on|onwards?)\b)", "in ", when)
    return dates.asked(words, date.today())


_BOUNDS: Final = re.compile(r"\b(?:since|until|till|from|the (?:end|start|beginning) of|onwards?)\b")


@dataclass(frozen=True, slots=True)
class Mention:
    """A sentence of prose; ``text`` is what it says, ``spans`` where it names what was looked for, within ``text``."""

    record: PassageRecord
    sentence: Sentence
    number: int
    text: str
    spans: tuple[Span, ...] = ()

    @property
    def place(self) -> tuple[str, int]:
        """The article and where the sentence begins in it."""
        return self.record.meta.doc_id, self.sentence.span.start

    @property
    def set_apart(self) -> bool:
        """Whether it stands in brackets, or bold or slanted, as editors' notes do."""
        start = self.sentence.span.start - self.record.passage.span.start
        return self.text[0] in "*_[(" or self.record.text[:start].endswith(("*", "_"))

    def evidence(self, score: float) -> Evidence:
        """The sentence as evidence."""
        return Evidence(self.record, self.sentence, score)


@dataclass(frozen=True, slots=True)
class Told:
    """What is told: sentences to quote, in order, after a line in aliqa's own words, if there is one.

    ``confidence`` is from 0 to 1. With an abstention nothing is told, and it says why.
    """

    quoted: Sequence[Evidence] = ()
    confidence: float = 0.0
    lead: str = ""
    articles: tuple[ArticleMention, ...] = ()
    abstention: Abstention | None = None


def sentences(records: Sequence[PassageRecord]) -> Iterator[Mention]:
    """The sentences of prose of these passages, each once."""
    seen: set[tuple[str, int]] = set()
    for record in records:
        begin = record.passage.span.start
        for number, sentence in enumerate(record.sentences):
            place = record.meta.doc_id, sentence.span.start
            if sentence.kind is SentenceKind.PROSE and place not in seen:
                seen.add(place)
                text = Span(sentence.span.start - begin, sentence.span.end - begin).cut(record.text)
                yield Mention(record, sentence, number, text)


def mentions(records: Sequence[PassageRecord], phrase: Phrase) -> list[Mention]:
    """The sentences that name a phrase; if none does, those that have all of its words."""
    found = list(sentences(records))
    named = [
        Mention(one.record, one.sentence, one.number, one.text, tuple(sorted(spans)))
        for one in found
        if (spans := phrase.places(one.text) + phrase.surnames(one.text, one.place[0]))
    ]
    return named or [one for one in found if len(phrase.words) > 1 and phrase.coverage(one.text) == 1]


def telling(found: Sequence[Mention], about: Phrase) -> list[Mention]:
    """What is said of something: in the place of a mere heading, of no more words, the sentence behind it."""
    told = (one if content_words(one.text).keys() - set(about.words) else behind(one) for one in found)
    return list({one.place: one for one in told if one}.values())


def behind(one: Mention) -> Mention | None:
    """The sentence of prose behind one in its passage."""
    rest = one.record.sentences[one.number + 1 :]
    if not rest or rest[0].kind is not SentenceKind.PROSE:
        return None
    return Mention(one.record, rest[0], one.number + 1, one.record.cut(rest[0].span))


def vectors_of(found: Sequence[Mention], store: Store) -> list[Vector]:
    """The vector of each sentence."""
    rows = list(dict.fromkeys(one.record.row for one in found))
    records = {one.record.row: one.record for one in found}
    matrices: dict[int, Matrix] = dict(zip(rows, store.sentence_vectors([records[row] for row in rows]), strict=True))
    return [matrices[one.record.row][one.number] for one in found]


def absent(phrase: Phrase, filters: Filters) -> Told:
    """That no article mentions something."""
    if filters:
        reason = gettext(
            "No article within the chosen dates, sources or articles mentions “{phrase}”.", phrase=phrase.text
        )
        return Told(abstention=Abstention("out_of_range", reason, (phrase.text,)))
    reason = gettext("No article mentions {names}.", names=f"“{phrase.text}”")
    return Told(abstention=Abstention("no_match", reason, (phrase.text,)))


def in_order(found: Sequence[Evidence]) -> list[Evidence]:
    """Evidence by the date of its article, undated first, then by article and place."""
    return sorted(
        found, key=lambda one: (str(one.record.meta.published or ""), one.record.meta.doc_id, one.sentence.span)
    )
