"""What the articles say to a question that wants yes or no, and to one that takes for granted what they deny.

"Yes" and "no" are said only where the quote has every word of the question and nothing that turns or weakens it, or
where it says the contrary in as many words; all else is unclear, and the quote is shown for the reader to decide.
"""

import re
from typing import Final

from aliqa.answers.answering import quote
from aliqa.foundations.protocols import Evidence, Reading
from aliqa.foundations.types import YesNo
from aliqa.text.opposites import alike, opposed
from aliqa.text.terms import content_words, terms

_NOT: Final = re.compile(
    r"""
    \b(?:not?|never|none|neither|nor|nobody|without|exempt)\b
    | n[’']t\b
    | \b(?:den(?:y|ies|ied)|refus\w+|fail(?:s|ed)?[ ]to)\b
    """,
    re.IGNORECASE | re.VERBOSE,
)
_WEAK: Final = re.compile(
    r"""
    \b
    (?:
        if | whether | (?-i:may) | might | could | would | should | can | perhaps | possibly | probably | plan\w*
        | hope\w* | want\w* | expect\w* | intend\w* | consider\w* | rumou?r\w* | allege\w* | claim\w*
        | reported(?:ly)? | according[ ]to | almost | nearly | partly | some | only | until | unless | before
        | said[ ]to | likely | unlikely | too[ ]early
    )
    \b
    """,
    re.IGNORECASE | re.VERBOSE,
)
_SURE: Final = 0.6
_SHARE: Final = 0.75
_LOOKED_AT: Final = 5


def verdict(question: str, reading: Reading) -> tuple[YesNo, Evidence | None]:
    """What the articles say, and the quote that decides; "unclear" with none if no quote does.

    ``question`` wants yes or no.
    """
    if _NOT.search(question):
        return "unclear", None
    told = [
        (said, one) for one in reading.evidence[:_LOOKED_AT] if (said := _says(question, quote(one), _context(one)))
    ]
    if not told:
        return "unclear", None
    said, one = told[0]
    agreed = all(other == said for other, _ in told)
    return (said if agreed and (reading.confidence >= _SURE or said == "no") else "unclear"), one


def _aimed_at(question: str, text: str) -> bool:
    """Whether a word of the question is in a sentence only as what somebody is to do: "asked them to publish it"."""
    behind = [{term for word in _INFINITIVE.findall(one) for term in terms(word)} for one in (text, question)]
    others = set(terms(_INFINITIVE.sub(" ", text)))
    return bool(content_words(question).keys() & behind[0] - behind[1] - others)


_INFINITIVE: Final = re.compile(r"\bto ([a-z][\w-]*)")


def _context(one: Evidence) -> str:
    """What a sentence need not say again: the title of its article, and the passage."""
    return f"{one.record.meta.title} {one.record.text} {one.record.meta.published or ''}"


def _says(question: str, text: str, context: str = "") -> YesNo | None:
    """What one sentence says to a question.

    >>> _says("Did Blue Net buy the pier?", "Blue Net did not buy the pier."), _says("Did sales fall?", "Sales rose.")
    ('no', 'no')
    >>> _says("Did Blue Net buy the pier?", "The pier may be what Blue Net will buy.") is None
    True
    """
    if _contradicts(question, text, context):
        return "no"
    if not _has_all(question, text) or _WEAK.search(text) or _aimed_at(question, text):
        return None
    if _NOT.search(text):
        return "no" if len(_NOT.findall(text)) == 1 and not re.search(r"[,;:]", text) else None
    return "yes" if _in_order(question, text) else None


def _has_all(question: str, text: str) -> bool:
    """Whether a sentence has every word of a question, or one that says the same."""
    said = set(terms(text))
    return all(alike(word) & said for word in content_words(question))


def corrected(question: str, reading: Reading) -> Evidence | None:
    """A sentence that says the contrary of what a question takes for granted: "Why did sales rise?" where they fell."""
    if not re.match(r"\W*(?:why|how come|for what reason|what (?:made|led|caused))\b", question, re.I):
        return None
    looked_at = reading.evidence[:_LOOKED_AT]
    if any(_says_so(question, quote(one)) for one in looked_at):
        return None
    against = next((one for one in looked_at if _contradicts(question, quote(one), _context(one))), None)
    others = [_share(question, quote(one)) for one in looked_at if one is not against]
    return against if against and _share(question, quote(against)) > max(others, default=0.0) else None


def _share(question: str, text: str) -> float:
    """The share of a question's words that a sentence has, or turns into their contrary."""
    wanted, said = content_words(question), set(terms(text))
    turned = opposed(question, text)
    return len([word for word in wanted if word in said or (turned and word == turned[0])]) / max(1, len(wanted))


def _says_so(question: str, text: str) -> bool:
    """Whether a sentence has nearly all words of a question, or others that say the same."""
    wanted, said = content_words(question), set(terms(text))
    return sum(bool(alike(word) & said) for word in wanted) > _NEARLY * len(wanted)


_NEARLY: Final = 0.75


def _contradicts(question: str, text: str, context: str) -> bool:
    """Whether a sentence has the contrary of the question's verb and otherwise its names and nearly all its words."""
    turned = opposed(question, text)
    if not turned or _NOT.search(text) or _NOT.search(question):
        return False
    said = set(terms(text))
    wanted = set(content_words(question)) - {turned[0]}
    names = {term for name in re.findall(r"(?!\A)(?<=\s)[A-Z][\w.-]*", question) for term in terms(name)}
    times = {term for term in wanted if re.fullmatch(r"(?:19|20)\d\d", term)}
    near = said | set(terms(context))
    things = wanted - names - times
    return bool(wanted & said) and (names | times) <= near and len(things & said) >= _SHARE * len(things)


def _in_order(question: str, text: str) -> bool:
    """Whether the names of a question stand in the same order in a sentence, which is not turned by a passive."""
    names = [terms(name)[0] for name in re.findall(r"(?<=\s)[A-Z][\w.-]*", question) if terms(name)]
    said = terms(text)
    places = [said.index(name) for name in names if name in said]
    return places == sorted(places) and not re.search(r"\bby\b", text)
