"""Whom and what a text names: names, dates, and plain noun phrases, in order, each with its kind.

There is no grammar and no dictionary of names behind it: capitals, a few titles and prepositions, and lists of
words that are no part of a name.
"""

import re
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from aliqa.foundations.types import Span
from aliqa.text.english import MONTHS, NAME_WORD, WEEKDAYS, is_of_a_name
from aliqa.text.names import ORGANISATION, territories
from aliqa.text.terms import content_words, terms


class Kind(Enum):
    """What a mention is, as far as its looks tell."""

    PERSON = auto()
    PLACE = auto()
    DATE = auto()
    NAME = auto()
    THING = auto()


@dataclass(frozen=True, slots=True)
class Mention:
    """Something that a text names; ``span`` is its place in code points, without a possessive's ending."""

    text: str
    span: Span
    kind: Kind
    possessive: bool = False
    nobody: bool = False
    """A name that is no person's."""

    @property
    def plural(self) -> bool:
        """Whether it looks like several."""
        return self.kind is Kind.THING and bool(re.search(r"(?<!s)s\Z|\b(people|men|women|children)\Z", self.text))

    def like(self, other: "Mention") -> int:
        """How many words the two have in common."""
        return len(set(terms(self.text)) & set(terms(other.text)))


_TITLE: Final = re.compile(
    r"""
    \b
    (
        Mr | Mrs | Ms | Dr | Prof | Professor | [Pp]resident | Chairman | Chairwoman | CEO | CFO | CTO | COO
        | [Ff]ounder | co-founder | [Cc]hief[ ]executive | chairman | chairwoman | director | minister | king | queen
        | actor | actress | [Aa]uthor | [Ss]inger | [Ww]riter | by | [Ww]ho[ ](is|was)
    )
    \.?[ ]$
    """,
    re.VERBOSE,
)
_ROLES: Final = r"""(?:
    CEO | CFO | CTO | COO | chief[ ]executive | chair(?:man|woman) | (?:co-)?founder | president | director
    | head | minister | mayor | king | queen | author | singer | coach | boss | owner
)"""
_LED: Final = re.compile(rf"\b{_ROLES}[ ]of[ ](?:the[ ])?\Z", re.VERBOSE)
ROLE: Final = re.compile(
    rf"""
    \b(?:the[ ]|an?[ ])?
    (?P<role>
        {_ROLES}
        (?:[ ]of[ ](?:the[ ])?{NAME_WORD}(?:[ ]{NAME_WORD})*)?
    )
    \b
    """,
    re.VERBOSE,
)
"""Somebody named by what they are."""

_DATE: Final = re.compile(
    rf"""
    \b
    (?:
        (?:{"|".join(MONTHS)})(?:[ ]\d{{1,2}},?)?(?:[ ](?:19|20)\d\d)?
        | {"|".join(WEEKDAYS)}
        | Q[1-4](?:[ ](?:19|20)\d\d)?
        | (?:the[ ])?(?:first|second|third|fourth|last)[ ]quarter(?:[ ]of[ ](?:19|20)\d\d)?
        | (?:fiscal[ ]|the[ ])?(?:19|20)\d\ds?
    )
    (?![\w])
    """,
    re.VERBOSE,
)
_WORD: Final = re.compile(r"[^\W_]+(?:[-.&’'][^\W_]+)*(?:(?<=s)['’](?= \w))?|&")
_POSSESSIVE: Final = re.compile(r"(?:['’]s|(?<=s)['’])\Z")
_SHORTENED: Final = re.compile(r"\A[Ii]\b|n?['’](?:t|m|re|ve|ll|d)\Z")
_NAME_JOINTS: Final = frozenset({"of", "de", "van", "von", "the", "&"})
_DO: Final = r"(?:do|does|did|will|would|can|could|should|may|might|must)"
_IS: Final = r"(?:\A|\b(?:why|when|where|how) )(?:is|are|was|were) (?:the )?"
_NAMES: Final = frozenset({Kind.NAME, Kind.PERSON, Kind.PLACE})
_SUBJECT: Final = re.compile(
    rf"""
    \b(?:(?P<do>{_DO})|is|are|was|were|has|have|had)[ ]
    (?P<subject>(?:the|an?|its|their|his|her|our)[ ](?P<between>[\w ]*))\Z
    """,
    re.IGNORECASE | re.VERBOSE,
)
_AND: Final = re.compile(r" and (?:the )?")
_VERBS: Final = frozenset(
    terms(
        """
        play works mean make get happen take cause come go help need know want clarify talk explain start begin
        use become look think like find see run keep develop create call apply treat calculate determine affect
        offer differ work does tell show choose decide ask add set try put let live pay say said told sell
        bought buy sold found founded launch launched grow grew withdrawn withdrew describe define made become
        became cost compare summarize withdraw view raise provide require include name named list allow involved
        mentioned meant speak speaking
        """
    )
)
_VAGUE: Final = frozenset(
    terms(
        """
        difference example way thing type reason people information idea lot kind sort question answer detail
        number amount year time today day month week now important different best better good bad sure able many
        okay yes thanks mean also still really main old long big high large small currently recently main
        available possible typical right else another apart pretty soon very well ok cannot course actually
        maybe again really overall best meaning definition size price goal purpose role cause history importance
        feature advantage disadvantage benefit risk relation difference new one ones something anything
        everything someone anyone sense step process case part
        """
    )
)


def mentions(text: str) -> list[Mention]:
    """What a text names, in the order of the text.

    >>> [(one.text, one.kind.name) for one in mentions("What was Pinduoduo's profit in 2024?")]
    [('Pinduoduo', 'NAME'), ('profit', 'THING'), ('2024', 'DATE')]
    """
    dates = [
        Mention(found.group(), Span(*found.span()), Kind.DATE)
        for found in _DATE.finditer(text)
        if not (found.group() in MONTHS and is_of_a_name(text, *found.span()))
    ]
    words = [found for found in _WORD.finditer(text) if not any(_inside(found, one.span) for one in dates)]
    runs = [*_name_runs(text, words)]
    named = [_named(text, run) for run in runs]
    taken = {word.start() for run in runs for word in run}
    things = [_thing(text, run) for run in _thing_runs(text, [word for word in words if word.start() not in taken])]
    return sorted([*dates, *named, *things], key=lambda one: one.span)


def _inside(word: re.Match[str], span: Span) -> bool:
    return span.start <= word.start() < span.end


def _bare(word: re.Match[str]) -> str:
    return _POSSESSIVE.sub("", word.group())


def _name_runs(text: str, words: list[re.Match[str]]) -> list[list[re.Match[str]]]:
    """Runs of words that are one name: capitals next to each other, and little words between them.

    The owners of "the Miners' Union" are part of its name, unlike those of "Acme's Union".
    """
    runs: list[list[re.Match[str]]] = []
    run: list[re.Match[str]] = []
    for word in words:
        joined = bool(run) and text[run[-1].end() : word.start()] == " " and run[-1].group()[-2:] not in ("'s", "’s")
        if joined and (word.group() == "&" or (word.group() in _NAME_JOINTS and not run[-1].group().isupper())):
            run.append(word)
        elif _is_name(text, word) or (joined and word.group()[0].isdigit() and run[-1].group()[0].isupper()):
            run = [*run, word] if joined else _started(runs, run, word)
        else:
            _started(runs, run, word)
            run = []
    _started(runs, run, None)
    return runs


def _started(
    runs: list[list[re.Match[str]]], run: list[re.Match[str]], word: re.Match[str] | None
) -> list[re.Match[str]]:
    """Finish a run, if it is a name, and begin the next one."""
    while run and run[-1].group() in _NAME_JOINTS:
        run.pop()
    if run:
        runs.append(run)
    return [word] if word else []


def _is_name(text: str, word: re.Match[str]) -> bool:
    bare = _bare(word)
    if not (bare[0].isupper() or (len(bare) > 2 and any(letter.isupper() for letter in bare[1:]))):
        return False
    if bare in MONTHS and is_of_a_name(text, word.start(), word.start() + len(bare)):
        return True
    if bare[:2] in ("I", "I'", "I’") or not content_words(bare):
        return False
    before = text[: word.start()].rstrip(' "“(')
    first = not before or before[-1] in ".?!:"
    return not first or (terms(bare)[0] not in _VERBS | _VAGUE and _surely_name(text, word))


def _surely_name(text: str, word: re.Match[str]) -> bool:
    """Whether a word at the beginning of a sentence, where every word has a capital, is a name nevertheless."""
    bare = _bare(word)
    return bool(
        any(not letter.islower() for letter in bare[1:])
        or _POSSESSIVE.search(word.group())
        or re.match(r" (?:[A-Z]|\d)", text[word.end() :])
        or re.search(rf"[\w,;] {re.escape(bare)}\b", text)
        or not text[word.end() :].strip("?!. ")
    )


def _named(text: str, run: list[re.Match[str]]) -> Mention:
    possessive = bool(_POSSESSIVE.search(run[-1].group()))
    span = Span(run[0].start(), run[-1].start() + len(_bare(run[-1])))
    name = span.cut(text)
    kind = Kind.NAME
    if name in territories() or (
        not possessive and re.search(r"\b(in|at|from|near|inside|across|outside) (the )?\Z", text[: span.start])
    ):
        kind = Kind.PLACE
    elif _TITLE.search(text[: span.start]):
        kind = Kind.PERSON
    return Mention(name, span, kind, possessive, _is_nobody(name, text[: span.start]))


def _is_nobody(name: str, before: str) -> bool:
    """Whether a name is no person's: "the Kelda", "Arvo & Sons", "Bank of Norland", "KLM", "the mayor of Kestrin"."""
    joined = re.search(r"[&\d]| of |s['’] ", name) or _LED.search(before)
    return bool(joined or ORGANISATION.search(name) or before.endswith(("the ", "The ")) or name.isupper())


def _thing_runs(text: str, words: list[re.Match[str]]) -> list[list[re.Match[str]]]:
    """Runs of words that may be a noun phrase: no little words, and neither a verb nor a vague word at the ends."""
    runs: list[list[re.Match[str]]] = [[]]
    for word in words:
        if runs[-1] and (text[runs[-1][-1].end() : word.start()] != " " or _POSSESSIVE.search(runs[-1][-1].group())):
            runs.append([])
        if content_words(_bare(word)):
            runs[-1].append(word)
        else:
            runs.append([])
    for run in runs:
        while run and _idle(run[-1]):
            run.pop()
        while run and _idle(run[0]):
            run.pop(0)
    return [run for run in runs if run]


def _idle(word: re.Match[str]) -> bool:
    found = terms(_bare(word))
    return (
        not found
        or _SHORTENED.search(word.group()) is not None
        or found[0] in _VERBS
        or found[0] in _VAGUE
        or word.group()[0].isdigit()
    )


def _thing(text: str, run: list[re.Match[str]]) -> Mention:
    possessive = bool(_POSSESSIVE.search(run[-1].group()))
    span = Span(run[0].start(), run[-1].start() + len(_bare(run[-1])))
    return Mention(span.cut(text), span, Kind.THING, possessive)


def phrases(text: str, glue: tuple[str, ...] = (" ",)) -> list[Mention]:
    """The mentions of a text, a name together with the plain words behind it: "Mersey Tunnel toll".

    ``glue`` is what may stand between them. Behind "did Acme" stands a verb, behind "was Acme" what it was.
    """
    joined: list[Mention] = []
    for one in mentions(text):
        last = joined[-1] if joined else None
        if last and last.kind is Kind.NAME and one.kind is Kind.THING and _belongs(text, last, one, glue):
            span = Span(last.span.start, one.span.end)
            joined[-1] = Mention(span.cut(text), span, Kind.NAME, one.possessive, last.nobody)
        else:
            joined.append(one)
    return joined


def parties(text: str) -> list[Mention]:
    """The phrases of a text, a question's subject with its article and without the verb behind it.

    >>> [one.text for one in parties("When did the old railway reopen?")]
    ['the old railway']
    """
    return [_subject(text, one) or one for one in phrases(text)]


def _subject(text: str, thing: Mention) -> Mention | None:
    """The subject that a noun phrase is, or ends with: the verb is behind it, or its second and last word."""
    found = _SUBJECT.search(text[: thing.span.start])
    if not found or thing.kind is not Kind.THING:
        return None
    if any(word not in ("of", "the") and _VAGUE.isdisjoint(terms(word)) for word in found["between"].split()):
        return None
    behind, words = terms(text[thing.span.end :])[:1], thing.text.split()
    if not (behind and behind[0] in _VERBS):
        if len(words) != 2 or not (found["do"] or words[1].endswith("ed")):
            return None
        del words[1]
    span = Span(found.start("subject"), thing.span.start + len(" ".join(words)))
    return Mention(span.cut(text), span, Kind.THING)


def together(text: str) -> list[Mention]:
    """The mentions of a text, names with "and" between them as one: "Brun and Sons"; not what is "between" two."""
    joined: list[Mention] = []
    for one in mentions(text):
        last = joined[-1] if joined else None
        names = last and {last.kind, one.kind} <= _NAMES and not text[: last.span.start].endswith("between ")
        if last and names and _AND.fullmatch(text, last.span.end, one.span.start):
            span = Span(last.span.start, one.span.end)
            joined[-1] = Mention(span.cut(text), span, last.kind, one.possessive)
        else:
            joined.append(one)
    return joined


def _belongs(text: str, name: Mention, thing: Mention, glue: tuple[str, ...]) -> bool:
    between, before = text[name.span.end : thing.span.start], text[: name.span.start]
    acts = re.search(rf"\b{_DO} (?:the )?\Z", before, re.I)
    is_so = (
        " " not in thing.text and re.search(rf"{_IS}\Z", before, re.I) and re.match(r"\W*\Z", text[thing.span.end :])
    )
    return between in glue and not ((acts or is_so) and between == " ")
