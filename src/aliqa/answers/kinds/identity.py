"""Who or what something is: the sentences that introduce it.

English introduces by few forms: an apposition before or after the name, "is a", a role that somebody takes, a first
mention. A sentence is weighed by how many of them it has; one that merely uses the name is none.
"""

import re
from collections.abc import Sequence
from typing import Final

from aliqa.answers.answering import alike
from aliqa.answers.kinds.phrases import Phrase
from aliqa.answers.kinds.telling import Collection, Mention, Told, absent, in_order, mentions
from aliqa.foundations.types import Span
from aliqa.text.english import FUNCTION_WORDS, MONTHS, TITLES, WEEKDAYS
from aliqa.text.scripts import LATIN, script_of
from aliqa.text.terms import content_words

_DETERMINED: Final = r"(?:an?|the|one of|its|his|her|their|[A-Z][\w&.-]+[’']s?|[a-z]+est|most|first|last)"
_BE: Final = r"(?:is|was|are|were|became|becomes|remains|has been)"
_MEANS: Final = re.compile(
    r"""
    (?:[ ]\w+ly|,)?[ ]
    (?:
        means | refers?[ ]to | stands?[ ]for | denotes? | consists?[ ]of | is[ ]defined[ ]as
        | (?:is[ ])?short[ ]for | meaning | standing[ ]for
    )
    \b
    """,
    re.VERBOSE,
)
_AFTER: Final = (
    (2.5, re.compile(rf"(?:, | \(| [–—] |: )(?:(?:now|then|once|also|itself|formerly) )?{_DETERMINED} [\w“\"‘]")),
    (2.0, re.compile(r", (?:who|which|whose|where) ")),
    (1.5, re.compile(r", (?:former |founding |deputy |acting |senior |chief )*[a-z-]+ (?:of|at|for|in|and) ")),
    (1.5, re.compile(r" \([^()]{3,60}\)")),
    (3.0, re.compile(
        rf" {_BE}(?: \w+ly)?(?: (?:now|still|also|once|the name of|known as|considered|described as))?"
        rf" {_DETERMINED} [\w“\"‘]"
    )),
    (3.0, _MEANS),
    (3.0, re.compile(r" (?:is|are|was|were) (?:[a-z-]+ ){1,3}(?:that|which|who|whose|made|used|built|based)\b")),
    (1.5, re.compile(r" (?:are|were) (?!to\b|not\b|\w+ing\b|\w+ed\b|\w+ by\b)")),
    (1.5, re.compile(rf" {_BE} (?!not\b)(?:[a-z-]+ ){{1,3}}of ")),
    (3.0, re.compile(r" (?:now |then |soon |later )?(?:became|becomes|was (?:named|appointed|elected|made)) \w")),
    (2.0, re.compile(
        r"""
        [ ](?:was|were|has[ ]been|had[ ]been|is|are)[ ](?:\w+ly[ ]|first[ ])?
        (?:
            founded | created | established | launched | set[ ]up | built | born | started | introduced | known | run
            | owned | led | headed
        )
        \b
        """,
        re.VERBOSE,
    )),
    (2.0, re.compile(
        r"""
        [ ]
        (?:
            co-founded | founded | heads | headed | leads | (?:has[ ])?led | runs | owns | serves[ ]as
            | served[ ]as | took[ ]over | takes[ ]over | succeeded | succeeds | replaced | joined
        )
        \b
        """,
        re.VERBOSE,
    )),
    (2.0, re.compile(
        r"""
        (?:\W+\w+){0,6}?[ ]as[ ]
        (?:
            an? | the | its | his | her | their | head | chief | chair\w* | president | director | leader | C[A-Z]O
            | [a-z]+[ ](?:of|at)
        )
        \b
        """,
        re.VERBOSE,
    )),
)  # fmt: skip
"""What stands behind a name that is introduced, each with its weight."""

_BEFORE: Final = (
    (2.5, re.compile(
        r"""
        (?:\b(?:[Tt]he|[Aa]n?|[Ii]ts|[Hh]is|[Hh]er|[Tt]heir|[Oo]ur)|[’']s?)[ ]
        (?:[a-z-]+[ ]){0,3}(?P<role>[a-z-]{3,})[ ][“\"]?\Z
        """,
        re.VERBOSE,
    )),
    (2.5, re.compile(r"\b(?:[Tt]he|[Ii]ts|[Hh]is|[Hh]er|[Tt]heir|[’']s) (?:[a-z-]+ ){0,3}(?P<role>[a-z-]{3,}), \Z")),
    (2.5, re.compile(r"(?:\A|[.;:”\"] )(?P<role>[A-Z][a-z-]+(?: [a-z-]+){0,3}) \Z")),
    (2.0, re.compile(
        r"""
        \b
        (?:
            C[A-Z]O | VP | [Cc]hair(?:man|woman|person)? | [Pp]resident | [Dd]irector | [Ff]ounder
            | [Mm]inister
        )
        [ ]\Z
        """,
        re.VERBOSE,
    )),
    (1.0, re.compile(r"\b(?:Dr|Prof|Sir) \Z")),
    (2.0, re.compile(
        r"""
        \b
        (?:
            called | named | dubbed | nicknamed | known[ ]as | so-called | term(?:ed)? | concept[ ]of | idea[ ]of
            | brand
        )
        [ ](?:the[ ]|an?[ ])?[“\"‘']?\Z
        """,
        re.VERBOSE,
    )),
)  # fmt: skip
"""What stands before it."""

_NO_OFFICE: Final = "|".join((*MONTHS, *WEEKDAYS, *TITLES))
_TITLES: Final = (
    (2.0, re.compile(rf"(?<=[\w,”\"] )(?:(?!(?:{_NO_OFFICE})\b)[A-Z][\w-]+ ){{1,3}}\Z")),
    (2.0, re.compile(r"\b[A-Z][\w’'-]+ (?P<role>[a-z-]{3,}) \Z")),
)
"""What stands before the full name of somebody: "the Mayor Runa Holm", "Kelda chemist Runa Holm"."""

_OF: Final = ((2.0, re.compile(r" (?:of|from|at) (?:the )?[A-Z]")),)
"""What stands behind the full name of somebody: "Runa Holm of the Bakers' Union"."""

FIRST: Final = 0.5
_SUBJECT: Final = 0.5
STRONG: Final = 2.5
_NEAR: Final = 0.6
_MOST: Final = 3
_SURE: Final = 0.9


def tell(about: str, articles: Collection, *, words: bool = False) -> Told | None:
    """The sentences that introduce a name or a notion, the newest article last; None if none clearly does.

    With ``words`` those alone count that tell what an abbreviation stands for.
    """
    phrase = articles.phrase(about)
    found = mentions(articles.records(phrase), phrase)
    if not found:
        foreign = script_of(about) not in (LATIN, None)  # its words may be known by a name of ours
        return None if foreign or any(_known(phrase, articles)) else absent(phrase, articles.filters)
    firsts = {
        doc_id: min(one.sentence.span.start for one in found if one.record.meta.doc_id == doc_id)
        for doc_id in {one.record.meta.doc_id for one in found}
    }
    weigh = spells_out if words else introduces
    weighed = [
        (weight + FIRST * (firsts[one.place[0]] == one.place[1]), one) for one in found if (weight := weigh(one))
    ]
    weighed.sort(key=lambda pair: -pair[0])
    if not weighed or weighed[0][0] < STRONG:
        return None
    best = weighed[0][0]
    chosen: list[tuple[float, Mention]] = []
    for weight, one in weighed:
        if weight < max(STRONG, _NEAR * best) or len(chosen) == (articles.limit or _MOST):
            break
        if not any(alike(one.text, other.text) for _, other in chosen):
            chosen.append((weight, one))
    return Told(in_order([one.evidence(weight) for weight, one in chosen]), _SURE)


def _known(phrase: Phrase, articles: Collection) -> list[int]:
    """In how many passages each word of a phrase stands."""
    return list(articles.store.document_frequencies(phrase.words).values())


def introduces(one: Mention) -> float:
    """How much a sentence tells who or what it names, from 0; from 2.5 on it introduces.

    >>> def weight(text, name): return _weight(text, Phrase(name).places(text)[0])
    >>> weight("Runa Holm, the founder of Kelda Dairy, sells cheese.", "Runa Holm") >= 2.5
    True
    >>> weight("The price of Kelda milk rose when Runa Holm said so.", "Runa Holm") >= 2.5
    False
    """
    return max((_weight(one.text, span) for span in one.spans), default=0.0)


def spells_out(one: Mention) -> float:
    """The same for a sentence that tells what words an abbreviation stands for."""
    around = [(span.cut(one.text), one.text[: span.start], one.text[span.end :]) for span in one.spans]
    told = any(is_expansion(*each) or _MEANS.match(_unclosed(*each[1:])) for each in around)
    return _EXPANDED * told


def _weight(text: str, span: Span) -> float:
    """How much a sentence tells of what it names at this place.

    >>> _weight("The Tidal Power Authority (TPA) pays for it.", Span(27, 30)) >= 2.5
    True
    >>> _weight("She met Harbour Master Runa Holm there.", Span(23, 32)) >= 2.5
    True
    >>> _weight("A weir (from Old English) or low dam is a barrier across a river.", Span(2, 6)) >= 2.5
    True
    """
    before, after = text[: span.start], text[span.end :]
    if re.match(r"[’']s?\b", after) or (span.cut(text)[0].isupper() and re.match(r" [A-Z]", after)):
        return 0.0  # a possessive names an owner and tells of something else; with the next word it is another name
    if is_expansion(span.cut(text), before, after):
        return _EXPANDED
    after = _unclosed(before, after)
    full = _FULL_NAME.fullmatch(span.cut(text)) is not None
    behind = max(
        (weight for weight, form in (*_AFTER, *_OF * full) for rest in _heads(after) if form.match(rest)), default=0.0
    )
    ahead = max(
        (weight for weight, form in (*_BEFORE, *_TITLES * full) if (found := form.search(before)) and _is_role(found)),
        default=0.0,
    )
    tells = len(content_words(text)) > len(content_words(span.cut(text))) + 1
    subject = not _OPENING.sub("", before).strip(" “\"'") or ahead > 0
    return (max(behind, ahead) + 0.5 * min(behind, ahead) + _SUBJECT * subject) * tells


def _unclosed(before: str, after: str) -> str:
    """What follows a name behind the quotation marks or the brackets that stand around it."""
    closing = ")" if before.rstrip("“\"'‘").endswith("(") else ""
    return after.lstrip(f"”\"’'{closing}")


def _heads(after: str) -> tuple[str, str]:
    """What follows a name, as it stands and without what interrupts the sentence there: "(…)", "or …", ", …,"."""
    return after, _ASIDE.sub("", after, count=1)


_FULL_NAME: Final = re.compile(r"[A-Z][\w.’'-]+(?: [A-Z][\w.’'-]*)+")
_BRACKETS: Final = r"(?: ?[(\[](?:[^()\[\]]|[(\[][^()\[\]]*[)\]])*[)\]])*"
_ASIDE: Final = re.compile(
    rf"\A{_BRACKETS}(?:,? or [\w’'-]+(?: [\w’'-]+){{0,2}}(?= (?:is|are|was|were)\b)|, [^,.;]{{3,60}},)?{_BRACKETS}"
)
_OPENING: Final = re.compile(r"\A(?:[Aa]n?|[Tt]he|In [\w ]{3,30},(?: an?| the)?) \Z")
"""What may stand before the subject: an article, or where it is called so: "In sailing, a reef is"."""


def is_expansion(name: str, before: str, after: str) -> bool:
    """Whether an abbreviation stands beside the words that it is made of (Schwartz and Hearst, 2003, simplified).

    >>> is_expansion("TPA", "the Tidal Power Authority (", ") pays")
    True
    >>> is_expansion("LED", "an ", " (light-emitting diode) lamp")
    True
    >>> is_expansion("TPA", "the mayor (", ") pays")
    False
    """
    letters = re.sub(r"[\W\d_]|(?<=[A-Z])s\Z", "", name)
    if not 2 <= len(letters) <= 8 or " " in name:
        return False
    if before.rstrip("“\"'").endswith("("):
        words = re.findall(r"[^\W_]+", before)[-2 * len(letters) :]
        return any(_spells(words[place:], letters) for place in range(len(words)))
    behind = re.match(r"(?: \(|, or (?:the )?)([^(),.;]+)", after)
    return behind is not None and _spells(re.findall(r"[^\W_]+", behind[1]), letters)


def _spells(words: Sequence[str], letters: str) -> bool:
    """Whether the words have these first letters, but for small words and a last one: "Tidal Power Company (TP)"."""
    firsts = "".join(word[0] for word in words).casefold()
    large = "".join(word[0] for word in words if word not in FUNCTION_WORDS).casefold()
    return any(all_[: len(letters)] == letters.casefold() and len(all_) <= len(letters) + 1 for all_ in (firsts, large))


_EXPANDED: Final = 4.0


def _is_role(found: re.Match[str]) -> bool:
    """Whether the words before a name say what it is: content words, and neither an adverb nor a verb."""
    words = (found.groupdict().get("role") or "").split()
    return all(content_words(word) and not _NO_ROLE.fullmatch(word) for word in words)


_NO_ROLE: Final = re.compile(
    rf"""
      {"|".join(TITLES)}
    | \w+ly
    | \w+ed
    | \w+ing
    | \w+[^su]s
    | (?i:
          later | earlier | soon | ago | today | yesterday | tomorrow | still | even | perhaps | maybe | meanwhile
          | instead | next | last | outside | inside | near | around | across | behind | beyond | between | against
          | along | among | within | despite | than | like | beat | became | began | bought | broke | brought | built
          | came | caught | chose | cut | drew | fell | felt | found | fought | gave | got | grew | heard | held | hit
          | kept | knew | led | left | lent | let | lost | made | meant | met | paid | put | ran | read | rose | said
          | saw | sent | set | shot | sold | spent | spoke | stood | struck | taught | thought | told | took | went
          | won | wrote
      )
    """,
    re.VERBOSE,
)
"""Adverbs, participles, and the irregular pasts of English: "the company sold Acme" says nothing of what Acme is."""
