"""Verbs that say the same, or the contrary of one another; the forms of verbs; trades told from either side.

A list of pairs, by their stems: English has no form that tells opposites. They are those of moving up and down, winning
and losing, agreeing and refusing; what is not in it is not noticed. What may follow one another is no pair: what was
opened may be closed later, and who was hired may be dismissed.
"""

from collections import defaultdict
from typing import Final

from aliqa.text.terms import terms

_PAIRS: Final = (
    (
        "rise rose risen grow grew grown growth increase climb surge soar; gain; jump; expand expansion",
        "fall fell fallen decline drop decrease sink sank slump plunge; shrink shrank shrunk; lose lost",
    ),
    ("rise rose risen; raise", "lower"),
    ("raise", "fall fell fallen drop; reduce; cut"),
    ("win won victory", "lose lost loss"),
    (
        "approve accept; allow permit permission; agree agreement; back support; grant",
        "reject refuse; oppose opposition; block veto; ban forbid prohibit",
    ),
    ("succeed success", "fail failure"),
    ("keep kept retain", "abandon scrap; withdraw withdrew withdrawn"),
    ("confirm admit", "deny denied denial"),
    ("love; praise; welcome", "hate; criticise criticize; condemn"),
    ("extend prolong lengthen", "shorten; cut"),
    ("improve; strengthen", "worsen deteriorate; weaken"),
    ("convict", "acquit acquittal"),
    ("profit", "loss"),
    ("before", "after"),
    ("for", "against"),
    ("with", "without"),
)
"""What is the contrary of what; a semicolon stands between what does not say the same."""

_SAME: Final = ("buy acquire purchase; sell; start begin; stop halt; close shut; hire recruit; demolish; cancel",)

_TRADES: Final = (("sell sold", "to", "buy bought", "from"), ("lend lent", "to", "borrow borrowed", "from"))
"""Verbs of giving and of taking the same, each with the word that joins the other party."""

_IRREGULAR: Final = (
    "be been, beat beat beaten, become became, begin began begun, break broke broken, bring brought, build built,"
    " burst burst, buy bought, catch caught, choose chose chosen, come came, cost cost, cut cut, deal dealt,"
    " do does did done, draw drew drawn, drive drove driven, eat ate eaten, fall fell fallen, fight fought, find found,"
    " fly flew flown, forget forgot forgotten, get got, give gave given, go goes went gone, grow grew grown,"
    " have has had, hit hit, hold held, hurt hurt, keep kept, know knew known, lead led, leave left, lend lent,"
    " let let, lose lost, make made, mean meant, meet met, overtake overtook overtaken, pay paid, put put, quit quit,"
    " read read,"
    " rise rose risen, run ran, say said, see saw seen, sell sold, send sent, set set, shed shed, shrink shrank shrunk,"
    " shut shut, sink sank sunk, sleep slept, speak spoke spoken, spend spent, split split, spread spread, stand stood,"
    " steal stole stolen, strike struck, take took taken, teach taught, tell told, think thought,"
    " understand understood, win won, withdraw withdrew withdrawn, write wrote written"
).split(", ")
"""The forms of verbs that do not end in -ed, a closed class of English, the present first."""

_FORMS: Final = {word: frozenset(group) for group in map(terms, _IRREGULAR) for word in group}
_PRESENT: Final = frozenset(group.split()[0] for group in _IRREGULAR) | {"does", "goes", "has"}
_PAST: Final = frozenset(word for group in _IRREGULAR for word in group.split()[1:]) - {"does", "goes", "has"}


def _groups(side: str) -> list[list[str]]:
    return [terms(group) for group in side.split(";")]


def _alike() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for side in (*_SAME, *(side for pair in _PAIRS for side in pair)):
        for group in _groups(side):
            every = {form for word in group for form in (word, *_FORMS.get(word, ()))}
            for word in every:
                found[word] |= every
    return {word: frozenset(like) for word, like in found.items()}


def _opposites() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for pair in _PAIRS:
        one, other = (set(terms(side)) for side in pair)
        for words, against in ((one, other), (other, one)):
            for word in words:
                found[word] |= against
    return {word: frozenset(against) for word, against in found.items()}


_ALIKE: Final = _alike()
_OPPOSITES: Final = _opposites()


def alike(word: str) -> frozenset[str]:
    """The stems that say the same as a stem, itself included: its other forms, and other verbs for it.

    >>> "bought" in alike("buy"), "won" in alike("rise"), sorted(alike("tide"))
    (True, False, ['tide'])
    """
    return _ALIKE.get(word, frozenset()) | _FORMS.get(word, frozenset()) | {word}


def contrary(word: str) -> frozenset[str]:
    """The stems that say the contrary of a stem.

    >>> "fell" in contrary("rise"), contrary("open")
    (True, frozenset())
    """
    return _OPPOSITES.get(word, frozenset())


def converse(word: str) -> tuple[str, str, str] | None:
    """The verb that tells the same trade from its other side, as ``word`` stands, and what joins the parties.

    >>> converse("sold"), converse("buys"), converse("open")
    (('bought', 'to', 'from'), ('sell', 'from', 'to'), None)
    """
    stem = "".join(terms(word)[:1])
    for give, to, take, back in _TRADES:
        for verb, joins, other, joined in ((give, to, take, back), (take, back, give, to)):
            if stem in terms(verb) or alike(stem) & set(terms(verb)):
                return other.split()[is_past(word)], joins, joined
    return None


def is_past(word: str) -> bool:
    """Whether a word may be the past of a verb, or its participle.

    >>> is_past("bought"), is_past("opened"), is_past("opens")
    (True, True, False)
    """
    return word.casefold() in _PAST or word.casefold().endswith("ed")


def is_present(word: str) -> bool:
    """Whether a word may be the present of a verb, or its plain form.

    >>> is_present("cuts"), is_present("cut"), is_present("wrote"), is_present("opening")
    (True, True, False, False)
    """
    small = word.casefold()
    return small in _PRESENT or not (small in _PAST or small.endswith(("ed", "ing")))
