"""The clause that a question asks about, and a sentence to lay beside it: as words with their stems.

A question is also turned from active to passive and back, a sentence about a trade told from its other side, and its
names are shortened as the question has them.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from itertools import groupby
from typing import Final

from aliqa.text import dates
from aliqa.text.dates import Period
from aliqa.text.english import MONTHS, SENTENCE_OPENERS, UPPER, WEEKDAYS
from aliqa.text.opposites import alike, contrary, converse
from aliqa.text.terms import terms

ARTICLES: Final = frozenset("a an the".split())
OWNERS: Final = frozenset("its his her their our my your".split())
JOINS: Final = frozenset("in at on of".split())
"""Prepositions that are taken for one another."""
PREPOSITIONS: Final = JOINS | set(
    "about across after against along among around as before behind beside between by despite during for from into near"
    " off onto out over per since through to toward towards under until up via with within without".split()
)
_IDLE: Final = ARTICLES | OWNERS | set("any ever still now currently today already yet really actually also".split())
"""Words of a question that a sentence need not have."""
_TOKEN: Final = re.compile(r"[^\W_]+(?:[-.,’'&][^\W_]+)*(?:(?<=s)[’'])?|[^\w\s]")
_ASKED: Final = re.compile(
    r"""
    \W*(?:(?:so|and|but|well|ok|now|please|hi|hey|hello)\b\W*)*
    (?P<aux>is|are|was|were|did|do|does|has|have|had|will|can|could|should)[ ]
    (?P<rest>.+?)\W*
    """,
    re.IGNORECASE | re.VERBOSE | re.DOTALL,
)
_GROUP_OF: Final = {"have": "has", "had": "has", "are": "is", "were": "was"}
_PASSIVE: Final = {"did": "was", "do": "is", "does": "is", "has": "has be"} | {
    one: f"{one} be" for one in "will can could".split()
}
_ACTIVE: Final = {passive: active for active, passive in _PASSIVE.items()}

_NOBODY: Final = frozenset("nobody none no-one nothing".split())
_ANYBODY: Final = frozenset("anyone anybody someone somebody anything something".split())
_REVERSING: Final = ("un", "il", "ir", "non ")
_LEAST: Final = 4
"""How long a word is at least that is reversed by what stands before it: "unsafe", but not "until"."""


@dataclass(frozen=True, slots=True)
class Clause:
    """What is asked: the auxiliary of its verb, ``group``, and its words.

    ``joined`` are the words behind "in", "at", "on" or "of", ``some`` those that are asked of with "a" or nothing.
    ``times`` are what it names of time, ``named`` its months and days. ``slot`` is which word stands behind the
    auxiliary, if that is known; ``bare`` says that no article opens it.
    """

    group: str
    words: tuple[str, ...]
    joined: tuple[bool, ...]
    some: tuple[bool, ...]
    times: tuple[Period, ...] = ()
    named: tuple[str, ...] = ()
    slot: int | None = None
    bare: bool = False


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence, its words and their stems."""

    text: str
    words: tuple[str, ...]
    keys: tuple[str, ...]
    published: date | None

    @classmethod
    def of(cls, text: str, published: date | None = None) -> "Sentence":
        """The sentence with its words."""
        whole = plain(text)
        words = tuple(_TOKEN.findall(whole))
        return cls(whole, words, tuple(map(key_of, words)), published)

    def between(self, start: int, end: int) -> str:
        """Its words from one to before another, in small letters, each with a space behind it."""
        return "".join(f"{word.casefold()} " for word in self.words[start:end])


def read(question: str) -> Clause | None:
    """What a question asks that wants yes or no."""
    found = _ASKED.fullmatch(plain(question))
    if not found:
        return None
    aux, rest = found["aux"].casefold(), found["rest"]
    times = [
        time
        for time in dates.find(rest)
        if not re.search(r"\b(?:before|after|since|until|by) \Z", rest[: time.span.start])
    ]
    for time in reversed(times):
        before = re.sub(r"(?:\b(?:in|on|during) )?\Z", "", rest[: time.span.start])
        rest = before + rest[time.span.end :]
    every = _TOKEN.findall(rest)
    words: list[str] = []
    joined: list[bool] = []
    some: list[bool] = []
    named: list[str] = []
    passive = join = definite = False
    for word in every:
        small = word.casefold()
        if small in JOINS:
            join = True
        elif small in ("be", "been", "being"):
            passive = True
        elif word in (*MONTHS, *WEEKDAYS):
            named, join = [*named, small], False
        elif small in OWNERS or small == "the":
            definite = True
        elif small not in _IDLE and re.match(r"\w", word):
            words, joined, some = [*words, word], [*joined, join], [*some, not definite and not word[0].isupper()]
            join = definite = False
    group = _GROUP_OF.get(aux, aux) + (" be" if passive else "")
    bare = bool(every) and every[0].casefold() not in {*ARTICLES, *OWNERS, "all", "every", "both", "these", "those"}
    if len(words) < 2:
        return None
    return Clause(group, tuple(words), tuple(joined), tuple(some), tuple(times), tuple(named), None, bare)


def plain(text: str) -> str:
    """A text without contractions: "did not" for "didn't"."""
    text = re.sub(r"\bcan(?:no|['’])t\b", "can not", re.sub(r"\bwon['’]t\b", "will not", text))
    return " ".join(re.sub(r"(?<=\w)n['’]t\b", " not", text).split())


def key_of(word: str) -> str:
    """The stem of a word; an owner is another word than what he is called."""
    return " ".join(terms(word) or [word]) + ("’s" if re.search(r"(?:['’]s|s['’])\Z", word) else "")


def shortened(asked: Clause, sentence: Sentence, context: str) -> Sentence:
    """A sentence with names as short as they are asked, if its context has them so: "Blue Net" for "Blue Net Group"."""
    wanted = set(map(key_of, asked.words))
    kept: list[str] = []
    for name, run in groupby(
        sentence.words, lambda word: word[:1].isupper() and word.casefold() not in SENTENCE_OPENERS
    ):
        words = list(run)
        short = [word for word in words if key_of(word) in wanted]
        is_same = name and 0 < len(short) < len(words) and " ".join(short) in " ".join(words)
        kept += short if is_same and _has_alone(context, short) else words
    return Sentence.of(" ".join(kept), sentence.published)


def _has_alone(context: str, name: Sequence[str]) -> bool:
    """Whether a text has a name with no other name beside it."""
    words = " ".join(map(re.escape, name))
    beside = re.compile(rf"(?:([{UPPER}][\w’'-]*) )?{words}(?![\w’'-])(?! [{UPPER}])")
    found = [match[1] for match in beside.finditer(context)]
    return any(before is None or before.casefold() in SENTENCE_OPENERS for before in found)


def ways(asked: Clause, sentence: Sentence) -> Iterator[Clause]:
    """The clause as it is asked, and turned from active to passive or back."""
    yield asked
    words, joined, small = asked.words, asked.joined, [word.casefold() for word in asked.words]
    ends = [at for at in range(2, len(words) + 1) if at == len(words) or joined[at] or small[at] in PREPOSITIONS]
    if asked.group in _PASSIVE and "by" in sentence.between(0, len(sentence.words)).split():
        for verb in range(1, len(words) - 1):
            for end in (one for one in ends if one > verb + 1):
                order = [*range(verb + 1, end), verb, None, *range(verb), *range(end, len(words))]
                yield _reordered(asked, order, _PASSIVE[asked.group], end - verb - 1)
    if asked.group in _ACTIVE and "by" in small[2:]:
        by = small.index("by", 2)
        for end in (one for one in ends if one > by + 1):
            order = [*range(by + 1, end), by - 1, *range(by - 1), *range(end, len(words))]
            yield _reordered(asked, order, _ACTIVE[asked.group], end - by - 1)


def _reordered(asked: Clause, order: Sequence[int | None], group: str, slot: int) -> Clause:
    words = tuple("by" if at is None else asked.words[at] for at in order)
    joined = tuple(at is not None and asked.joined[at] for at in order)
    none = (False,) * len(words)
    return replace(asked, group=group, words=words, joined=joined, some=none, slot=slot, bare=False)


_PARTIES: Final = re.compile(r"(?P<who>[^,;:]+?)(?P<aux>(?: (?:has|have|had|was|were|been|not|did|never))*)")


def other_side(sentence: Sentence) -> Iterator[Sentence]:
    """A trade told from its other side: "Blue Net sold the pier to Ada" as "Ada bought the pier from Blue Net"."""
    for at, word in enumerate(sentence.words):
        if not (trade := converse(word)):
            continue
        verb, joins, joined = trade
        behind = " ".join(sentence.words[at + 1 :])
        name = r"(?:the )?(?:[A-Z][\w&.-]*|\w+)(?: [A-Z][\w&.-]*)*"
        party = re.search(rf"\b{joins} (?P<name>{name})(?= [^\w\s]| \w)", behind)
        before = _PARTIES.fullmatch(" ".join(sentence.words[:at]))
        if not party or not before:
            continue
        thing, rest, aux = behind[: party.start()].strip(), behind[party.end() :], before["aux"]
        if not thing and re.search(r"\b(?:was|were|been)\b", aux):
            yield Sentence.of(f"{party['name']} {verb} {before['who']} {joined} others {rest}", sentence.published)
        elif re.fullmatch(r"[^,;:]+", thing) and not re.search(r"\b(?:was|were|been)\b", aux):
            yield Sentence.of(f"{party['name']}{aux} {verb} {thing} {joined} {before['who']}{rest}", sentence.published)


def fits(asked: str, word: str, key: str, *, first: bool) -> bool:
    """Whether a word, of this stem, says the same as one of the question, or the contrary."""
    nobody = first and asked.casefold() in _ANYBODY and is_nobody(word)
    return nobody or key in alike(key_of(asked)) or key in turned(asked)


def is_nobody(word: str) -> bool:
    """Whether a word denies what it is the subject of."""
    return word.casefold() in _NOBODY


@lru_cache(maxsize=4_000)
def turned(asked: str) -> frozenset[str]:
    """The stems that say the contrary of a word: opposites, the other side of a trade, "unsafe" for "safe"."""
    word, trade, found = asked.casefold(), converse(asked), contrary(key_of(asked))
    found |= alike(key_of(trade[0])) if trade else frozenset()
    for before in _REVERSING if len(word) >= _LEAST else ():
        found |= {key_of(f"{before}{word}")}
        found |= {key_of(word.removeprefix(before))} if len(word) >= _LEAST + len(before) else set()
    return found - {key_of(asked)}
