"""What kind of question somebody asks, by its form alone.

English has few forms that ask for an introduction, a survey, a list of articles, a comparison: they are a closed class,
which `templates` writes down. No form knows a subject. What has none of them is "plain": the sentences that answer it.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Final

from aliqa.answers.kinds.learned import several
from aliqa.answers.kinds.telling import published
from aliqa.answers.kinds.templates import ARTICLE, TEMPLATES, Template
from aliqa.foundations.types import QuestionKind
from aliqa.text.dates import without_time
from aliqa.text.english import FUNCTION_WORDS, NUMBERS, SENTENCE_OPENERS

_LEAD: Final = re.compile(
    r"""
    (?:(?:hi|hello|hey|ok(?:ay)?|so|well|now|and|but|please)\b[,!. ]+)*
    (?:
        (?:can|could|would|will)[ ]you[ ](?:please[ ]|kindly[ ])?(?=\w)
        | please[ ]
        | (?:i(?:[’']d|[ ]would)[ ]like|i[ ]want)[ ](?:you[ ])?to[ ](?:know|see|find|read)[ ]
    )?
    """,
    re.IGNORECASE | re.VERBOSE,
)
_THANKS: Final = re.compile(r"(?:,? (?:please|pls|plz|thanks|thank you))+\Z", re.I)
_SHORT: Final = re.compile(r"\A(?:(who|what|where)(?:[’']?(s)|[’']re)|i[’']m) ", re.I)
_YES_NO: Final = re.compile(
    r"(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should)(?:n[’']t)? (?!(?:you|i) ).*", re.I
)
_AHEAD: Final = re.compile(
    r"""
    (?P<about>[^,:?]{2,60}?)(?:,|:|[ ][-–—])[ ]
    (?P<asked>(?:who|what|which|where|when)\b.*)\b(?:he|she|they|it|that|this|him|her|them)(?:[ ]exactly)?
    """,
    re.IGNORECASE | re.VERBOSE,
)
"""What is asked about stands before the question: "Ada Moss, who is she"."""

_CHINESE: Final = re.compile(r"(?P<about>.+)是(?:谁|誰|什么|什麼)|(?:什么|什麼)是(?P<two>.+)")

_NO_NAME: Final = frozenset(
    {*FUNCTION_WORDS, *SENTENCE_OPENERS, *NUMBERS}
    | set("going new wrong next said known used done left worth meant better best bigger larger responsible".split())
)
"""How no name and no bare noun begins: with a determiner, a pronoun, a preposition, a question word."""

_NO_NOUN: Final = (_NO_NAME - {"of", "new"}) | set(
    "per against called named doing like using now tomorrow yesterday".split()
)
"""What never stands in a name or a bare noun, in small letters: a preposition, a verb, an adverb."""

_LONGEST: Final = 5


@dataclass(frozen=True, slots=True)
class Asked:
    """The kind of a question, whom or what it is about, if its form says so, and what of the collection it wants.

    ``when`` says in words of what time the articles are to be; ``guessed`` that no form tells it, but a model.
    """

    kind: QuestionKind
    about: str = ""
    wanted: str = ""
    when: str = ""
    guessed: bool = False


def asked(
    question: str,
    named: Callable[[str], object] = lambda _: None,
    titled: Callable[[str], object] = lambda _: None,
    credited: Callable[[str], object] = lambda _: None,
) -> Asked:
    """What kind of question this is.

    ``named`` tells names of the articles, of which "the LMI" is one, and ``titled`` what is an article's title:
    "Who wrote X?" asks of the collection if X is one. ``credited`` tells authors and outlets: "articles in X".

    >>> asked("Who is Ada Moss?")
    Asked(kind='identity', about='Ada Moss', wanted='', when='', guessed=False)
    >>> asked("Ada Moss - who is that?").about
    'Ada Moss'
    >>> asked("Could you tell me about tidal power?")
    Asked(kind='digest', about='tidal power', wanted='', when='', guessed=False)
    >>> asked("Which articles mention the Kelda strait?").kind, asked("How many articles are there?").wanted
    ('which_articles', 'count')
    >>> asked("How much did the ferries cost?").kind
    'plain'
    """
    whole = " ".join(question.split()).strip(" ?!.…？！。")
    lead = _LEAD.match(whole)
    bare = _THANKS.sub("", whole[lead.end() if lead else 0 :]) or whole
    bare = _SHORT.sub(lambda found: f"{found[1]} {'is' if found[2] else 'are'} " if found[1] else "i am ", bare)
    if ahead := _AHEAD.fullmatch(bare):
        bare = f"{ahead['asked']}{ahead['about']}"
    for template in TEMPLATES:
        text = whole.replace(",", "") if template.kind == "social" else bare
        if (found := template.form.fullmatch(f"{text} ")) and (it := _as(template, found, named, titled, credited)):
            return it
    if (found := _CHINESE.fullmatch(bare)) and is_nameable(name := found["about"] or found["two"]):
        return Asked("identity", name)
    wants = several(question)
    if wants in ("compare", "change"):
        return Asked(wants)
    if _YES_NO.fullmatch(bare) and not re.search(r"\bor\b", bare):
        return Asked("yes_no")
    if "哪些" in bare:
        return Asked("list")
    return Asked("plain", wanted="several" if wants else "")


def _as(
    template: Template,
    found: re.Match[str],
    named: Callable[[str], object],
    titled: Callable[[str], object],
    credited: Callable[[str], object],
) -> Asked | None:
    """What a question of this form asks; None if what it is about does not fit the form."""
    groups = found.groupdict()
    about, which = (groups.get("about") or "").strip(" \"“”'"), (groups.get("which") or "").casefold()
    about = re.sub(r"\A(?:(?:the|an?) )?(?:topic|subject|issue|company|question) of ", "", about)
    wanted = template.wanted
    if wanted in _OF_ARTICLES and about and not (re.search(rf"\b{ARTICLE}\b", about, re.I) or titled(about)):
        return None
    if wanted == "from" and not credited(about):
        return None
    when = (groups.get("when") or "").strip()
    if not when and template.kind in ("digest", "which_articles"):
        about, when = without_time(about, date.today())
    if when and not published(when):
        return None
    if template.kind == "identity" and about[:4].casefold() == "the " and (named(about[4:]) or about[4:5].isupper()):
        about = about[4:]
        if not is_nameable(about):
            return None
    elif (wanted in ("name", "said") or template.kind == "identity") and not is_nameable(about):
        return None
    if wanted == "newest" or (wanted == "from" and which):
        wanted = "oldest" if which in ("oldest", "earliest", "first") else "newest"
    elif template.kind == "which_articles":
        wanted = "count" if re.match(r"how many", found.string, re.I) else which
    else:
        wanted = {"name": "", "from": "by"}.get(wanted, wanted)
    return Asked(template.kind, about, wanted, when)


_OF_ARTICLES: Final = ("author", "date", "outlets")
"""What is asked of articles, and of all else that is written: books, laws."""


def is_nameable(text: str) -> bool:
    """Whether this is a name or a bare noun, not a description or half a sentence.

    >>> is_nameable("Bank of Skarvik"), is_nameable("a twin prime"), is_nameable("produced at the mill")
    (True, True, False)
    """
    first, *rest = words = re.sub(r"\Aan? (?=\S)", "", text, flags=re.I).split() or [""]
    if (
        len(words) > _LONGEST
        or first.casefold().split("-")[0] in _NO_NAME
        or not any(letter.isalpha() for letter in text)
    ):
        return False
    if re.search(r"[’']s?(?:[ ]|\Z)|,|\b[a-z]{3,}ly\b", text) or _NO_NOUN & set(rest):
        return False
    if "of" in rest and not re.fullmatch(r"(?:[A-Z]\S* )+of(?: [A-Z]\S*)+", " ".join(words)):
        return False
    ends_verbal = re.fullmatch(r"[a-z]+(?:ed|ing)", first) and (len(words) == 1 or first.endswith("ed"))
    return not ends_verbal and not (rest and re.fullmatch(r"[a-z]{3,}ed", rest[-1]))
