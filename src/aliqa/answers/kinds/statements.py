"""What somebody said: the sentences that give a person's words, or an organisation's, on what is asked about."""

import re
from typing import Final

from aliqa.answers.answering import alike
from aliqa.answers.kinds.phrases import Phrase
from aliqa.answers.kinds.telling import Collection, Mention, Told, behind, in_order, mentions, vectors_of
from aliqa.foundations.types import Span
from aliqa.text.english import NAME, PREPOSITIONS
from aliqa.text.terms import content_words, terms

_MOST: Final = 3
_READ: Final = 200
"""How many passages are looked at."""
_SURE: Final = 0.8
_SHARE: Final = 0.5
"""The share of the words of what was spoken about that a statement and what stands before it hold."""

_SPEAKS: Final = (
    r"(?:said|says|told|tells|call(?:s|ed)|argue[sd]|warn(?:s|ed)|claim(?:s|ed)|add(?:s|ed)|note[sd]|wr(?:ites|ote)"
    r"|insist(?:s|ed)|admit(?:s|ted)|den(?:ies|ied)|predict(?:s|ed)|believe[sd]|thinks?|thought|describe[sd]"
    r"|suggest(?:s|ed)|urge[sd]|advise[sd]|explain(?:s|ed)|repl(?:ies|ied)|concede[sd]|stress(?:es|ed)"
    r"|caution(?:s|ed)|dismiss(?:es|ed)|criticise[sd]|criticize[sd]|praise[sd]|promise[sd])"
)
_PRONOUN: Final = re.compile(rf"\b(?:[Ss]?[Hh]e|[Tt]hey) (?:\w+ly |also )?{_SPEAKS}\b|\b{_SPEAKS} (?:s?he|they)\b")
_SUBJECT: Final = 40
"""Code points of a sentence within which its subject is named."""
_SPOKEN_BEHIND: Final = re.compile(
    rf"""
    (?:
        ,[ ][^,]{{1,60}},
        | [ ]\([^()]*\)
        | [ ](?:of|from|at|for|with)[ ](?:the[ ])?{NAME}  # whom somebody speaks for
    )?
    [ ](?:\w+ly[ ]|also[ ]|has[ ]|had[ ]|have[ ])?{_SPEAKS}\b
    """,
    re.VERBOSE,
)
_SPOKEN_BEFORE: Final = re.compile(rf"(?:[”\"»’'],?|,) {_SPEAKS} (?:[\w.,’'-]+ ){{0,4}}\Z")
_GOVERNED: Final = re.compile(rf"\b(?:{'|'.join(PREPOSITIONS.split())}) (?:[A-Z][\w.’'-]* )*\Z")
"""What stands before a name that is not who speaks: "the wife of Ada" Moss said."""
_QUOTED: Final = re.compile(r"(?<=[“\"«])[^”\"»]+(?=[”\"»])")


def tell(about: str, question: str, articles: Collection) -> Told | None:
    """What somebody said, in the order of the articles' dates; None if no sentence gives their words on it."""
    topic = _topic(about, question)
    named = _named(about, articles)
    given = [one for one in named if gives_words(one)]
    told = {one.place: one for one in (*given, *filter(None, map(_goes_on, named)))}
    spoken = [one for one in told.values() if not topic or _is_on(one, topic)]
    if not spoken:
        return None
    wanted = articles.embed(question)
    near = [float(vector @ wanted) for vector in vectors_of(spoken, articles.store)]
    best: list[tuple[float, Mention]] = []
    for score, one in sorted(zip(near, spoken, strict=True), key=lambda it: -it[0]):
        if not any(alike(one.text, other.text) for _, other in best):
            best.append((score, one))
    return Told(in_order([one.evidence(score) for score, one in best[: articles.limit or _MOST]]), _SURE)


def _named(about: str, articles: Collection) -> list[Mention]:
    """The sentences that name somebody, also by the last name alone in the articles that name them in full."""
    phrase = articles.phrase(about)
    records = articles.records(phrase)[:_READ]
    full = [one for one in mentions(records, phrase) if one.spans]
    whole = {one.place for one in full}
    known, last = {one.record.meta.doc_id for one in full}, Phrase(about.split()[-1])
    short = mentions([record for record in records if record.meta.doc_id in known], last)
    return full + [one for one in short if one.place not in whole and not _is_anothers(one)]


def _is_anothers(one: Mention) -> bool:
    """Whether a first name stands before a last one."""
    return any(re.search(r"\b[A-Z][\w.’'-]+ \Z", one.text[: span.start]) for span in one.spans)


def gives_words(one: Mention) -> bool:
    """Whether somebody whom a sentence names speaks in it."""
    text = _without_quotes(one.text)
    return any(
        (_SPOKEN_BEHIND.match(text, span.end) and not _GOVERNED.search(text[: span.start]))
        or _SPOKEN_BEFORE.search(text[: span.start])
        for span in one.spans
    )


def _without_quotes(text: str) -> str:
    """A sentence whose quoted words are dots: who speaks stands outside them."""
    return _QUOTED.sub(lambda found: "." * len(found.group()), text)


def _goes_on(one: Mention) -> Mention | None:
    """The sentence behind one whose subject somebody is, if "she" or "he" speaks in it."""
    subject = any(span.start < _SUBJECT for span in one.spans) or gives_words(one)
    following = behind(one) if subject else None
    return following if following and _PRONOUN.search(_without_quotes(following.text)) else None


def _topic(about: str, question: str) -> set[str]:
    """The terms of what was spoken about: those behind the verb that stands behind the name."""
    behind = question[question.casefold().find(about.casefold()) + len(about) :].split(maxsplit=1)
    return set(content_words(behind[1])) if len(behind) > 1 else set()


def _is_on(one: Mention, topic: set[str]) -> bool:
    """Whether a sentence, with the one before it and its article's title, holds most of these terms."""
    before = one.record.sentences[max(0, one.number - 1)].span
    said = set(terms(one.record.cut(Span(before.start, one.sentence.span.end))))
    return len(topic & said.union(terms(one.record.meta.title))) >= _SHARE * len(topic)
