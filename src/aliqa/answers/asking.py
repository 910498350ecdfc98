"""The steps from a question to its answer, in order: understand, search, read, decide, compose.

`aliqa.library.Library.ask` takes them one after the other. What one step finds, the next is handed; none of them
keeps anything, so many questions may be on their way at the same time.
"""

import time
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Final

import numpy as np

from aliqa.answers import answering, disagreements, followups, kinds, parts, spelling, suggesting, support, timeline
from aliqa.answers.answering import quote
from aliqa.answers.reading.linear import LinearReader
from aliqa.answers.retrieval import Retriever
from aliqa.answers.understanding import Interpreter, Meaning
from aliqa.foundations.messages import gettext
from aliqa.foundations.protocols import Candidate, Embedder, Evidence, Reader, Reading, Store, Vector
from aliqa.foundations.settings import AnsweringSettings
from aliqa.foundations.types import Abstention, Answer, ArticleMention, Filters, QuestionKind, Timings, Turn, YesNo
from aliqa.text import dates
from aliqa.text.languages import ENGLISH, detected
from aliqa.text.names import Directory
from aliqa.text.scripts import LATIN, is_written_in, language_of, script_of
from aliqa.text.terms import common_words, content_words, terms

READ_PASSAGES: Final = 8
"""How many passages are read for an answer, at least."""

_SAMPLED: Final = 50
"""About how many articles are looked at to know their languages."""

_OFFERED: Final = 2
"""How many examples a greeting is answered with."""

_FEW: Final = 0.25
"""The share of the passages that a word stands in at most which says what a question is about."""

_NO_VECTOR: Final = np.zeros(0, np.float32)

_UNDIVIDED: Final = ("social", "overview", "change")
"""Kinds of questions whose parts are not asked one by one."""

_NEAR: Final = 0.8
_SAME: Final = 0.6
"""The share of the threshold that is enough in an article, and in a sentence, that answers another part as well."""

_SURE: Final = 0.7
_CLEARLY: Final = 0.06
_ENOUGH: Final = 0.6
"""From which confidence on no other reading of a follow-up is tried, and how sure another has to be: by so much more
than the likeliest, and so sure.
"""

_HISTORY_PASSAGES: Final = 24
_HISTORY_SENTENCES: Final = 6
"""How many passages are read, and sentences quoted, where a question wants the history of something."""


@dataclass(frozen=True, slots=True)
class Understood:
    """A question, and what it takes to search for its answer.

    ``standalone`` is a follow-up made whole, ``searched_as`` the question with misspelt names corrected, ``about``
    whose history is asked for; each is None otherwise. ``what`` is its kind, and ``limit`` how many sentences or
    articles are wanted, if that was said. ``script`` is the one that the question is written in, ``foreign`` whether
    the embedding model cannot read it.
    ``others`` are the questions that it may mean besides, ``as_typed`` whether its spelling is left alone.
    ``language`` is its language, as far as it can be told, ``abroad`` whether it is none of those of the articles.
    """

    asked: str
    standalone: str | None
    searched_as: str | None
    about: str | None
    what: kinds.Asked
    vector: Vector
    script: str
    foreign: bool
    top_k: int
    filters: Filters
    limit: int | None = None
    language: str | None = None
    abroad: bool = False
    others: tuple[str, ...] = ()
    as_typed: bool = False

    @property
    def meant(self) -> str:
        """The words to search and read for: of a change, what it asks of each time."""
        return self.about or (self.what.kind == "change" and kinds.at_any_time(self.whole)) or self.whole

    @property
    def wants_several(self) -> bool:
        """Whether several sentences answer it together."""
        return self.what.kind in ("list", "compare", "change") or self.what.wanted == "several"

    @property
    def whole(self) -> str:
        """The question, made whole and its spelling corrected."""
        return self.searched_as or self.standalone or self.asked


@dataclass(frozen=True, slots=True)
class Decision:
    """The sentences that answer, or why none does; ``lead`` and ``articles`` as in an `Answer`."""

    confidence: float
    quoted: Sequence[Evidence] = ()
    compared: disagreements.Compared | None = None
    notice: str | None = None
    abstention: Abstention | None = None
    kind: QuestionKind = "plain"
    lead: str = ""
    articles: tuple[ArticleMention, ...] = ()
    verdict: YesNo | None = None
    correction: Evidence | None = None

    def noted(self, notice: str | None) -> "Decision":
        """The same with a further notice, if there is one."""
        return replace(self, notice=_joined(self.notice, notice)) if notice else self


def _together(decisions: Sequence[Decision]) -> Decision:
    """What answers several questions, as one: in their order, as sure as the first, each sentence once."""
    first = decisions[0]
    quoted: list[Evidence] = []
    for one in (one for decision in decisions for one in decision.quoted):
        if not any(disagreements.is_same(one, other) for other in quoted):
            quoted.append(one)
    compared = replace(first.compared, quoted=quoted) if first.compared else None
    return replace(
        first,
        quoted=quoted,
        compared=compared,
        notice=_joined(*dict.fromkeys(one.notice for one in decisions)),
        lead="\n\n".join(one.lead for one in decisions if one.lead),
        articles=next((one.articles for one in decisions if one.articles), ()),
    )


@dataclass(slots=True)
class Stopwatch:
    """When each step ended."""

    laps: list[float] = field(default_factory=lambda: [time.perf_counter()])

    def lap(self) -> None:
        """A step has ended."""
        self.laps.append(time.perf_counter())

    def timings(self) -> Timings:
        """How long it took to understand (and embed), to search, and from reading to composing."""
        begin, embedded, searched, end = self.laps
        return Timings(
            total=_milliseconds(end - begin),
            embed=_milliseconds(embedded - begin),
            search=_milliseconds(searched - embedded),
            read=_milliseconds(end - searched),
        )


class Steps:
    """The steps over one index version. Safe to share between threads."""

    def __init__(
        self,
        store: Store,
        embedder: Embedder,
        reader: Reader,
        settings: AnsweringSettings,
        *,
        english_only: bool,
        edits: Sequence[str] = (),
        interpreter: Interpreter | None = None,
    ) -> None:
        """Put the parts together.

        ``english_only`` says that the embedder makes nothing of other scripts than Latin; ``edits`` are the lines of
        the file of aliases. The ``interpreter``, if there is one, says what questions mean before the rules do.
        """
        self._store = store
        self._retriever = Retriever(store)
        self._embedder = embedder
        self._reader = reader
        self._settings = settings
        self._english_only = english_only
        self._spread = np.float32(getattr(embedder, "spread", 1.0))
        self._edits = edits
        self._interpreter = interpreter

    @cached_property
    def names(self) -> Directory:
        """The names in the articles."""
        return Directory(self._store.names(), self._edits)

    def understand(
        self,
        asked: str,
        history: Sequence[Turn],
        top_k: int,
        filters: Filters,
        limit: int | None = None,
        *,
        as_typed: bool = False,
    ) -> Understood:
        """What is most likely meant: a follow-up made whole, the history of something, or the question as it stands."""
        meaning = self._meaning(asked, history)
        whole, *others = (meaning.question,) if meaning else followups.completions(asked, history)
        understood = self._understood(asked, whole, top_k, filters, limit, as_typed=as_typed, meaning=meaning)
        return replace(understood, others=tuple(others))

    def _understood(
        self,
        asked: str,
        whole: str,
        top_k: int,
        filters: Filters,
        limit: int | None,
        *,
        as_typed: bool,
        meaning: Meaning | None = None,
    ) -> Understood:
        """What it takes to answer a question that was made ``whole``."""
        standalone, wanted = whole if whole != asked else None, as_typed
        language = None if self._english_only else detected(whole)
        abroad = language is not None and language not in self._languages
        as_typed = as_typed or abroad or kinds.asked(whole).kind == "social"
        searched_as = None if as_typed else spelling.corrected(whole, self.names, self._is_unknown)
        about = None if abroad else timeline.asked_about(searched_as or whole)
        rules = kinds.asked(searched_as or whole, self.names.name, self._titled, self._is_credited)
        if language not in (None, ENGLISH) and rules.kind != "social":
            rules = kinds.Asked("plain")  # the rules know English
        what = meaning.what if meaning and not searched_as else rules
        script = script_of(about or searched_as or whole) or LATIN
        foreign = self._english_only and script != LATIN
        understood = Understood(
            asked, standalone, searched_as, about, what, _NO_VECTOR, script, foreign, top_k, filters, limit,
            language, abroad, as_typed=wanted,
        )  # fmt: skip
        vector = self._embedder.embed_query(understood.meant)
        if foreign:  # what the model makes of foreign words is noise
            return replace(understood, vector=np.zeros_like(vector))
        if self._english_only and standalone is None:
            found = replace(understood, what=kinds.meant(understood.meant, vector, what))
            if found.meant != understood.meant:  # a change, of which less is searched for
                vector = self._embedder.embed_query(found.meant)
            understood = found
        return replace(understood, vector=vector)

    @cached_property
    def _languages(self) -> frozenset[str | None]:
        """The languages of some of the articles."""
        metas = self._store.metas()
        articles = (self._store.article(one.doc_id) for one in metas[:: max(1, len(metas) // _SAMPLED)])
        return frozenset(detected(article.text[article.meta.body_start :]) for article in articles)

    def _is_unknown(self, word: str) -> bool:
        """Whether a word stands in no article, and may be a name: in small letters, not if the model knows it whole."""
        wanted = terms(word)
        if any(self._store.document_frequencies(wanted).values()) or self._credited.issuperset(wanted):
            return False
        return not word.islower() or self._embedder.count_tokens([word])[0] > 1

    @cached_property
    def _credited(self) -> frozenset[str]:
        """The terms of the authors' and the outlets' names."""
        return frozenset(
            term for one in self._store.metas() for term in terms(f"{one.author or ''} {one.source or ''}")
        )

    def _is_credited(self, text: str) -> bool:
        """Whether this is an author or an outlet."""
        return kinds.credited(text, self._store.metas())

    def _mentioned(self, reading: Reading) -> Reading:
        """The same, but those who wrote or published articles are not absent from them."""
        absent, unknown = (
            tuple(word for word in words if not self._credited.issuperset(terms(word)))
            for words in (reading.absent, reading.unknown)
        )
        return replace(reading, absent=absent, unknown=unknown)

    def _telling(self, absent: Sequence[str], question: str) -> tuple[str, ...]:
        """The words but for those that articles may say in another one: no names, and the model knows them whole."""
        opening = question.lstrip(" \"'“‘¿")
        plain = [word.islower() or opening.startswith(word) for word in absent]
        pieces = self._embedder.count_tokens([word.lower() for word in absent])
        return tuple(word for word, low, n in zip(absent, plain, pieces, strict=True) if n > 1 or not low)

    def _rare(self, question: str) -> list[str]:
        """The terms of a question that some passages hold, and few."""
        counts = self._store.document_frequencies(content_words(question))
        return [term for term, count in counts.items() if 0 < count < _FEW * self._store.info.passages]

    def _titled(self, text: str) -> bool:
        """Whether this is how an article is called."""
        return bool(kinds.titled(text, self._store.metas()))

    def _meaning(self, asked: str, history: Sequence[Turn]) -> Meaning | None:
        """What the language model says that is meant, if one is asked; a greeting needs none."""
        if self._interpreter is None or kinds.asked(asked).kind == "social":
            return None
        foreign = self._english_only and (script_of(asked) or LATIN) != LATIN
        return self._interpreter.meaning(asked, history, foreign=foreign)

    def search(self, question: Understood) -> list[Candidate]:
        """The passages that may answer, best first; none for a greeting."""
        if question.what.kind == "social":
            return []
        depth = self.depth(question)
        words = " ".join(common_words(question.meant).values()) if question.abroad else question.meant
        return self._retriever.retrieve(words, question.vector, depth, question.filters, distinct=True)

    @staticmethod
    def depth(question: Understood) -> int:
        """How many passages are read to decide whether the articles answer."""
        return max(question.top_k, _HISTORY_PASSAGES if question.about else READ_PASSAGES)

    def legible(self, question: Understood, found: Sequence[Candidate]) -> Sequence[Candidate]:
        """Those of the passages that the model can compare with the question."""
        if not self._english_only:
            return found
        return [candidate for candidate in found if is_written_in(candidate.record.text, question.script)]

    def surest(
        self, question: Understood, found: list[Candidate], history: Sequence[Turn]
    ) -> tuple[Understood, list[Candidate], Decision]:
        """What is meant and what answers it: the likeliest reading unless another is answered clearly more surely."""
        best = question, found, self._if_new(question, self.conclude(question, found), history)
        surely = best[2].confidence
        for other in question.others if surely < _SURE else ():
            meant = self._understood(
                question.asked, other, question.top_k, question.filters, question.limit, as_typed=question.as_typed
            )
            passages = self.search(meant)
            decision = self._if_new(meant, self.conclude(meant, passages), history)
            told = decision.kind not in ("plain", *kinds.READ)  # there is as much to tell of whatever has a name
            if told and (meant.what.kind == question.what.kind or decision.abstention):
                continue
            sure = min(decision.confidence, _ENOUGH) if told else decision.confidence
            if sure >= max(surely + _CLEARLY, _ENOUGH):
                best, surely = (meant, passages, decision), sure
        return best

    @staticmethod
    def _if_new(question: Understood, decision: Decision, history: Sequence[Turn]) -> Decision:
        """The decision, unless a follow-up that asks for something else is answered as the last question was."""
        if not decision.quoted or not followups.repeats(question.asked, quote(decision.quoted[0]), history):
            return decision
        touched = gettext("The articles touch on this, but no sentence answers it with enough certainty.")
        return Decision(0.0, abstention=Abstention("weak_match", touched), kind=decision.kind)

    def conclude(self, question: Understood, found: Sequence[Candidate]) -> Decision:
        """What answers a question: its parts, each by itself; what is told of its kind; or the best sentences."""
        return self._in_parts(question) or self._settle(question, found, self._look(question, found))

    def _in_parts(self, question: Understood) -> Decision | None:
        """What answers the parts of a question that has several; None if it has one, or none of them is answered.

        The surest part is decided first, and quoted first.
        """
        if question.foreign or question.abroad or question.what.kind in _UNDIVIDED or self._interpreter:
            return None
        named = parts.parts(question.whole)
        looked: list[tuple[parts.Part, Understood, Sequence[Candidate], Decision | Reading]] = []
        for part in named:
            alone = self.understand(part.question, (), question.top_k, question.filters, question.limit, as_typed=True)
            found = self.search(alone)
            looked.append((part, alone, found, self._look(alone, found)))
        decided: dict[parts.Part, Decision] = {}
        for part, alone, passages, seen in sorted(looked, key=lambda each: -each[3].confidence):
            beside = [one for decision in decided.values() for one in decision.quoted]
            decided[part] = self._settle(alone, passages, seen, beside)
        silent = [part for part in named if not (decided[part].quoted or decided[part].lead)]
        if len(silent) == len(named):
            return None
        together = _together([decision for part, decision in decided.items() if part not in silent])
        together = replace(together, kind="compare" if question.what.kind == "compare" else "plain")
        return together.noted(_unanswered([f"“{part.said}”" for part in silent]))

    def _look(self, question: Understood, found: Sequence[Candidate]) -> Decision | Reading:
        """What is told of a question of its kind, or what was read for one."""
        if told := self.tell(question):
            return told
        legible = self.legible(question, found)
        if found and not legible:
            return Decision(0.0, abstention=answering.illegible(language_of(question.script)))
        return self.read(question, legible[: self.depth(question)])

    def _settle(
        self,
        question: Understood,
        found: Sequence[Candidate],
        seen: Decision | Reading,
        beside: Sequence[Evidence] = (),
    ) -> Decision:
        """What answers, after a look; ``beside`` it stands what answers the other parts of the same question."""
        if isinstance(seen, Decision):
            return seen
        return self.decide(question, found, seen, beside).noted(seen.notice)

    def tell(self, question: Understood) -> Decision | None:
        """What answers a question of a kind that has an answer of its own; None if it is read like a plain one."""
        articles = self.articles(question.filters, question.limit)
        shown: tuple[str, ...] = ()
        if question.what.kind == "social":
            shown = suggesting.opening(self.names, articles, _OFFERED)
        elif question.what.kind == "overview":
            shown = tuple(one.name for one in suggesting.mentioned(self.names, articles))
        told = kinds.tell(question.whole, question.what, articles, shown)
        if told is None or (told.abstention and question.what.guessed):
            return None
        kind, abstention = question.what.kind, told.abstention
        return Decision(told.confidence, told.quoted, None, None, abstention, kind, told.lead, told.articles)

    def articles(self, filters: Filters = Filters(), limit: int | None = None) -> kinds.Collection:
        """The articles that filters admit, to be told of."""
        embed, spans = self._embedder.embed_query, self._reader.spans
        return kinds.Collection(self._store, embed, filters, limit, self._phrase, spans=spans)

    def _phrase(self, text: str) -> kinds.Phrase:
        return kinds.Phrase(text, self.names.aliases(text), self.names.alone(text))

    def read(self, question: Understood, legible: Sequence[Candidate]) -> Reading:
        """Which sentences answer and how surely, those of the time that is asked about before their near-equals."""
        vector = question.vector if question.abroad else question.vector * self._spread
        judge, several = self._judge(question), question.wants_several
        reading = self._mentioned(judge.read(question.meant, vector, legible, self._store, several=several))
        if question.what.kind != "yes_no":
            reading = kinds.telling_more(reading, question.meant)
        if period := self._of_follow_up(question):
            reading = kinds.of_time(reading, *period)
        since = timeline.date_of_event(question.meant, self._store)
        return timeline.prefer(reading, question.meant, date.today(), since)

    def _judge(self, question: Understood) -> Reader:
        """Who reads a question: the reader if it and the articles are English, else one of words or of meaning."""
        if question.foreign:
            return LinearReader.of_words()
        if question.abroad or question.language not in (None, ENGLISH):
            return LinearReader.of_meaning(abroad=question.abroad)
        return self._reader

    @staticmethod
    def _of_follow_up(question: Understood) -> tuple[date, date] | None:
        """The time that a follow-up asks about, "And in 2019?", so that what was said of another is not said again."""
        wanted = dates.asked(question.standalone, date.today()) if question.standalone else None
        same = wanted and wanted == dates.asked(question.asked, date.today())
        return (wanted.start, wanted.end) if same and wanted and wanted.start and wanted.end else None

    def decide(
        self, question: Understood, found: Sequence[Candidate], reading: Reading, beside: Sequence[Evidence] = ()
    ) -> Decision:
        """Whether to answer, with which sentences: a history, or the best evidence and what disagrees with it."""
        if question.about:
            statements, _ = timeline.tell(self._store, question.about, self.names.aliases(question.about))
            told, notice = timeline.told(reading, statements, _HISTORY_SENTENCES)
            if told:
                return Decision(reading.confidence, told, notice=notice, kind="change")
        kind = question.what.kind if question.what.kind in kinds.READ else "plain"
        if otherwise := kinds.corrected(question.whole, reading):
            denied = gettext("The articles say otherwise than the question takes for granted.")
            abstention = Abstention("unsupported", denied)
            return Decision(reading.confidence, abstention=abstention, correction=otherwise)
        least = self._settings.threshold * _share_beside(reading, beside)
        if not reading.evidence or reading.confidence < least:
            reading = replace(reading, absent=self._telling(reading.absent, question.meant))
            abstention = answering.abstain(question.meant, reading, found, question.filters)
            return Decision(reading.confidence, abstention=abstention, kind=kind)
        most, chosen, line = self._settings.max_sentences, list(reading.chosen), None
        if chosen:
            chosen = chosen[:most]
        elif question.wants_several:
            chosen, line = kinds.choose(kind, reading, question.limit, self._rare(question.whole))
        else:
            chosen = answering.choose(reading, most, min(answering.ADDS, self._settings.threshold))
        reading = replace(reading, confidence=max(reading.confidence, self._settings.threshold))
        verdict: YesNo | None = None
        if kind == "yes_no":
            verdict, deciding = kinds.verdict(question.whole, reading)
            chosen = [deciding, *(one for one in chosen if one is not deciding)] if deciding else chosen
        compared = disagreements.Compared(chosen)  # the parts of a list, or what is compared, differ anyway
        if not question.wants_several:
            vectors, spans, pairs = self._store.sentence_vectors, self._reader.spans, self._reader.pairs
            compared = disagreements.compare(question.meant, chosen, reading.evidence, vectors, spans, pairs)
        other_time = support.another_time(question.meant, compared)
        notice = _joined(line, answering.caution(reading) or other_time)
        return Decision(reading.confidence, compared.quoted, compared, notice, kind=kind, verdict=verdict)

    def suggest(self, question: Understood, answer: Answer) -> tuple[str, ...]:
        """Questions to ask next that the articles answer."""
        articles = self.articles(question.filters)
        if answer.kind in ("social", "overview"):
            return suggesting.opening(self.names, articles, suggesting.FOLLOWING)
        if not answer.answered:
            return suggesting.known(question.whole, self.names, articles)
        return suggesting.following(question.whole, (one.quote for one in answer.citations), self.names, articles)

    def guesses(self, text: str) -> Iterator[tuple[str, str]]:
        """The words of a text that no article has, each with the name that may have been meant."""
        return spelling.guesses(text, self.names, self._is_unknown)

    def _hinted(self, abstention: Abstention, question: Understood) -> Abstention:
        """Why there is no answer, with the name that may have been meant by a word that no article has."""
        guess = next(self.guesses(question.whole), None)
        if guess is None:
            return abstention
        hint = gettext("Did you mean “{name}” by “{word}”?", name=guess[1], word=guess[0])
        return replace(abstention, detail=f"{abstention.detail} {hint}")

    def compose(self, question: Understood, found: Sequence[Candidate], decision: Decision) -> Answer:
        """The answer, without its timings."""
        abstention = decision.abstention and self._hinted(decision.abstention, question)
        other = answering.compose([decision.correction] if decision.correction else [], decision.confidence).citations
        composed = answering.compose(decision.quoted, decision.confidence, decision.lead)
        compared = decision.compared or disagreements.Compared(decision.quoted)
        return Answer(
            id=uuid.uuid4().hex,
            question=question.asked,
            standalone_question=question.standalone,
            answer=composed.answer,
            answered=bool(decision.quoted or decision.lead),
            abstention=abstention,
            confidence=round(decision.confidence, 4),
            citations=composed.citations,
            passages=tuple(answering.found_passage(candidate) for candidate in found[: question.top_k]),
            index=self._store.info,
            disagreements=support.state(question.asked, compared)
            if decision.compared
            else support.listed(decision.quoted, self._store),
            notice=decision.notice,
            newest_used=answering.newest(composed.citations),
            timings_ms=Timings(0.0, 0.0, 0.0, 0.0),
            sources=support.sources(compared, self._store, question.filters),
            kind=decision.kind,
            searched_as=question.searched_as,
            lead=decision.lead or None,
            articles=decision.articles,
            verdict=decision.verdict,
            correction=other[0] if other else None,
        )


def _share_beside(reading: Reading, beside: Sequence[Evidence]) -> float:
    """The share of the threshold that is enough beside what answers the other parts of a question."""
    best = reading.evidence[:1]
    if any(disagreements.is_same(one, other) for one in best for other in beside):
        return _SAME
    return _NEAR if {one.record.meta.doc_id for one in best} & {one.record.meta.doc_id for one in beside} else 1.0


def _unanswered(parts: Sequence[str]) -> str | None:
    """Which parts of a question are not answered."""
    named = ", ".join(parts)
    return gettext("No sentence answers {parts} with enough certainty.", parts=named) if parts else None


def _joined(*notices: str | None) -> str | None:
    return " ".join(filter(None, notices)) or None


def _milliseconds(seconds: float) -> float:
    return round(1000 * seconds, 2)
