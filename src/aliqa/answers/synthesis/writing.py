"""Has a language model write an answer out of an extractive one, and decides what of it is shown.

Each sentence is checked as soon as it is whole. One that its quotes carry is shown; if others carry it, with
those; if none does, the quote that it cites stands in its place, or nothing. An abstention stays one, and
whatever goes wrong ends in the extractive answer with a notice.
"""

import logging
import re
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from threading import Event
from typing import Final

from aliqa.answers.language_model import ChatModel
from aliqa.answers.synthesis import prompt
from aliqa.answers.synthesis.carrying import carrying, leans, quote_of
from aliqa.answers.synthesis.drafting import Draft, Drafter
from aliqa.foundations.errors import LlmError
from aliqa.foundations.messages import gettext, ngettext
from aliqa.foundations.settings import LlmSettings
from aliqa.foundations.types import Answer, Citation, Delta, Disagreement, Mode, Part, Restart, Searched

_MOST_SENTENCES: Final = 8
_REFUSES: Final = re.compile(
    rf"""
      {re.escape(prompt.REFUSAL)}
    | (?:the[ ]|these[ ]|this[ ]|provided[ ])*(?:quotes?|articles?|passages?|sources?|texts?)[ ]
      (?:do|does)(?:[ ]not|n['’]t)\b
    """,
    re.IGNORECASE | re.VERBOSE,
)

logger = logging.getLogger(__name__)


class Writer:
    """Rewrites extractive answers with the language model of the settings."""

    def __init__(self, settings: LlmSettings, text: Callable[[str], str] = lambda _: "") -> None:
        """Nothing is connected to before an answer is written.

        Args:
            settings: where the language model is.
            text: gives the text of an article by its ``doc_id``; "" costs sentences that name what a quote calls "it".
        """
        self._settings = settings
        self._text_of = text

    @property
    def configured(self) -> bool:
        """Whether there is a language model."""
        return self._settings.configured

    def write(self, answer: Answer, cancelled: Event | None = None) -> Answer:
        """The answer in the model's words, or the extractive one with a notice; an abstention as it is."""
        *_, written = self.parts(answer, "synthesis", cancelled)
        assert isinstance(written, Answer)
        return written

    def parts(self, answer: Answer, mode: Mode, cancelled: Event | None = None) -> Iterator[Part]:
        """The same part by part, as soon as each is known to hold; in extractive mode the quotes one by one.

        Args:
            answer: an extractive answer.
            mode: how it is to be written.
            cancelled: set it to end the request to the model when nobody waits for the answer any more.
        """
        yield Searched(answer.passages)
        if mode == "extractive" or not answer.answered:
            yield from _verbatim(answer)
        elif not self.configured:
            yield from _verbatim(_noted(answer, no_llm()))
        else:
            yield from self._synthesis(answer, cancelled or Event())

    def _synthesis(self, answer: Answer, cancelled: Event) -> Iterator[Part]:
        begin = time.perf_counter()
        text = _Text(answer, self._text_of)
        try:
            yield from self._composed(answer, text, cancelled)
            failed = text.failed
        except LlmError as error:
            logger.warning("%s", error)
            failed = gettext(
                "The language model could not be used: {reason}. This is the extractive answer.", reason=error.reason
            )
        took = round(1000 * (time.perf_counter() - begin), 2)
        timed = replace(answer, timings_ms=replace(answer.timings_ms, total=answer.timings_ms.total + took))
        if failed:
            yield from [Restart()] if text.text else []
            yield from _verbatim(_noted(timed, failed))
        else:
            yield text.whole(timed)

    def _composed(self, answer: Answer, text: "_Text", cancelled: Event) -> Iterator[Part]:
        chat, text.quotable = prompt.messages(text.asked, answer.citations, self._settings.context)
        drafter = Drafter()
        for piece in ChatModel(self._settings).reply(chat, cancelled):
            for draft in drafter.feed(piece):
                yield from text.take(draft)
            if text.sentences >= _MOST_SENTENCES:
                break
        for draft in drafter.finish():
            yield from text.take(draft)
        if not text.failed:
            yield from text.other_sides()


class _Text:
    """The answer as it grows, and how often the model was not believed."""

    def __init__(self, extractive: Answer, text_of: Callable[[str], str]) -> None:
        self.text = ""
        self.asked = extractive.standalone_question or extractive.question
        self.sentences = 0
        self.quotable: Sequence[Citation] = ()
        self._extractive = extractive
        self._quotes = {one.number: quote_of(one, text_of(one.doc_id)) for one in extractive.citations}
        self._citations: list[Citation] = []
        self._numbers: dict[int, int] = {}
        self._seen: set[str] = set()
        self._quoted: set[int] = set()
        self._own = self._dropped = self._replaced = 0
        self._refused = False

    @property
    def failed(self) -> str:
        """Why the extractive answer has to stand in; "" if it has not."""
        if self._own:
            return ""
        if self._refused:
            return "The language model found no answer in these quotes."
        if self._dropped or self._replaced:
            return "The language model wrote nothing that the quotes carry. This is the extractive answer."
        return "The language model wrote nothing. This is the extractive answer."

    def take(self, draft: Draft) -> Iterator[Part]:
        """Show a sentence of the model, or what takes its place."""
        self.sentences += 1
        if _REFUSES.match(draft.text):
            self._refused = True
        elif draft.text not in self._seen:
            self._seen.add(draft.text)
            yield from self._judged(draft)

    def other_sides(self) -> Iterator[Part]:
        """Quote the sides of disagreements that the model left out."""
        for disagreement in self._extractive.disagreements:
            for claim in disagreement.claims:
                if claim.citation not in self._numbers:
                    yield from self._quote(self._extractive.citations[claim.citation - 1])

    def whole(self, answer: Answer) -> Answer:
        """The answer that was written, with a notice of what was not shown."""
        written = replace(
            answer,
            answer=self.text,
            citations=tuple(self._citations),
            disagreements=tuple(map(self._renumbered, answer.disagreements)),
            sources=replace(
                answer.sources,
                same=tuple(self._numbers[number] for number in answer.sources.same if number in self._numbers),
            ),
            mode="synthesis",
        )
        told = []
        if self._dropped:
            told.append(
                ngettext(
                    "{number} sentence of the language model was left out",
                    "{number} sentences of the language model were left out",
                    self._dropped,
                )
            )
        if self._replaced:
            told.append(
                ngettext(
                    "{number} sentence of the language model was replaced by the quote",
                    "{number} sentences of the language model were replaced by the quote",
                    self._replaced,
                )
            )
        if not told:
            return written
        return _noted(written, gettext("{what}: the quotes do not carry that.", what="; ".join(told)))

    def _judged(self, draft: Draft) -> Iterator[Part]:
        carried_by = self._carried_by(draft)
        if carried_by:
            self._own += 1
            if not all(one.number in self._quoted for one in carried_by):
                yield from self._add(draft.text, [replace(one, by="model") for one in carried_by])
            return
        cited = [one for one in self.quotable if one.number in draft.cited and one.number not in self._numbers]
        if cited:
            self._replaced += 1
            yield from self._quote(replace(cited[0], replaces=True))
        else:
            self._dropped += 1

    def _carried_by(self, draft: Draft) -> list[Citation]:
        """The citations that carry a sentence: of those that it names, else of all."""
        if not draft.plain:
            return []
        named = [one for one in self.quotable if one.number in draft.cited]
        for among in (named, self.quotable):
            found = carrying(draft.text, [self._quotes[one.number] for one in among], self.asked)
            if found:
                citations = [among[place] for place in found]
                return citations if self._is_clear(draft.text, citations) else []
        return []

    def _is_clear(self, sentence: str, citations: Sequence[Citation]) -> bool:
        """Whether "it" in a sentence still is what it was: what is shown before it stands before it in the article."""
        if not self._citations or not leans(sentence):
            return True
        last, quote = self._citations[-1], self._quotes[citations[0].number]
        return last.doc_id == citations[0].doc_id and quote.before[-1:] == (last.quote,)

    def _quote(self, citation: Citation) -> Iterator[Part]:
        self._quoted.add(citation.number)
        yield from self._add(citation.quote, [citation])

    def _add(self, sentence: str, cited: Sequence[Citation]) -> Iterator[Part]:
        start = len(self.text) + bool(self.text)
        first = len(self._citations) + 1
        added = [
            replace(one, number=number, answer_start=start, answer_end=start + len(sentence))
            for number, one in enumerate(cited, first)
        ]
        for one, new in zip(cited, added, strict=True):
            self._numbers.setdefault(one.number, new.number)
        more = " ".join([sentence, *(f"[{one.number}]" for one in added)])
        delta = f" {more}" if self.text else more
        self.text += delta
        self._citations += added
        yield Delta(delta)
        yield from added

    def _renumbered(self, one: Disagreement) -> Disagreement:
        claims = tuple(replace(claim, citation=self._numbers[claim.citation]) for claim in one.claims)
        return replace(one, claims=claims)


def _verbatim(answer: Answer) -> Iterator[Part]:
    """An answer that is written already: its text citation by citation, then the whole."""
    done = 0
    for citation in answer.citations:
        mark = f"[{citation.number}]"
        end = answer.answer.find(mark, citation.answer_end) + len(mark)
        if end > done:
            yield Delta(answer.answer[done:end])
            done = end
        yield citation
    if done < len(answer.answer):
        yield Delta(answer.answer[done:])
    yield answer


def no_llm() -> str:
    """That an answer was not rewritten, because nothing can rewrite it."""
    return gettext("No language model is configured; this is the extractive answer.")


def _noted(answer: Answer, notice: str) -> Answer:
    return replace(answer, notice=" ".join(filter(None, [answer.notice, notice])))
