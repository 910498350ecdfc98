"""What shows that a question leans on the ones before it: a fragment, a pronoun, a bare "Why?", too few words."""

import re
from typing import Final, Literal, NamedTuple

from aliqa.answers.followups.mentions import Kind, Mention, mentions
from aliqa.text.terms import content_words

AUX: Final = (
    r"(?:is|are|was|were|am|do|does|did|has|have|had|can|could|will|would|should|may|might|must|isn['’]t|aren['’]t"
    r"|wasn['’]t|weren['’]t|don['’]t|doesn['’]t|didn['’]t|hasn['’]t|haven['’]t|can['’]t|couldn['’]t|won['’]t|wouldn['’]t)"
)
WH: Final = r"(?:what|which|who|whom|whose|when|where|why|how)"
_GREETING: Final = re.compile(
    r"""
    (?:
        hi | hello | hey | thanks?(?:[ ]you)?(?:[ ](?:so|very)[ ]much)? | bye | great | cool | nice
        | good[ ](?:morning|day|evening)
    )
    \W*
    """,
    re.IGNORECASE | re.VERBOSE,
)
_LEAD: Final = re.compile(
    r"""
    (?:
        (?:
            and | but | so | or | then | also | ok(?:ay)? | well | oh | now | yes | no | right | thanks | thank[ ]you
            | i[ ]see | by[ ]the[ ]way | great
        )
        \b[\s,.!]*
    )+
    """,
    re.IGNORECASE | re.VERBOSE,
)
_FRAGMENT: Final = re.compile(
    r"""
    (?:
        (?:(?:and|but|so)[ ])?(?:what|how)[ ](?:about|of)
        | (?:(?:and|but|so)[ ])?how[ ](?:many|much)
          (?=[ ](?:in|at|from|during|since|before|after|by|on|under)[ ])
        | (?:and[ ])?(?:the[ ])?same[ ](?:question[ ])?(?:for|about|with)
        | and[ ]also | and | or
        | (?:(?:no|oh|sorry)\W+)?i[ ]meant?(?:[ ](?:about|for))?
    )
    \s+(?P<what>.+)
    """,
    re.IGNORECASE | re.VERBOSE,
)
_SENTENCE: Final = re.compile(
    rf"""
    \b
    (?!(?-i:May)\b)  # the month
    (?:{WH}|{AUX}|i|you|we|they|he|she|it|tell|name|list|give|describe|explain|show|please|if|there)
    \b
    """,
    re.IGNORECASE | re.VERBOSE,
)
_BARE: Final = re.compile(
    r"""
    (?P<wh>
        why | when | where | who | how | since[ ]when | how[ ]come | why[ ]not | how[ ]so | by[ ]how[ ]much
        | how[ ]much | how[ ]many | until[ ]when | with[ ]whom | to[ ]whom | by[ ]whom
    )
    \W*
    """,
    re.IGNORECASE | re.VERBOSE,
)
_EVENT: Final = re.compile(
    rf"""
    (?P<wh>
        why | when | where | how | since[ ]when | until[ ]when | in[ ](?:what|which)[ ]year
        | on[ ](?:what|which)[ ](?:date|day)
    )
    [ ]{AUX}[ ]
    (?:
          (?:they|he|she|it|we)[ ]
          (?:do|say|decide|announce|claim|argue|write|think|promise|predict|mention)
          (?:[ ](?:that|this|so|it))?
        | (?:that|this|it)[ ](?:happen(?:ed)?|take[ ]place|occur|come[ ]about)
        | (?:that|this)
    )
    (?:[ ](?:so|then))?\W*
    """,
    re.IGNORECASE | re.VERBOSE,
)
_CLEFT: Final = re.compile(
    r"""
      \bit(?:['’]s|[ ]is|[ ]was|[ ]be|[ ]would[ ]be|[ ]will[ ]be)?[ ](?:\w+ly[ ])?(?:\w+[ ])?
      (?:(?:to|that|for|if|when|whether)\b|take|takes|took|costs?\b(?=.*[ ]to[ ])|mean[ ]to)
    | \b(?:is|was|does|did|will|would|can|could|should|has)[ ]it[ ](?:\w+ly[ ])?
      (?:\w+[ ]){0,2}
      (?:(?:to|that|for[ ]\w+[ ]to|if|when|whether)\b|take|cost\b(?=.*[ ]to[ ])|matter|rain|snow)
    | ^it(?:['’]s|[ ]is|[ ]was)[ ]
    """,
    re.IGNORECASE | re.VERBOSE,
)
_TIMES: Final = (
    r"(?:year|month|week|quarter|day|morning|evening|time|decade|century|season|summer|winter|spring|autumn)s?"
)
PRONOUN: Final = re.compile(
    rf"""
      \b(?P<person>he|him|his|she|her|hers|himself|herself)\b
    | \b(?P<many>they|them|their|theirs|themselves)\b
    | \b(?P<one>its?|itself)\b(?![ ](?:true|ok|okay|fair)[ ])
    | \b
      (?P<pointed>
          (?:this|that|these|those)
          (?=
                [ ]
                (?:
                    {AUX} | mean | happen | work | affect | compare | with | for | in | or | and | more | less
                    | higher | lower | larger | bigger | smaller | better | worse | the | an? | true | right | good
                    | bad | enough | why | because | still | also
                )
                \b
              | \W*$
          )
      )
      \b
    """,
    re.IGNORECASE | re.VERBOSE,
)
_POINTS_AFTER: Final = re.compile(
    rf"""
    (?:
        \b
        (?:
            {AUX} | about | of | for | with | like | than | after | before | in | on | by | to | from | at | under
            | behind | why | how | when | make | made | do | doing | use | purchase | buy | sell | sold | bought
            | support | all | both | explain | caused? | causes
        )
        \s
    )
    \Z
    """,
    re.IGNORECASE | re.VERBOSE,
)
_SAID_BEFORE: Final = re.compile(r"\b(?:this|that|these|those) (?!one\b|way\b|time\b)[a-z]{3,}", re.I)
"""What somebody spoke of before: "that success"."""

_OPENING: Final = re.compile(rf"(?:(?:\w+ )?{WH}\b(?: [\w'’-]+){{0,4}}? )?{AUX} \Z", re.I)
_PHRASE: Final = 2
_SHORT: Final = 1
"""Words that a phrase, and a question's own nouns, have at most to lean on others."""

_WHOLE: Final = re.compile(
    r"""
    \A(?:what|who)(?:[ ]is|['’]s|[ ]are|[ ]was|[ ]were)[ ](?!the\b|its\b|their\b)[\w -]+\W*\Z
    | \bwhat[ ]do(?:es)?[ ].+[ ]mean\b | \b(?:is|was)[ ]it\b | \byou\b | \b(?:is|are|was|were)[ ]there\b
    | \bthere[ ](?:is|are|was|were)\b
    """,
    re.IGNORECASE | re.VERBOSE,
)
"""Few words, and yet a whole: "What are bonds?"; what is said to somebody; what asks whether something exists."""

_OWN_SUBJECT: Final = re.compile(
    rf"\A(?:\w+ )?{WH}\b(?: [\w'’-]+){{0,3}}? {AUX} (?:an?|each|every) (?!(?:one|other|another|second|third)\b)[a-z]",
    re.I,
)
"""A question that begins anew: "How much does a robot cost?"."""

_HUMAN: Final = re.compile(r"(?:man|woman|person|ist|or|er|king|queen|president|child|kid|boy|girl)\Z", re.I)


class Leaning(NamedTuple):
    """How a question leans on others: ``form`` says how to complete it, ``what`` is the part that says so."""

    form: Literal["fragment", "event", "pronoun", "topic"]
    what: str = ""
    start: int = 0


def leading(question: str) -> str:
    """The question without "And", "But", "Ok," before it.

    >>> leading("And why did they do that?")
    'why did they do that?'
    """
    found = _LEAD.match(question)
    return question[found.end() :] if found and found.end() < len(question) else question


def leaning(question: str) -> Leaning | None:
    """How a question leans on those before it, or None where it stands alone.

    ``form`` is "fragment" (``what`` goes into the last question), "event" (``what`` is the new question word),
    "pronoun" (``what`` stands for something said before), or "topic" (it says hardly what it is about).

    >>> leaning("And Tencent Cloud?")
    Leaning(form='fragment', what='Tencent Cloud', start=0)
    >>> leaning("Why did they do that?").form
    'event'
    >>> leaning("How many shops does Acme have?") is None
    True
    """
    bare = leading(question)
    if found := _BARE.fullmatch(bare) or _EVENT.fullmatch(bare):
        return Leaning("event", found["wh"])
    if (found := _FRAGMENT.fullmatch(question.strip())) and not _SENTENCE.search(found["what"]):
        return Leaning("fragment", found["what"].rstrip("?!. "))
    named = mentions(bare)
    if not _SENTENCE.search(bare):
        return _phrase(bare, named)
    return _pronoun(bare, named) or _pointed(bare, named) or _lacking(bare, named)


def _phrase(question: str, named: list[Mention]) -> Leaning | None:
    """A few words that are no sentence: something else for the last question, or an aspect of its topic."""
    proper = any(one.kind is not Kind.THING for one in named)
    longest = _PHRASE + (question.endswith("?") or question.casefold().startswith("any "))
    if len(question.split()) > longest or _GREETING.fullmatch(question) or (proper and not question.endswith("?")):
        return None
    return Leaning("fragment" if proper else "topic", question.rstrip("?!. "))


def _pronoun(question: str, named: list[Mention]) -> Leaning | None:
    cleft = _CLEFT.search(question)
    for found in PRONOUN.finditer(question):
        if found["one"] and cleft and cleft.start() <= found.start() < cleft.end():
            continue
        if found["pointed"] and not _POINTS_AFTER.search(question[: found.start()]):
            continue
        if _stands_inside(question, found, named):
            continue
        return Leaning("pronoun", found.group(), found.start())
    return None


def _pointed(question: str, named: list[Mention]) -> Leaning | None:
    """Whether a question names nobody, and points at something that was said before."""
    found = _SAID_BEFORE.search(question)
    if not found or not _POINTS_AFTER.search(question[: found.start()]):
        return None
    names = any(one.kind in (Kind.NAME, Kind.PERSON, Kind.PLACE) for one in named)
    return None if names else Leaning("pronoun", "that", found.start())


def _stands_inside(question: str, pronoun: re.Match[str], named: list[Mention]) -> bool:
    """Whether the question itself says before a pronoun what it stands for."""
    if _OPENING.fullmatch(question[: pronoun.start()]):
        return False
    asked = re.match(rf"(?:\w+ )?{WH}\b(?: [\w'’-]+){{0,4}}? {AUX} ", question, re.I)
    before = [one for one in named if one.span.end <= pronoun.start() and (not asked or one.span.start >= asked.end())]
    if pronoun["person"]:
        return any(
            one.kind is Kind.PERSON or (one.kind is Kind.NAME and not one.nobody) or _HUMAN.search(one.text)
            for one in before
        )
    return bool(before)


def _lacking(question: str, named: list[Mention]) -> Leaning | None:
    """Whether hardly anything says what it is about."""
    if any(one.kind in (Kind.NAME, Kind.PERSON, Kind.PLACE) for one in named):
        return None
    things = {word for one in named if one.kind is Kind.THING for word in content_words(one.text)}
    if _WHOLE.search(question) or _OWN_SUBJECT.search(question):
        return None
    return Leaning("topic") if len(things) <= _SHORT and len(question.split()) <= 8 else None
