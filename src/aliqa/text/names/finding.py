"""Names of one article: runs of words with capitals, how often each, and what stands around them.

A word at the beginning of a sentence has a capital anyway: it counts where the article has it with a capital elsewhere,
too, and never without. A surname alone counts for the one person of the article who bears it.
"""

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence, Set
from functools import cache
from typing import Any, Final

from babel import Locale

from aliqa.foundations.types import ArticleNames, FoundName, NameKind, Sentence, SentenceKind
from aliqa.text.english import FUNCTION_WORDS, MONTHS, SENTENCE_OPENERS, TITLES, UPPER, WEEKDAYS, is_of_a_name
from aliqa.text.quantities.units import MEASURE, MONEY, SCALES

NAMES_RULES: Final = 5
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
_NICKNAME: Final = re.compile(rf"\b(?P<first>[{UPPER}]\w+) [\"“‘'](?P<nick>[{UPPER}]\w+)[\"”’'] (?P<last>[{UPPER}]\w+)")
_ALSO: Final = re.compile(
    rf"""
      (?P<one>{_WORD}(?:[ ]{_WORD}){{0,4}}),?[ ]\(
      (?:
          also[ ] | formerly[ ] | or[ ] | known[ ]as[ ] | aka[ ] | a\.k\.a\.[ ] | called[ ] | short[ ]for[ ]
          | i\.e\.[ ]
      )*
      (?:the[ ])?[\"“]?(?P<two>{_WORD}(?:[ ]{_WORD}){{0,3}})[\"”]?\)
    | (?P<three>{_WORD}(?:[ ]{_WORD}){{0,4}}),?[ ]
      (?:
          (?:also[ ]|formerly[ ]|better[ ])?known[ ](?:[a-z]+[ ]){{0,3}}as | also[ ]called | formerly | a\.k\.a\. | aka
      )
      [ ][\"“]?(?P<four>{_WORD}(?:[ ]{_WORD}){{0,3}})
    """,
    re.VERBOSE,
)
_SPEAKS: Final = re.compile(
    r"""
      [ ]
      (?:
          sa(?:ys|id) | tells? | told | thinks? | believe[sd]? | writes? | wrote | was[ ]born | resign(?:ed|s) | died?
          | argue[sd] | retire[sd]? | step(?:s|ped)[ ]down | call(?:s|ed) | warn(?:s|ed)
      )
      \b
    | ,?[ ]who\b
    | ,[ ]\d\d,
    """,
    re.VERBOSE,
)
_PERSON: Final = re.compile(
    rf"""
    \b
    (?:
        {"|".join(TITLES)} | [Pp]resident | [Cc]hair(?:man|woman|person)? | C[A-Z]O | [Ff]ounder
        | [Cc]hief[ ]executive | [Dd]irector | [Mm]inister | [Mm]ayor | [Aa]nalyst | [Ee]ngineer | [Bb]iologist
        | [Pp]rofessor | [Aa]uthor | [Ee]conomist | [Ss]pokes(?:man|woman|person) | successor[ ]is
        | daughter | son | brother | sister | wife | husband
    )
    \.?[ ]\Z
    """,
    re.VERBOSE,
)
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
    [('Rolf Steen', 3, 'person'), ('LMI', 2, 'other')]
    >>> found.same
    (('Lune Marine Institute', 'LMI'),)
    """
    prose = [one.span.cut(text)[:_LONGEST] for one in sentences if one.kind is SentenceKind.PROSE]
    lower = {word for sentence in prose for word in _LOWER.findall(sentence)}
    sure, counts, units = set[str](), Counter[str](), Counter[str]()
    votes: dict[str, Counter[NameKind]] = defaultdict(Counter)
    context: dict[str, Counter[str]] = defaultdict(Counter)
    for sentence in prose:
        for name, first, before, after in _runs(sentence):
            role, _, rest = name.partition(" ")
            if first and " " in rest and role.casefold() in lower:
                name = rest
            counts[name] += 1
            units[name] += name.isupper() and re.search(r"\d \Z", before) is not None
            if not first or " " in name or name[1:] != name[1:].lower():
                sure.add(name)
            votes[name].update(_kinds(name, before, after, lower))
            context[name].update(_around(before, after))
    kept = {name: count for name, count in counts.items() if name in sure and name.casefold() not in lower}
    kept = {name: count for name, count in kept.items() if 2 * units[name] <= count}  # "14:00 UTC" names nobody
    for name in [name for name in kept if re.search(r" of |'s? ", name)]:
        _part(name, kept)
    whole = _whole(kept)
    for part, name in whole.items():
        kept[name] += kept.pop(part)
        votes[name] += votes[part]
        context[name] += context[part]
    same = tuple(dict.fromkeys(pair for sentence in prose for pair in _same(sentence)))
    found = [
        FoundName(name, count, _kind(name, votes[name]), tuple(word for word, _ in context[name].most_common(_CONTEXT)))
        for name, count in kept.items()
    ]
    shortened = tuple(_shortened([name for name in counts if name in kept]))
    return ArticleNames(tuple(sorted(found, key=lambda one: (-one.count, one.name))[:_MOST]), same, shortened)


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


def _runs(sentence: str) -> Iterator[tuple[str, bool, str, str]]:
    """The names of a sentence, whether each needs to stand elsewhere to count, and what stands before and behind it.

    That is a word with a capital at the beginning of the sentence, or before a title: "Prime Minister".
    """
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
                    behind = start + len(name)
                    before = sentence[max(0, start - _NEAR) : start]
                    yield " ".join(name.replace("’", "'").split()), opens, before, sentence[behind : behind + _NEAR]


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
    if ORGANISATION.search(name) or _SPEAKS_OF_ITSELF.match(after) or _OWNED.search(before):
        yield "organisation"
    elif _PERSON.search(before):
        yield "person"
    elif speaks:
        common = name.split()[-1].casefold() in lower
        yield "organisation" if common and not _OF_A_PERSON.match(after) else "person"
    elif _WHERE.search(before):
        yield "place"
    elif " " in name and before[-2:] in ("", ", ") and _OF_A_PERSON.match(after):
        yield "person"
    elif _THING.search(before):
        yield "product"
    elif _OWNS.match(after):
        yield "organisation"


def _kind(name: str, votes: "Counter[NameKind]") -> NameKind:
    """What most mentions take it for; a country by its name."""
    if name in territories():
        return "place"
    if ORGANISATION.search(name):
        return "organisation"
    if " " in name and votes["person"] > votes["place"] / 2:
        return "person"
    if re.search(r"[\d]", name):
        return "product"
    return max(votes, key=lambda kind: votes[kind], default="other")


def _around(before: str, after: str) -> Iterator[str]:
    """The words that tell of a name: those of the clause just before it and just behind it."""
    near = (*re.split(r"[,;:.]", before)[-1].split()[-3:], *re.split(r"[;:.]", after)[0].split()[:5])
    for word in near:
        bare = word.strip(" ,()\"“”'’").casefold()
        if len(bare) > 2 and bare not in FUNCTION_WORDS and bare.isalpha():
            yield bare


def _same(sentence: str) -> Iterator[tuple[str, str]]:
    """Names that a sentence says are the same: a nickname, initials in brackets, "also known as"."""
    for found in _NICKNAME.finditer(sentence):
        yield f"{found['nick']} {found['last']}", f"{found['first']} {found['last']}"
        yield f"{found['nick']} {found['last']}", f"{found['first']} {found['nick']} {found['last']}"
    for found in _ALSO.finditer(sentence):
        one, two = (found["one"], found["two"]) if found["one"] else (found["three"], found["four"])
        known = found["three"] or re.search(r"\((?:also|formerly|known|aka|a\.k\.a|called)", found.group())
        one = _without_opener(one)
        if one and one != two and (known or _abbreviates(two, one) or _abbreviates(one, two)):
            yield one, two


def _without_opener(name: str) -> str:
    words = name.split()
    while words and _is_idle(words[0]):
        words.pop(0)
    return " ".join(words)


def _abbreviates(short: str, long: str) -> bool:
    """Whether a name is the initials of another one.

    >>> _abbreviates("LMI", "Lune Marine Institute"), _abbreviates("BBC", "Blue Net")
    (True, False)
    """
    letters = "".join(word[0] for word in re.findall(r"\w+", long) if word[0].isupper())
    return short.isupper() and len(short) > 1 and short == letters


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
