"""Names of one article: runs of words with capitals, how often each, and what stands around them.

A word at the beginning of a sentence has a capital anyway: it counts where the article has it with a capital elsewhere,
too, and never without. A surname alone counts for the one person of the article who bears it. `same` tells which names
an article says are the same.
"""

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence, Set
from functools import cache
from itertools import zip_longest
from typing import Any, Final

from babel import Locale

from aliqa.foundations.types import ArticleNames, FoundName, NameKind, Sentence, SentenceKind
from aliqa.text.commonness import is_common, is_plural
from aliqa.text.english import FUNCTION_WORDS, MONTHS, NUMBERS, SENTENCE_OPENERS, TITLES, UPPER, WEEKDAYS, is_of_a_name
from aliqa.text.names.same import Run, abbreviates, same
from aliqa.text.quantities.units import MEASURE, MONEY, SCALES

NAMES_RULES: Final = 6
"""To be raised when names are found otherwise: the next build then reads all articles anew."""

_WORD: Final = (
    rf"(?:[{UPPER}]\.|[{UPPER}0-9]?[{UPPER}][\w&-]*(?:\.(?:com|me|ai|io|net|org|cn))?|[a-z]{{1,2}}[{UPPER}]\w+)"
)
_JOINT: Final = r"(?:[ ]of(?:[ ]the)?[ ]|[ ]de[ ]|[ ]van[ ]|[ ]von[ ]|[ ]der[ ]|[ ]&[ ]|(?<=s)[’'][ ]|[’']s[ ]|[ ])"
_UNIT: Final = rf"[ -]?(?:%|per[ ]?cent|(?:{MONEY}|{MEASURE}|{'|'.join(SCALES)})(?![A-Za-z]))"
_NUMBER: Final = rf"\d{{1,4}}(?![\w.,]\d)(?=\W)(?!{_UNIT})"
"""A number that is part of a name, and begins no quantity."""

_RUN: Final = re.compile(rf"(?<![\w.’'-]){_WORD}(?:{_JOINT}(?:{_WORD}|{_NUMBER}))*")
_LOWER: Final = re.compile(r"\b[a-z][\w-]+")
_SPEAKS: Final = re.compile(
    r"""
      [ ]
      (?:
          sa(?:ys|id) | tells? | told | thinks? | believe[sd]? | writes? | wrote | was[ ]born | resign(?:ed|s) | died?
          | argue[sd] | retire[sd]? | step(?:s|ped)[ ]down | call(?:s|ed) | warn(?:s|ed)
      )
      \b
    | ,?[ ]whom?\b
    | ,[ ]\d\d,
    """,
    re.VERBOSE,
)
_ROLE: Final = rf"""
    \b
    (?:
        {"|".join(TITLES)} | [Pp]resident | [Cc]hair(?:man|woman|person)? | C[A-Z]O | [Ff]ounder
        | [Cc]hief[ ]executive | [Dd]irector | [Mm]inister | [Mm]ayor | [Aa]nalyst | [Ee]ngineer | [Bb]iologist
        | [Pp]rofessor | [Aa]uthor | [Ee]conomist | [Ss]pokes(?:man|woman|person) | successor[ ]is
        | daughter | son | brother | sister | wife | husband
    )
    """
_PERSON: Final = re.compile(rf"{_ROLE}\.?[ ]\Z", re.VERBOSE)
_PERSON_BEHIND: Final = re.compile(rf",[ ](?:the|an?|its|his|her|their)[ ](?:[a-z-]+[ ]){{0,3}}?{_ROLE}\b", re.VERBOSE)
ORGANISATION: Final = re.compile(
    r"""
    \b
    (?:
        Group | Inc | Corp | Ltd | Bank | University | Company | Co | Holdings? | Union | Party | Airlines? | Airways
        | Motors? | Systems? | Services? | Networks? | Institute | Agency | Ministry | Department | Studios? | Club
        | Mills? | Stores? | Lines | Partners | Capital | Media | Press | Times | Association | Federation
        | Council | Committee | Commission | Court | Office | Foundation | Fund | Schools? | Colleges?
        | Hospitals? | Museums? | Technologies | Labs? | Pharma | Energy | Foods? | Cooperative | Trust | Authority
        | Board
    )
    \Z
    """,
    re.VERBOSE,
)
_OF_A_PERSON: Final = re.compile(r"[^A-Z.;:]{0,60}\b(?:he|she|his|her|himself|herself)\b")
"""What stands behind a person's name, up to the next name."""
_SHE: Final = re.compile(r"[“\"]?(?:He|She|His|Her)\b")
_APPOSED: Final = re.compile(
    r"\b(?:[Tt]he|[Ii]ts|[Hh]is|[Hh]er|[Tt]heir|[’']s) (?:[a-z-]+ ){0,4}?[a-z-]+(?: of [^,]{3,40})?, \Z"
)
"""A description before a name: "The secretary of the union, "."""

_OF_A_PEOPLE: Final = re.compile(r"[A-Z][a-z]+(?:ish|[ieyc]an|ese|[^i]i)")
_DETERMINED: Final = re.compile(rf"\b(?i:the|an?|its|his|her|their|{'|'.join(NUMBERS)}) (?:[a-z]+ )?\Z")

_OWNED: Final = re.compile(r"\b(?:shares?|stakes?|shareholders?|investors?|invest(?:s|ed|ment)?) in (?:the )?\Z", re.I)
_WHERE: Final = re.compile(r"\b(?:in|near|outside|across|off) (?:the )?\Z")
_SPEAKS_OF_ITSELF: Final = re.compile(r"[ ](?:said|says)\b[^.;:]{0,20}(?: that)? it \b[^.;:]{0,40}\bits\b")
_THING: Final = re.compile(
    r"""
    \b
    (?:
        app | model | product | service | platform | device | robot | car | phone | system | software | brand | game
        | chip | drug | vaccine | mission | project
    )
    s?[ ](?:called[ ]|named[ ])?\Z
    """,
    re.VERBOSE,
)
_OWNS: Final = re.compile(
    r"""
    [’']s?[ ](?:shares|profit|revenue|sales|chief|chair|staff|employees|customers|factory|board)\b
    | [ ](?:sold|bought|employs|announced|reported|owns|hired|plans)\b
    """,
    re.VERBOSE,
)
_NO_NAMES: Final = frozenset("ai gdp id it pdf tv url us".split())
"""Capital letters that name nobody, as they stand in encyclopedias and news."""

_TITLED: Final = frozenset(
    {
        *(title.casefold() for title in TITLES),
        "ceo",
        "cfo",
        "cto",
        "coo",
        "sir",
        "professor",
        "president",
        "chairman",
        "chairwoman",
        "mayor",
        "minister",
        "founder",
    }
)
_OF: Final = re.compile(
    rf"""
      (?:
          Bay | Gulf | Isles? | Islands? | Cape | Strait | Sea | Lake | Mount | Port | Republic | Kingdom | States
          | Emirates | House | Duke | Archbishop | Bishop | Lord | City | Battle | Treaty
      )
      \Z
    | {ORGANISATION.pattern}
    """,
    re.VERBOSE,
)
"""What "of" joins to a name even behind other words."""

_PARTLY: Final = re.compile(r"[A-Z&]+-[a-z]+")
"""A common word with an abbreviation or a letter before it: "AI-driven", "X-ray"."""

_JOINTS: Final = frozenset({"of", "the", "de", "van", "von", "der", "&"})
_CALENDAR: Final = frozenset(name.casefold() for name in (*MONTHS, *WEEKDAYS, "Q1", "Q2", "Q3", "Q4"))
_OPENERS: Final = FUNCTION_WORDS | SENTENCE_OPENERS
_LONGEST: Final = 1000
"""Of how many characters of a sentence names are found: no person writes longer ones."""

_NEAR: Final = 80
"""How many characters before and behind a name tell of it."""

_MOST_WORDS: Final = 8
_CONTEXT: Final = 6
_MOST: Final = 300
"""Of how many names of an article it is kept that they stand in it."""


def find(text: str, sentences: Sequence[Sentence]) -> ArticleNames:
    """The names of an article's prose.

    >>> from aliqa.text.sentences import split_sentences
    >>> text = "Rolf Steen leads Blue Net. Mr Steen said that the Lune Marine Institute (LMI) errs. "
    >>> text += "Ask the LMI or Steen."
    >>> found = find(text, split_sentences(text))
    >>> [(one.name, one.count, one.kind) for one in found.names][:2]
    [('Rolf Steen', 3, 'person'), ('LMI', 2, 'organisation')]
    >>> found.same
    (('Lune Marine Institute', 'LMI'),)
    """
    prose = [one.span.cut(text)[:_LONGEST] for one in sentences if one.kind is SentenceKind.PROSE]
    lower = {word for sentence in prose for word in _LOWER.findall(sentence)}
    noted, pairs = _Noted(lower), list[tuple[str, str]]()
    for sentence, behind in zip_longest(prose, prose[1:], fillvalue=""):
        runs = list(_runs(sentence))
        pairs += same(sentence, runs)
        for run in runs:
            noted.note(run, sentence, of_a_person=_SHE.match(behind) is not None and _is_only(run, runs))
    kept = noted.kept()
    for part, name in _whole(kept).items():
        kept[name] += kept.pop(part)
        noted.join(part, name)
    shortened = tuple(_shortened([name for name in noted.counts if name in kept]))
    votes = noted.votes
    for name, first in shortened:
        votes[name]["organisation"] += votes[first]["organisation"]
    for name in (name for long, short in pairs if _has_initials(long, short) for name in (long, short)):
        votes[name]["organisation"] += 1
    found = (FoundName(name, count, noted.kind(name), noted.around(name)) for name, count in kept.items())
    most = tuple(sorted(found, key=lambda one: (-one.count, one.name))[:_MOST])
    return ArticleNames(most, tuple(dict.fromkeys(pairs)), shortened)


class _Noted:
    """What an article shows of its names; ``lower`` are its words in small letters."""

    def __init__(self, lower: Set[str]) -> None:
        self.counts = Counter[str]()
        self.votes: dict[str, Counter[NameKind]] = defaultdict(Counter)
        self._lower = lower
        self._context: dict[str, Counter[str]] = defaultdict(Counter)
        self._units, self._adjectives = Counter[str](), Counter[str]()
        self._sure, self._articled = set[str](), set[str]()

    def note(self, run: Run, sentence: str, *, of_a_person: bool) -> None:
        """A name stands in a sentence; ``of_a_person`` says that the next sentence is of him or her."""
        name, opens, start, end = run
        before, after = sentence[max(0, start - _NEAR) : start], sentence[end : end + _NEAR]
        role, _, rest = name.partition(" ")
        if opens and " " in rest and (role.casefold() in self._lower or (is_common(role) and may_be_a_person(rest))):
            name, before = rest, f"{before}{role} "
        self.counts[name] += 1
        self._units[name] += name.isupper() and re.search(r"\d \Z", before) is not None
        self._adjectives[name] += _is_adjective(name, before, after)
        if not opens or " " in name or name[1:] != name[1:].lower():
            self._sure.add(name)
        if before.endswith(("the ", "The ")):
            self._articled.add(name)
        self.votes[name].update(_kinds(name, before, after, self._lower))
        self.votes[name]["person"] += of_a_person and _begins(before) and may_be_a_person(name)
        self._context[name].update(_around(before, after))

    def kept(self) -> dict[str, int]:
        """The names with how often each stands; not what only begins sentences, units, and the names of peoples."""
        sure = self._sure.union(_borne(self._sure)) - {name for name in self.counts if name.casefold() in self._lower}
        kept = {name: count for name, count in self.counts.items() if name in sure and self._adjectives[name] < count}
        kept = {name: count for name, count in kept.items() if 2 * self._units[name] <= count}  # "14:00 UTC"
        for name in [name for name in kept if re.search(r" of |'s? ", name)]:
            _part(name, kept)
        return kept

    def join(self, part: str, name: str) -> None:
        """A surname alone is somebody's: what is called so by no article and is no place is a person."""
        seen = self.votes[part]["place"] + self.votes[name]["place"]
        placed = seen or part in self._articled or part in territories()
        self.votes[name] += self.votes[part]
        self.votes[name]["person"] += not placed and may_be_a_person(name)
        self._context[name] += self._context[part]

    def kind(self, name: str) -> NameKind:
        """What most mentions take a name for."""
        return _kind(name, self.votes[name], articled=name in self._articled)

    def around(self, name: str) -> tuple[str, ...]:
        """The words that stand beside it most."""
        return tuple(word for word, _ in self._context[name].most_common(_CONTEXT))


def encode(names: ArticleNames) -> str:
    """The names as a line of JSON."""
    found = [[one.name, one.count, one.kind, *one.context] for one in names.names]
    return json.dumps([found, names.same, names.shortened], ensure_ascii=True, separators=(",", ":"))


def decode(line: str | bytes | list[Any]) -> ArticleNames:
    """The names in a line of JSON, or in what was read of it. Raises ValueError or TypeError."""
    found, *pairs = line if isinstance(line, list) else json.loads(line)
    names = (FoundName(name, count, kind, tuple(context)) for name, count, kind, *context in found)
    same, shortened = (tuple((one, other) for one, other in each) for each in pairs)
    return ArticleNames(tuple(names), same, shortened)


def _runs(sentence: str) -> Iterator[Run]:
    """The names of a sentence; one opens that has a capital at its beginning, or before a title: "Prime Minister"."""
    for run in _RUN.finditer(sentence):
        begins = not sentence[: run.start()].strip(" \"“‘'(—–-*")
        whole = list(re.finditer(r"\S+", run.group()))
        for words in _cut(whole, begins=begins, after_the=sentence[: run.start()].endswith("the ")):
            rest = whole[whole.index(words[-1]) + 1 :]
            titled = bool(rest) and rest[0].group().casefold() in _TITLED
            opens = begins and words[0] is whole[0]
            while words and _is_idle(words[0].group()) and not _is_borne(sentence, run.start(), words[0]):
                words.pop(0)
                opens = False
            while words and _is_idle(words[-1].group(), last=True) and not _is_borne(sentence, run.start(), words[-1]):
                words.pop()
            if words:
                opens = opens or (titled and len(words) == 1)
                start, end = run.start() + words[0].start(), run.start() + words[-1].end()
                name = re.sub(r"[’']s?\Z|\.\Z", "", sentence[start:end])
                if len(name) > 1 and len(words) <= _MOST_WORDS and not _names_nobody(name):
                    yield Run(" ".join(name.replace("’", "'").split()), opens, start, start + len(name))


def _cut(words: list[re.Match[str]], *, begins: bool, after_the: bool) -> Iterator[list[re.Match[str]]]:
    """A run in parts: "of" joins what may be a common noun to a name, and parts somebody from a name.

    What owns what follows is part of a name behind "the" alone: "the Weavers' Hall"; but whom a paper sends is called
    by two names: "the Courier's Jo Steen".
    """
    part: list[re.Match[str]] = []
    for word in words:
        joins = len(part) == 1 and not begins
        owns = part and re.search(r"[’']s?\Z", part[-1].group())
        if owns and not (after_the and (words[-1] is word or not owns.group().endswith("s"))):
            yield part
            part = []
        after_the = after_the or word.group().casefold() == "the"
        if (word.group().casefold() in _TITLED and part) or (
            word.group() == "of" and not joins and part and not _OF.search(part[-1].group())
        ):
            yield part
            part = []
        else:
            part.append(word)
    yield part or words[:1]


def _is_adjective(name: str, before: str, after: str) -> bool:
    """Whether it has the form of what tells a people, "Scottish", and stands between an article and a noun."""
    form = _OF_A_PEOPLE.fullmatch(name) and name not in territories()
    return bool(form and _DETERMINED.search(before) and re.match("[ -][a-z]", after))


def may_be_a_person(name: str) -> bool:
    """Whether a name is of two or three words, as those of people are, none of them a common noun."""
    words = name.split()
    plain = len(words) in (2, 3) and all(word[1:].islower() for word in re.split("[ -]", name) if word[0].isupper())
    return plain and not ORGANISATION.search(name) and not any(is_common(word) or is_plural(word) for word in words)


def _borne(names: Iterable[str]) -> Iterator[str]:
    """The first and the last words of longer names, which are names where they open a sentence; no common nouns."""
    ends = {word for name in names if " " in name for word in (name.split()[0], name.split()[-1])}
    return (word for word in ends if not is_common(word))


def _has_initials(long: str, short: str) -> bool:
    """Whether it has an abbreviation, as organisations do; not so terms, "T-cell factor"."""
    return abbreviates(short, long) and all(word[0].isupper() or word in FUNCTION_WORDS for word in long.split())


def _is_only(run: Run, runs: Sequence[Run]) -> bool:
    """Whether it is the only name of several words."""
    return [other for other in runs if " " in other.name] == [run]


_ENUMERATED: Final = 2
"""So many commas make a list."""


def _begins(before: str) -> bool:
    """Whether a name behind these words is the first of its sentence, or has only a role before it."""
    bare = before.rstrip(" ,")
    return "." not in bare and bare.count(",") < _ENUMERATED and re.search(r"[,;:“\"][^,]", bare) is None


def _part(name: str, counts: dict[str, int]) -> None:
    """Take "Steen of the Blue Net" apart, where another name ends with the first word, and so "the Crows' Jo Steen"."""
    one, joint, other = re.split(r"( of |'s? )", name, maxsplit=1)
    if any(longer.endswith(f" {one}") for longer in counts) or (joint != " of " and counts.get(one, 0) >= counts[name]):
        times = counts.pop(name)
        for part in (one, other.removeprefix("the ")):
            counts[part] = counts.get(part, 0) + times


def _is_idle(word: str, *, last: bool = False) -> bool:
    """Whether a word is no part of a name at its beginning, or at its end."""
    bare = re.sub(r"[’']s?\Z|\.\Z", "", word).casefold()
    if bare in _CALENDAR or bare in _NO_NAMES:
        return True
    if last:
        return word in _JOINTS
    return bare in _TITLED or bare in _OPENERS or word in _JOINTS or not any(map(str.isalpha, word))


def _names_nobody(name: str) -> bool:
    return name.casefold() in _unnamed() or _PARTLY.fullmatch(name) is not None


def _is_borne(sentence: str, start: int, word: re.Match[str]) -> bool:
    """Whether a word of a run that begins at ``start`` is a month that somebody is called."""
    month = re.sub(r"[’']s?\Z|\.\Z", "", word.group())
    return month in MONTHS and is_of_a_name(sentence, start + word.start(), start + word.start() + len(month))


def _whole(counts: dict[str, int]) -> dict[str, str]:
    """Of names of one word the only longer name of a person that ends with them; none if another name begins so."""
    ends: dict[str, list[str]] = defaultdict(list)
    begins: set[str] = set()
    for name in counts:
        words = name.split()
        if len(words) > 1:
            begins.add(words[0])
            if (
                len(words) <= 3
                and not ORGANISATION.search(name)
                and all(word[1:].islower() for word in re.split("[ -]", name))
            ):
                for part in {words[-1], words[-1].rpartition("-")[2]}:  # "Lind-Moss" is called Moss
                    ends[part].append(name)
    return {part: names[0] for part, names in ends.items() if len(names) == 1 and part in counts and part not in begins}


def _shortened(names: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Of names in the order in which they first stand, those of one word with a longer one before that begins so.

    >>> list(_shortened(["Kelda Dairy", "Lune", "Kelda", "Lune Bay"]))
    [('Kelda Dairy', 'Kelda')]
    """
    longer: dict[str, str] = {}
    for name in names:
        first, *rest = name.split()
        if rest:
            longer.setdefault(first, name)
        elif first in longer:
            yield longer[first], first


def _kinds(name: str, before: str, after: str, lower: Set[str]) -> Iterator[NameKind]:
    """What a mention takes a name for. What speaks and ends with a common noun, one of ``lower``, is no person."""
    speaks = " " in name and _SPEAKS.match(after) and not before.endswith(("the ", "The "))
    speaks = speaks or before.endswith((" said ", " says "))
    if ORGANISATION.search(_head(name)) or _SPEAKS_OF_ITSELF.match(after) or _OWNED.search(before):
        yield "organisation"
    elif _PERSON.search(before) or (" " in name and _PERSON_BEHIND.match(after)):
        yield "person"
    elif speaks:
        common = name.split()[-1].casefold() in lower or any(map(is_plural, name.split()[1:]))
        yield "organisation" if common and not _OF_A_PERSON.match(after) else "person"
    elif _WHERE.search(before):
        yield "place"
    elif (" " in name and before[-2:] in ("", ", ") and _OF_A_PERSON.match(after)) or (
        _APPOSED.search(before) and re.match(r"[,.;)]|\Z", after) and may_be_a_person(name)
    ):
        yield "person"
    elif _THING.search(before):
        yield "product"
    elif _OWNS.match(after):
        yield "organisation"


def _kind(name: str, votes: "Counter[NameKind]", *, articled: bool) -> NameKind:
    """What most mentions take it for; a country by its name. What has an article before it is no person."""
    if name in territories():
        return "place"
    if ORGANISATION.search(_head(name)):
        return "organisation"
    votes = Counter({kind: count for kind, count in votes.items() if count and not (articled and kind == "person")})
    if " " in name and votes["person"] > votes["place"] / 2:
        return "person"
    if re.search(r"[\d]", name):
        return "product"
    return max(votes, key=lambda kind: votes[kind], default="other")


def _head(name: str) -> str:
    """What a name says it is: "Bank" of the "Bank of Lune"."""
    return name.partition(" of ")[0]


def _around(before: str, after: str) -> Iterator[str]:
    """The words that tell of a name: those of the clause just before it and just behind it."""
    near = (*re.split(r"[,;:.]", before)[-1].split()[-3:], *re.split(r"[;:.]", after)[0].split()[:5])
    for word in near:
        bare = word.strip(" ,()\"“”'’").casefold()
        if len(bare) > 2 and bare not in FUNCTION_WORDS and bare.isalpha():
            yield bare


@cache
def _unnamed() -> frozenset[str]:
    """What has capitals and names nobody: abbreviations, currencies, and languages (both Unicode CLDR).

    What is of a country is called like its language.
    """
    english = Locale("en")
    known = [str(name).casefold() for name in (*english.languages.values(), *english.currencies)]
    return _NO_NAMES | {name for name in known if " " not in name}


@cache
def territories() -> frozenset[str]:
    """The names of countries and continents (Unicode CLDR)."""
    return frozenset(Locale("en").territories.values())
