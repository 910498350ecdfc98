"""Who or what something is: the sentences that introduce it.

English introduces by few forms: an apposition before or after the name, "is a", a role that somebody takes, a first
mention. A sentence is weighed by how many of them it has; one that merely uses the name is none.
"""

import re
from typing import Final

from aliqa.answers.answering import alike
from aliqa.answers.kinds.phrases import Phrase
from aliqa.answers.kinds.telling import Collection, Mention, Told, absent, in_order, mentions
from aliqa.foundations.types import Span
from aliqa.text.terms import content_words

_DETERMINED: Final = r"(?:an?|the|one of|its|his|her|their|[A-Z][\w&.-]+[’']s?|(?:[a-z]+est|most|first|last) )"
_AFTER: Final = (
    (2.5, re.compile(rf"(?:, | \(| [–—] |: )(?:(?:now|then|once|also|itself|formerly) )?{_DETERMINED} ?\w")),
    (2.0, re.compile(r", (?:who|which|whose|where) ")),
    (1.5, re.compile(r", (?:former |founding |deputy |acting |senior |chief )*[a-z-]+ (?:of|at|for|in|and) ")),
    (1.5, re.compile(r" \([^()]{3,60}\)")),
    (3.0, re.compile(rf"(?:[”\"])? (?:is|was|are|were|became|becomes|remains|has been)(?: \w+ly)?(?: (?:now|still|also|once|the name of|known as|considered|described as))? {_DETERMINED} ?\w")),
    (3.0, re.compile(r"[”\"]? (?:means|refers to|stands for|denotes|describes|consists of|is defined as|is short for)\b")),
    (3.0, re.compile(r" (?:is|are|was|were) (?:[a-z-]+ ){1,3}(?:that|which|who|whose|made|used|built|based)\b")),
    (1.0, re.compile(r" (?:is|was|are|were) ")),
    (3.0, re.compile(r" (?:now |then |soon |later )?(?:became|becomes|was named|was appointed|was elected|was made) \w")),
    (2.0, re.compile(r" (?:was|were|has been|had been|is|are) (?:\w+ly |first )?(?:founded|created|established|launched|set up|built|born|started|introduced|known|run|owned|led|headed)\b")),
    (2.0, re.compile(r" (?:co-founded|founded|heads|headed|leads|runs|owns|serves as|served as|took over|takes over|succeeded|succeeds|replaced|joined)\b")),
    (2.0, re.compile(r"(?:\W+\w+){0,6}? as (?:an?|the|its|his|her|their|head|chief|chair\w*|president|director|leader|C[A-Z]O|[a-z]+ (?:of|at))\b")),
)  # fmt: skip
"""What stands behind a name that is introduced, each with its weight."""

_BEFORE: Final = (
    (2.5, re.compile(r"(?:\b(?:the|an?|its|his|her|their|our)|[’']s?) (?:[a-z-]+ ){0,3}(?P<role>[a-z-]{3,}) [“\"]?\Z")),
    (2.5, re.compile(r"(?:\A|[.;:”\"] )(?P<role>[A-Z][a-z-]+(?: [a-z-]+){0,3}) \Z")),
    (2.0, re.compile(r"\b(?:C[A-Z]O|VP|Dr|Prof|Sir|[Cc]hair(?:man|woman|person)?|[Pp]resident|[Dd]irector|[Ff]ounder|[Mm]inister) \Z")),
    (2.0, re.compile(r"\b(?:called|named|dubbed|nicknamed|known as|so-called|term(?:ed)?|concept of|idea of|brand) (?:the |an? )?[“\"‘']?\Z")),
)  # fmt: skip
"""What stands before it."""

_FIRST: Final = 0.5
_SUBJECT: Final = 0.5
_STRONG: Final = 2.5
_NEAR: Final = 0.6
_MOST: Final = 3
_SURE: Final = 0.9


def tell(about: str, articles: Collection) -> Told | None:
    """The sentences that introduce a name or a notion, the newest article last; None if none clearly does."""
    phrase = articles.phrase(about)
    found = mentions(articles.records(phrase), phrase)
    if not found:
        return absent(phrase, articles.filters) if not any(_known(phrase, articles)) else None
    firsts = {
        doc_id: min(one.sentence.span.start for one in found if one.record.meta.doc_id == doc_id)
        for doc_id in {one.record.meta.doc_id for one in found}
    }
    weighed = [(introduces(one, first=firsts[one.place[0]] == one.place[1]), one) for one in found if one.spans]
    weighed.sort(key=lambda pair: -pair[0])
    if not weighed or weighed[0][0] < _STRONG:
        return None
    best = weighed[0][0]
    chosen: list[tuple[float, Mention]] = []
    for weight, one in weighed:
        if weight < max(_STRONG, _NEAR * best) or len(chosen) == (articles.limit or _MOST):
            break
        if not any(alike(one.text, other.text) for _, other in chosen):
            chosen.append((weight, one))
    return Told(in_order([one.evidence(weight) for weight, one in chosen]), _SURE)


def _known(phrase: Phrase, articles: Collection) -> list[int]:
    """In how many passages each word of a phrase stands."""
    return list(articles.store.document_frequencies(phrase.words).values())


def introduces(one: Mention, *, first: bool = False) -> float:
    """How much a sentence tells who or what it names, from 0; from 2.5 on it introduces.

    >>> from aliqa.answers.kinds.telling import Mention
    >>> def weight(text, name): return _weight(text, Phrase(name).places(text)[0])
    >>> weight("Runa Holm, the founder of Kelda Dairy, sells cheese.", "Runa Holm") >= 2.5
    True
    >>> weight("The price of Kelda milk rose when Runa Holm said so.", "Runa Holm") >= 2.5
    False
    """
    return max(_weight(one.text, span) for span in one.spans) + _FIRST * first


def _weight(text: str, span: Span) -> float:
    before, after = text[: span.start], re.sub(r"\A[’']s?\b", "\0", text[span.end :].removeprefix(")"))
    if after.startswith("\0"):
        return 0.0  # a possessive names an owner and tells of something else
    behind = max((weight for weight, form in _AFTER if form.match(after)), default=0.0)
    ahead = max((weight for weight, form in _BEFORE if (found := form.search(before)) and _is_role(found)), default=0.0)
    tells = len(content_words(text)) > len(content_words(span.cut(text))) + 1
    subject = not before.strip(" “\"'") or ahead > 0
    return (max(behind, ahead) + 0.5 * min(behind, ahead) + _SUBJECT * subject) * tells


def _is_role(found: re.Match[str]) -> bool:
    """Whether the words before a name say what it is: content words, and neither an adverb nor a verb."""
    words = (found.groupdict().get("role") or "").split()
    return all(content_words(word) and not _NO_ROLE.fullmatch(word) for word in words)


_NO_ROLE: Final = re.compile(
    r"Mrs?|Ms|\w+ly|\w+ed|\w+ing|\w+[^su]s|(?i:later|earlier|soon|ago|today|yesterday|tomorrow|still|even|perhaps|maybe|meanwhile|instead|next"
    r"|last|outside|inside|near|around|across|behind|beyond|between|against|along|among|within|despite|than|like|beat|became|began|bought|broke|brought|built|came|caught|chose|cut|drew|fell|felt|found|fought|gave|got|grew|heard|held|hit|kept|knew|led"
    r"|left|lent|let|lost|made|meant|met|paid|put|ran|read|rose|said|saw|sent|set|shot|sold|spent|spoke|stood|struck|taught|thought|told|took|went|won"
    r"|wrote)"
)
"""Adverbs, participles, and the irregular pasts of English: "the company sold Acme" says nothing of what Acme is."""
