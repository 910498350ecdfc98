"""Where the evidence for a question states different values for the same thing, and so both sides are quoted.

Two sentences of different articles disagree when their claims are of the same thing by their own words
(`aliqa.text.claims.compare`), or when both answer a question that is specific enough to be the measure itself:
both hold all that it names, for the time that it names. A change between two dates is no disagreement.
"""

import re
from collections.abc import Sequence, Set
from dataclasses import dataclass
from itertools import combinations
from typing import Final

from aliqa.answers.answering import quote
from aliqa.foundations.protocols import Evidence
from aliqa.foundations.types import Claim as Side
from aliqa.foundations.types import Disagreement, Span
from aliqa.text import claims, dates
from aliqa.text.claims import Claim, Relation
from aliqa.text.quantities import Quantity

_POOL: Final = 24
_MARGIN: Final = 6.0
_SPECIFIC: Final = 5
_CONTEXT: Final = 2
_SHARES: Final = frozenset({"share", "percentag", "percent", "proport"})
_MOVES: Final = frozenset({"up", "down"})
_FIGURE: Final = re.compile(
    r"\bhow (?:much|many|big|large|long|far|high|tall)\b|\b(?:what|which)\b.*\b(?:share|percentage|percent|proportion|number|amount|price|cost|rate|size"
    r"|population|total|revenue|profit|loss|growth|value|fine|sales)\b|多少|几",
    re.I,
)
_ASKING: Final = re.compile(
    r"^\s*(?:and |so |but )?(?:(?:what|which|who|when|where|how (?:much|many|big|large|long|far|high))\b\s*)(?:(?:is|are|was|were|did|does|do|has|have|had|will|would)\b\s*)?",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Found:
    """What the statements are about, and each with its value and date, in the order of their rank."""

    about: str
    sides: tuple[tuple[Evidence, Claim], ...]


@dataclass(frozen=True, slots=True)
class _Stated:
    """A sentence with its claims, and what stands around it: the article's title, the heading, the sentences before."""

    evidence: Evidence
    claims: Sequence[Claim]
    context: str

    @property
    def doc_id(self) -> str:
        return self.evidence.record.meta.doc_id

    def holds(self, wanted: frozenset[str]) -> bool:
        """Whether all of these terms are in the sentence or around it, or are names that its passage has."""
        missing = wanted - claims.canonical(f"{self.context} {quote(self.evidence)}")
        return not missing or missing <= claims.names(self.evidence.record.text)


def find(question: str, chosen: Sequence[Evidence], pool: Sequence[Evidence]) -> tuple[list[Evidence], list[Found]]:
    """What to quote so that both sides are, and where they disagree.

    Args:
        question: what is asked.
        chosen: what the answer quotes so far, best first; nothing comes of nothing.
        pool: all evidence, best first.

    Returns:
        The statements that answer a specific question differently, which are surely about it; ``chosen``; the other
        sides that it lacks; and what was found.
    """
    if not chosen:
        return [], []
    best = max(one.score for one in chosen)
    near = [one for one in pool[:_POOL] if one.score >= best - _MARGIN]
    quoted = {id(one): one for one in chosen}
    if len({one.record.meta.doc_id for one in near}) > 1:
        stated = [made for one in (quoted | {id(one): one for one in near}).values() if (made := _read(one))]
        asked = _asked(question, stated, quoted.keys())
        if asked:
            return list((_sides(asked) | quoted).values()), [asked]
        found = _same(stated, quoted.keys())
        for one in found:
            quoted |= _sides(one)
        return list(quoted.values()), found
    return list(quoted.values()), []


def state(found: Sequence[Found], quoted: Sequence[Evidence]) -> tuple[Disagreement, ...]:
    """The disagreements as an answer carries them; ``quoted`` is cited as 1, 2, …, in its order."""
    numbers = {id(one): number for number, one in enumerate(quoted, 1)}
    return tuple(
        Disagreement(
            one.about,
            tuple(
                Side(numbers[id(side)], claim.value.span.cut(quote(side)), claim.as_of)
                for side, claim in sorted(one.sides, key=lambda side: numbers[id(side[0])])
            ),
        )
        for one in found
    )


def _sides(found: Found) -> dict[int, Evidence]:
    return {id(side): side for side, _ in found.sides}


def _read(evidence: Evidence) -> _Stated | None:
    record, sentence = evidence.record, evidence.sentence
    before = [one for one in record.sentences if one.span.end <= sentence.span.start][-_CONTEXT:]
    words = record.cut(Span(before[0].span.start, sentence.span.start)) if before else ""
    context = f"{record.meta.title}\n{record.section or ''}\n{words}"
    made = claims.read(quote(evidence), published=record.meta.published, context=context)
    return _Stated(evidence, made, context) if made else None


def _same(stated: Sequence[_Stated], quoted: Set[int]) -> list[Found]:
    """Sentences of different articles that contradict each other by their own words; one of them is quoted already."""
    found = []
    for one, other in combinations(stated, 2):
        if one.doc_id != other.doc_id and quoted & {id(one.evidence), id(other.evidence)}:
            match claims.differ(one.claims, other.claims):
                case (Relation.CONTRADICT, first, second):
                    about = claims.subject(quote(one.evidence), first, second)
                    found.append(Found(about, ((one.evidence, first), (other.evidence, second))))
    return found


def _asked(question: str, stated: Sequence[_Stated], quoted: Set[int]) -> Found | None:
    """The claims that answer a specific question with different values; None if they agree or it is not specific."""
    wanted = claims.canonical(_ASKING.sub("", question))
    times = dates.find(question)
    if not _FIGURE.search(question) or len(wanted) + bool(times) < _SPECIFIC:
        return None
    fitting = [(one, claim) for one in stated for claim in one.claims if _fits(one, claim, wanted, times)]
    for i, (one, first) in enumerate(fitting):
        against: dict[str, tuple[Evidence, Claim]] = {}
        for other, second in fitting[i + 1 :]:
            apart = one.doc_id != other.doc_id and not claims.said_too(first, second, one.claims, other.claims)
            if apart and claims.contradict(first, second):
                against.setdefault(other.doc_id, (other.evidence, second))
        sides = ((one.evidence, first), *against.values())
        if against and any(id(side) in quoted for side, _ in sides):
            return Found(_topic(question), sides)
    return None


def _fits(one: _Stated, claim: Claim, wanted: frozenset[str], times: Sequence[dates.Period]) -> bool:
    """Whether a claim answers: all that is asked for stands around it, most of it in its own clause."""
    if not isinstance(claim.value, Quantity) or (wanted & _SHARES and claim.value.kind != "percent"):
        return False
    if len(wanted & (claim.words | claim.subjects)) * 2 < len(wanted) or claim.value.turn == "from":
        return False
    if claim.names and not claim.names & wanted:
        return False
    if bool(wanted & _MOVES) == ("level" in claim.limits):
        return False
    if times and not (claim.period and claim.period.overlaps(times[0])):
        return False
    return one.holds(wanted)


def _topic(question: str) -> str:
    """A question as the name of what it asks for.

    >>> _topic("What was Alibaba's share of China's e-commerce market in 2024?")
    "Alibaba's share of China's e-commerce market in 2024"
    """
    topic = _ASKING.sub("", question).strip().rstrip("?？ ")
    return topic[:1].upper() + topic[1:]
