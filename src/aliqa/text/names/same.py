"""Which names a sentence says are the same: by what stands between the two, and by initials.

"Lu Wei-ting, known in Halm as Wendy Lu", "Ada Berg, who calls herself Ada Moss", "the Bank of Norland (BoN)". What an
abbreviation stands for may have small words in it, whether or not they begin one of its letters (Schwartz and Hearst,
2003, simplified).
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from aliqa.text.english import UPPER


class Run(NamedTuple):
    """A name in a sentence, from ``start`` to ``end``; ``opens`` says that it may have its capital from the place."""

    name: str
    opens: bool
    start: int
    end: int


_NICKNAME: Final = re.compile(rf"\b(?P<first>[{UPPER}]\w+) [\"“‘'](?P<nick>[{UPPER}]\w+)[\"”’'] (?P<last>[{UPPER}]\w+)")
_W: Final = r"(?:[^\s,;.()]+[ ])"
_SMALL: Final = r"(?:(?:also|now|once|then|later|since|still|until|from|on|in|at|by|better|[a-z]+ly|\d+)[ ])"
"""What may stand before a participle: a time, an adverb."""

_BE: Final = r"(?:(?:is|was|are|were|(?:has|have|had)[ ]been)[ ])"
_WHO: Final = r"(?:,?[ ](?:who|which)[ ])"
_LINK: Final = re.compile(
    rf"""
    (?:
        (?: ,?[ ]\( | ,[ ] | {_WHO}{_SMALL}{{0,2}}{_BE} ){_SMALL}{{0,4}}
        (?:called|named|nicknamed|dubbed|renamed|born|abbreviated(?:[ ](?:as|to))?)
      | (?: ,?[ ]\( | {_WHO} | ,?[ ] ){_BE}?{_SMALL}{{0,3}}known[ ](?!for[ ]){_W}{{0,6}}as
      | (?: {_WHO}{_W}{{0,3}} | [ ](?:now[ ]|has[ ])? )(?:calls?|called|styles?|styled|renamed)[ ]
        (?:him|her|it|them)sel(?:f|ves)
      | ,?[ ]whom[ ]{_W}{{1,5}}(?:calls?|called|nicknamed|named|(?:knows?|knew)[ ]{_W}{{0,2}}as)
      | ,?[ ](?:which|that)[ ](?!is|was|has|had|will){_W}{{1,4}}(?:call|knows?[ ]{_W}{{0,2}}as)
      | {_WHO}{_W}{{0,2}}(?:goes|went)[ ]by(?:[ ]the[ ]name(?:[ ]of)?)?
      | (?: ,?[ ]\( | ,?[ ] )(?:alias|aka|a\.k\.a\.|formerly|previously|née|also|also[ ]called)
    )
    [ ](?:the[ ])?[\"“]?
    """,
    re.VERBOSE,
)
"""What stands between two names of the same."""

_TELLING: Final = re.compile(
    r"\b(?:call|kn[eo]w|name|nick|dub|styl|born|abbrev|by|a(?:lias|ka|\.k\.a|lso)|former|prev|née)"
)
"""What every such link has."""

_SHORT: Final = rf"(?P<short>(?:[{UPPER}][a-z]{{0,2}}){{2,8}})s?"
_SHORTENED: Final = re.compile(
    rf"""
    (?:
        [ ]\((?:(?:or|short[ ]for|i\.e\.|abbreviated)[ ])?(?:the[ ])? | ,?[ ]or[ ](?:the[ ])? | ,[ ]abbreviated[ ]
    )
    [\"“]?{_SHORT}\b
    """,
    re.VERBOSE,
)
_SPELT_OUT: Final = re.compile(rf"\b{_SHORT}[ ]\((?:(?:short[ ]for|or)[ ])?(?:the[ ])?(?P<long>[^()]+)\)")
_BESIDE: Final = 2
"""With how many names behind it a name is compared."""


def same(sentence: str, runs: Sequence[Run]) -> Iterator[tuple[str, str]]:
    """Pairs of names that a sentence says are the same, the first one first; ``runs`` are its names in order."""
    for found in _NICKNAME.finditer(sentence):
        yield f"{found['nick']} {found['last']}", f"{found['first']} {found['last']}"
        yield f"{found['nick']} {found['last']}", f"{found['first']} {found['nick']} {found['last']}"
    if len(runs) > 1 and _TELLING.search(sentence):
        for place, one in enumerate(runs):
            for other in runs[place + 1 : place + 1 + _BESIDE]:
                owns = sentence.startswith(("'s", "’s"), other.end)
                if not owns and one.name != other.name and _LINK.fullmatch(sentence, one.end, other.start):
                    yield one.name, other.name
    for found in _SHORTENED.finditer(sentence):
        if long := spelt(sentence[: found.start()], found["short"]):
            yield long, found["short"]
    for found in _SPELT_OUT.finditer(sentence) if "(" in sentence else ():
        if spelt(found["long"], found["short"]) == found["long"]:
            yield found["long"], found["short"]


def spelt(text: str, short: str) -> str | None:
    """The words at the end of a text that have the letters of an abbreviation; None if they do not.

    >>> spelt("It pays the Bank of Norland", "BoN"), spelt("They met at the Court for the Lune Isles", "CLI")
    ('Bank of Norland', 'Court for the Lune Isles')
    >>> spelt("They met the Mayor of Lune", "TPA")
    """
    words = list(re.finditer(r"[^\W_]+(?:[.&’'][^\W_]+)*", text))[-2 * len(short) - 2 :]
    for first in reversed(words):
        letters = [word.group()[0] for word in words if word.start() >= first.start()]
        large = "".join(letter for letter in letters if letter.isupper())
        if first.group()[0].isupper() and short.upper() in (large, "".join(letters).upper()):
            long = text[first.start() :].rstrip(" ,\"”’'").removesuffix("’s").removesuffix("'s")
            return None if re.search(r"[;:()]|\.[ ]", long) else long
    return None


def abbreviates(short: str, long: str) -> bool:
    """Whether a name has the initials of another one.

    >>> abbreviates("LMI", "Lune Marine Institute"), abbreviates("BBC", "Blue Net")
    (True, False)
    """
    return " " not in short and " " in long and spelt(long, short) == long
