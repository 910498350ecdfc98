"""What kind of question somebody asks, by its form alone.

English has few forms that ask for an introduction, a survey, a list of articles, a comparison: they are a closed class,
and these are its rules. No rule knows a subject. What no rule knows is "plain": the sentences that answer it.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from aliqa.foundations.types import QuestionKind

_ARTICLE: Final = r"(?:articles?|documents?|texts?|files?|stor(?:y|ies)|pieces?|reports?|papers?)"
_ALL: Final = rf"""
    (?:
          (?:all[ ])?(?:of[ ])?(?:the|this|these|those|your|my|our)[ ](?:whole[ ]|entire[ ])?
          (?:collection|corpus|archive|folder|library|dataset|{_ARTICLE})
          (?:[ ](?:collection|here))?
        | everything
        | all[ ]{_ARTICLE}
    )
"""
_BE: Final = r"(?:[ ]is|[ ]are|[ ]was|[ ]were|[’']s)"
_MENTIONING: Final = r"""
    (?:
        (?:that[ ]|which[ ])?
        (?:
              mention(?:s|ed|ing)?
            | discuss(?:es|ed|ing)?
            | cover(?:s|ed|ing)?
            | name(?:s|d)?
            | cite(?:s|d)?
            | refer(?:s|red|ring)?[ ]to
            | deal(?:s|ing)?[ ]with
            | (?:
                  are[ ] | is[ ] | were[ ] | was[ ] | talk(?:s|ed|ing)?[ ] | write(?:s)?[ ] | wrote[ ]
                  | speak(?:s)?[ ] | report(?:s|ed|ing)?[ ]
              )?
              (?:about|on)
            | say(?:s)?(?:[ ]that)?
            | report(?:s|ed)?(?:[ ]that)?
            | contain(?:s)?
        )
    )
"""
_NEWEST: Final = r"(?:newest|latest|most[ ]recent|last|oldest|earliest|first)"

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


def _forms(*patterns: str) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(pattern, re.IGNORECASE | re.VERBOSE) for pattern in patterns)


_SOCIAL: Final = _forms(
    r"""
    (?:hi|hello|hey|hiya|yo|greetings|good[ ](?:morning|afternoon|evening|day|night))
    (?:,?[ ](?:there|aliqa|all|everyone|again))?
    """,
    r"""
    (?:many[ ])?thank(?:s|[ ]you)(?:[ ](?:so|very)[ ]much|[ ]a[ ]lot)?(?:,?[ ].{0,20})?
    | cheers | great | cool | nice | perfect | ok(?:ay)? | bye | goodbye | see[ ]you(?:[ ]later)?
    """,
    r"""
    (?:who|what)(?:[ ]are|[’']re)[ ]you | what(?:[ ]is|[’']s)[ ]your[ ]name
    | are[ ]you[ ](?:a[ ]|an[ ])?(?:bot|robot|human|person|ai|machine|real|there|chatgpt)
    | how[ ]are[ ]you(?:[ ]doing)?(?:[ ]today)? | (?:who|what)[ ]is[ ]aliqa | are[ ]you[ ](?:ok(?:ay)?|alive)
    | test(?:ing)? | ping
    """,
)
_OVERVIEW: Final = _forms(
    rf"what(?:[ ]is|[’']s|[ ]are)[ ](?:this|it|that|these|{_ALL}|here)(?:[ ]all)?(?:[ ]about)?",
    rf"""
    what[ ](?:do|does)[ ]{_ALL}[ ]
    (?:
        say | cover | contain | tell(?:[ ]me|[ ]us)? | deal[ ]with | talk[ ]about | discuss | report(?:[ ]on)?
        | write[ ]about
    )
    """,
    rf"""
    (?:
        summari[sz]e | describe | outline | introduce | explain
        | (?:give|write)(?:[ ]me)?[ ]an?[ ](?:short[ ]|brief[ ]|quick[ ])?(?:overview|summary|outline)[ ](?:of|about)
        | tell[ ]me(?:[ ]something)?[ ]about | an?[ ](?:overview|summary)[ ]of | (?:overview|summary)[ ]of
    )
    (?:[ ]to[ ]me)?[ ](?:it|this|{_ALL})(?:[ ](?:for[ ]me|in[ ]brief|briefly|please))*
    """,
    r"""
    what[ ](?:can|could|should|may)[ ](?:i|you|we|one)[ ]
    (?:ask|find(?:[ ]out)?|learn|do|answer|tell[ ]me|know|help(?:[ ]me)?[ ]with)
    (?:[ ](?:you|about|here|in[ ]here|with[ ]this|this))*
    """,
    rf"""
    (?:what|which)[ ](?:(?:are[ ])?the[ ])?(?:main[ ]|key[ ])?(?:topics|subjects|themes)
    (?:
        [ ](?:are|do|does)(?:[ ](?:there|here|covered|discussed|you[ ]cover|{_ALL}[ ]cover))?
    )?
    (?:[ ](?:in|of)[ ]{_ALL})?
    """,
    rf"""
    what(?:[ ]is|[’']s)(?:[ ]there)?[ ]in[ ](?:here|{_ALL})
    | overview | summary | help | summari[sz]e | what[ ]do[ ]you[ ](?:know|have)
    | what(?:[ ]is|[’']s)[ ](?:here|there)
    """,
)
_ABOUT_CORPUS: Final = tuple(
    (wanted, form)
    for wanted, forms in {
        "count": _forms(
            rf"""
            how[ ]many[ ]{_ARTICLE}
            (?:
                [ ](?:are|do|does|did|have)\b
                (?:
                    [ ]
                    (?:
                        there | you(?:[ ]have|[ ]know|[ ]read)? | we[ ]have | i[ ]have | indexed | here
                        | been[ ]indexed | included | {_ALL}(?:[ ](?:have|contain|include|hold))?
                    )
                )*
            )?
            (?:[ ]in[ ](?:total|here|{_ALL}))?
            """,
            rf"how[ ](?:big|large)[ ]is[ ]{_ALL}|(?:the[ ])?number[ ]of[ ]{_ARTICLE}",
        ),
        "newest": _forms(
            rf"""
            (?:(?:what|which)(?:[ ]is|[’']s|[ ]was)?[ ])?(?:the[ ])?(?P<which>{_NEWEST})[ ]{_ARTICLE}
            (?:[ ](?:in|of)[ ]{_ALL}|[ ]here)?
            """,
            rf"""
            (?:what|which)(?:[ ]{_ARTICLE})?(?:[ ]is|[ ]was)[ ](?:the[ ])?(?P<which>{_NEWEST})
            (?:[ ]{_ARTICLE}|[ ]one)?(?:[ ](?:in|of)[ ]{_ALL}|[ ]here)?
            """,
            rf"how[ ](?:new|recent|old|up[- ]to[- ]date|current)[ ](?:is|are)[ ]{_ALL}",
        ),
        "author": _forms(
            r"who[ ](?:wrote|has[ ]written|authored|published)[ ](?P<about>.+)",
            r"""
            who[ ](?:is|are|was|were)[ ]the[ ](?:authors?|writers?|journalists?|reporters?)
            (?:[ ](?:of|behind)[ ](?P<about>.+))?
            """,
            rf"(?:who|by[ ]whom)[ ](?:was|were|is|are)[ ](?P<about>.*{_ARTICLE}.*)[ ]written(?:[ ]by)?",
            r"""
            (?:which|what)[ ](?:authors?|writers?|journalists?)
            (?:[ ](?:wrote|are|is)\b(?:[ ]there|[ ]here|[ ](?P<about>.+))?)?
            """,
        ),
        "date": _forms(
            r"""
            (?:when|on[ ](?:which|what)[ ](?:day|date))[ ](?:was|were|is|did|has)[ ]
            (?P<about>.+?)[ ](?:published|written|posted|been[ ]published)
            """,
            rf"""
            (?:what|which)[ ](?:is[ ]the[ ])?(?:date|day)[ ](?:of|is)[ ](?P<about>.*{_ARTICLE}.*)
            | how[ ]old[ ]is[ ](?P<more>(?:the|this)[ ].*{_ARTICLE}.*)
            """,
        ),
        "dates": _forms(
            rf"""
            (?:
                (?:from[ ]|since[ ])?when
                | (?:what|which)[ ](?:time|period|time[ ]period|dates?|years?)
            )
            [ ](?:are|is|do|does|did)[ ]{_ALL}(?:[ ](?:from|cover|span|published|written))?
            """,
            rf"""
            (?:what|which)[ ](?:period|time|dates|years)[ ](?:is|are)[ ](?:covered|spanned)(?:[ ]by[ ]{_ALL})?
            """,
        ),
        "outlets": _forms(
            rf"""
            (?:what|which|who)(?:[ ]are|[ ]is)?(?:[ ]the|[ ]your|[ ]all)?[ ](?:news)?
            (?:
                outlets? | sources? | publications? | newspapers? | magazines? | publishers? | papers
            )
            (?:
                [ ]
                (?:
                    are | is | do | does | did | have | you | there | in[ ]here | here | use | used | have | published
                    | publish | {_ALL} | included | covered
                )
            )*
            """,
            rf"where[ ](?:do|did|are|were)[ ]{_ALL}[ ](?:come[ ]from|from|published|appear)",
            rf"(?:where|by[ ]whom|in[ ]which[ ]\w+)[ ](?:was|were)[ ](?P<about>.*{_ARTICLE}.*)[ ]published",
            rf"who[ ]published[ ](?P<about>.*{_ARTICLE}.*)",
        ),
        "list": _forms(
            rf"""
            (?:list|show|name|give)(?:[ ]me)?(?:[ ]all)?(?:[ ]of)?(?:[ ]the|[ ]your)?[ ]{_ARTICLE}
            (?:[ ](?:titles|you[ ]have|there[ ]are))?
            """,
            rf"""
            (?:what|which)[ ]{_ARTICLE}[ ](?:are|do|does|have)\b
            (?:
                [ ](?:there|you[ ]have|you[ ]know|in[ ]here|here|i[ ]have|included|in[ ]{_ALL})
            )+
            """,
            rf"(?:what|which)[ ](?:are[ ])?(?:the[ ])?(?:titles|headlines)(?:[ ]of[ ]{_ALL})?",
        ),
        "by": _forms(
            rf"""
            (?:which|what)[ ]{_ARTICLE}[ ](?:did|has|have|were|was|are|is)[ ](?P<about>.+?)[ ]
            (?:write|written|author|publish|published)
            """,
            rf"""
            (?:which|what)[ ]{_ARTICLE}[ ](?:were|was|are|is)[ ](?:written[ ]|published[ ])?by[ ](?P<about>.+)
            """,
            rf"""
            (?:(?:show|list|find|give)(?:[ ]me)?[ ])?(?:all[ ])?(?:the[ ])?{_ARTICLE}[ ]
            (?:written[ ])?(?:by|from)[ ](?P<about>.+)
            """,
        ),
    }.items()
    for form in forms
)
_WHICH: Final = _forms(
    rf"""
    (?:in[ ])?(?:which|what|how[ ]many)(?:[ ]of[ ](?:the|these|your))?(?:[ ]other|[ ]more)?[ ]{_ARTICLE}
    (?:[ ](?:do|does|did|are[ ]there[ ]that|are[ ]there[ ]which|that|which|have))?[ ]{_MENTIONING}[ ]
    (?P<about>.+)
    """,
    rf"""
    in[ ](?:which|what)[ ]{_ARTICLE}[ ](?:is|are|was|were|do|does|did)[ ](?P<about>.+?)
    (?:
        [ ](?:mentioned|discussed|named|covered|appear|occur|come[ ]up|referred[ ]to|cited)
    )?
    """,
    r"where[ ](?:is|are|was|were)[ ](?P<about>.+?)[ ](?:mentioned|discussed|named|referred[ ]to)",
    r"""
    where[ ](?:did|do|have|can)[ ](?:i|we|you)[ ](?:read|see|seen|find|hear|come[ ]across)
    (?:[ ]something)?(?:[ ]that|[ ]about|[ ]of)?[ ](?P<about>.+)
    """,
    rf"""
    where[ ]does[ ]it[ ]say(?:[ ]that)?[ ](?P<about>.+)
    | which[ ](?P<one>.+?)[ ]{_ARTICLE}[ ](?:are|do)[ ](?:there|you[ ]have)
    """,
    rf"""
    (?:
        (?:find|show|list|give|get|name)(?:[ ]me)?[ ] | (?:are|is)[ ]there[ ] | do[ ]you[ ]have[ ]
        | have[ ]you[ ]got[ ] | i(?:[’']m|[ ]am)[ ]looking[ ]for[ ]
    )
    (?:all[ ]|any[ ]|an?[ ]|the[ ]|some[ ])*(?P<newest>{_NEWEST}[ ])?{_ARTICLE}
    (?:[ ]there[ ]are)?[ ](?:of[ ]|with[ ]|{_MENTIONING}[ ])(?P<about>.+)
    """,
    rf"(?:do|does)[ ](?:any|some|one)(?:[ ]of[ ](?:the|these))?[ ]{_ARTICLE}[ ]{_MENTIONING}[ ](?P<about>.+)",
    rf"""
    (?:(?:what|which)(?:[ ]is|[’']s|[ ]was)[ ])?(?:the[ ])?(?P<newest>{_NEWEST})[ ]{_ARTICLE}[ ]
    (?:of[ ]|with[ ]|{_MENTIONING}[ ])(?P<about>.+)
    """,
    rf"(?:all[ ])?{_ARTICLE}[ ](?:with[ ]|{_MENTIONING}[ ])(?P<about>.+)",
)
_DIGEST: Final = _forms(
    rf"""
    what[ ](?:do|does|did|can|could)[ ]
    (?:
        (?:all[ ])?(?:the|these|this|your|my|our|any)[ ]{_ARTICLE}
        | {_ARTICLE} | they | it | you | the[ ](?:press|media|authors?|collection|corpus)
    )
    [ ](?:say|report|write|tell(?:[ ]me|[ ]us)?|know|have[ ]to[ ]say|think|have)
    (?:[ ]to[ ]say)?[ ](?:about|on|of|regarding|concerning)[ ](?P<about>.+)
    """,
    r"""
    what(?:[ ]is|[’']s|[ ]was|[ ]has[ ]been|[ ]gets?)(?:[ ]being)?[ ]
    (?:said|written|reported|known)[ ](?:about|on|of)[ ](?P<about>.+)
    """,
    r"""
    (?:please[ ])?tell[ ](?:me|us)
    (?:[ ](?:everything|all|more|something|a[ ]bit|a[ ]little|what[ ]you[ ]know))?[ ]about[ ]
    (?P<about>.+)
    """,
    rf"""
    (?:summari[sz]e|sum[ ]up|recap)
    (?:
        [ ]
        (?:
            what[ ](?:the|these)[ ]{_ARTICLE}[ ](?:say|report|write)[ ](?:about|on)
            | (?:the[ ])?(?:news|{_ARTICLE}|coverage|facts)[ ](?:about|on|of)
            | everything[ ](?:about|on)
        )
    )?
    [ ](?P<about>.+)
    """,
    r"""
    (?:(?:give|write|show)(?:[ ]me)?[ ])?(?:an?[ ]|the[ ])?(?:short[ ]|brief[ ]|quick[ ])?
    (?:overview|summary|digest|profile|background|briefing)(?:[ ]info(?:rmation)?)?[ ]
    (?:of|about|on|for)[ ](?P<about>.+)
    """,
    r"""
    (?:(?:show|give|find)(?:[ ]me)?[ ])?(?:all[ ]|any[ ]|the[ ]|some[ ])?
    (?:latest[ ]|recent[ ]|new[ ])?(?:news|information|info|facts|details)[ ]
    (?:about|on|of|regarding)[ ](?P<about>.+)
    """,
    r"""
    what(?:[ ]is|[’']s)[ ](?:new|going[ ]on|the[ ](?:latest|news))(?:[ ](?:with|about|on|at|for|in))(?P<about>[ ].+)
    """,
    r"""
    (?:everything|all)(?:[ ]you[ ]know)?[ ](?:about|on)[ ](?P<about>.+)
    | (?:describe|explain)(?:[ ]to[ ]me)?[ ](?P<one>.+)
    | what[ ]about[ ](?P<two>.+)
    """,
)
_IDENTITY: Final = _forms(
    rf"""
    (?:what(?:{_BE})|whats)[ ](?:exactly[ ])?(?P<about>.+)
    | (?:who(?:{_BE})|whos)[ ](?:exactly[ ])?(?!an?[ ])(?P<one>.+)
    """,
    r"(?P<about>.+)是(?:谁|誰|什么|什麼)|(?:什么|什麼)是(?P<one>.+)",
    r"""
    what[ ](?:do|does|did)[ ](?P<about>.+?)[ ](?:mean|stand[ ]for|refer[ ]to)
    | what(?:[ ]is|[’']s)[ ]meant[ ](?:by|with)[ ](?P<one>.+)
    """,
    r"""
    (?:
        define | (?:the[ ])?(?:definition|meaning)[ ]of
        | what(?:[ ]is|[’']s)[ ](?:the[ ])?(?:definition|meaning)[ ]of
    )
    [ ](?P<about>.+)
    """,
    r"""
    what[ ](?:kind|sort|type)[ ]of[ ](?:a[ ])?
    (?:thing|company|firm|person|place|product|organi[sz]ation|business|app|service)[ ]
    (?:is|was)[ ](?P<about>.+)
    """,
)
_CHANGE: Final = _forms(
    r"""
    how[ ](?:has|have|had|did|does|do)\b.+\b(?:chang|develop|evolv|shift|fluctuat)
    (?:e|ed|ing|s)?
    (?:
        [ ](?:since|over|between|from|in|during|after|until|through|under|with|as|across|by|to)\b.+
    )?
    """,
    r"""
    how[ ](?:has|have)[ ].+[ ]
    (?:grown|fallen|risen|shrunk|moved|fared|progressed|declined|increased|decreased)
    (?:[ ](?:since|over|between|from|in|during|after|through|across)\b.+)?
    """,
    r"""
    (?:describe[ ]|show[ ]|what[ ](?:is|was|has[ ]been)[ ])?(?:the[ ])?
    (?:development|evolution|history|course|trend)[ ](?:of|in)[ ].+[ ]
    (?:since|over|between|from|through)\b.+
    """,
    r"what(?:[ ]has|[ ]have)?[ ]changed[ ](?:in|with|at|about|for|since|between|over)[ ].+",
    r"""
    what[ ](?:has[ ]|have[ ]|had[ ])?happen(?:ed|s)[ ](?:to|with|at|around)[ ].+?,?[ ]
    (?:and[ ])?(?:when|over[ ](?:time|the[ ]years)|in[ ](?:chronological[ ])?order)
    """,
    r"""
    (?:(?:show|give|tell|draw)(?:[ ]me)?[ ])?(?:a[ ]|the[ ])?(?:timeline|chronology)[ ](?:of|for|about|on)[ ].+
    | what[ ]is[ ]the[ ](?:timeline|chronology)[ ](?:of|for)[ ].+
    """,
)
_COMPARE: Final = _forms(
    r"compare[ ].+[ ](?:and|with|to|against|versus|vs\.?)[ ].+|compare[ ](?:the[ ])?\w+s\b.+",
    r"""
    how[ ](?:do|does|did|is|are)[ ].+[ ](?:compare|differ|stack[ ]up|different|measure[ ]up)
    (?:d)?(?:[ ](?:to|with|from|against|in)\b.+)?
    """,
    r"""
    what(?:[ ]is|[ ]are|[’']s|[ ]was|[ ]were)[ ](?:the[ ])?(?:main[ ]|key[ ]|biggest[ ])?
    (?:differences?|similarit(?:y|ies)|contrast)[ ](?:between|of)[ ].+[ ](?:and|to)[ ].+
    """,
    r"""
    (?!how\b|who\b|when\b|where\b|which\b|why\b).+[ ](?:versus|vs\.?)[ ].+
    | (?:contrast)[ ].+[ ](?:and|with)[ ].+
    """,
)
_PLURAL: Final = r"""
    (?-i:
          (?!
              (?:
                  this | its | his | us | thus | does | was | has | is | as | business | process | series | gas
                  | class | boss | focus | access | progress | success | loss | bus | plus | status | address | press
              )
              \b
          )
          [a-z-]+(?:[^su\W]s|sses)
        | men
        | women
        | people
        | children
    )
"""
_COUNTED: Final = r"(?:an?|one|two|three|four|five|six|seven|eight|nine|ten|the[ ]other|another)"
_MODAL: Final = r"(?:are|were|have|had|do|did|will|would|can|could|should|may|might|must)"
_LIST: Final = _forms(
    rf"""
    (?:
        list | name | enumerate | give(?:[ ]me)?(?:[ ]a[ ]list[ ]of)? | show(?:[ ]me)?(?:[ ]a[ ]list[ ]of)?
    )
    (?:[ ]all)?(?:[ ]of)?[ ](?!{_COUNTED}[ ]).*?\b{_PLURAL}\b.*
    """,
    rf"""
    which[ ](?:other[ ]|of[ ]the[ ])?(?!{_COUNTED}[ ])
    (?:
        {_PLURAL}[ ](?!is\b|was\b|does\b|has\b|[a-z]+[^s\W]s\b|that\b|the\b|an?\b|of\b|to\b)
        | [\w’'&-]+[ ]{_PLURAL}[ ](?:{_MODAL}|took|won|lost|bought|sold|left|made|[a-z]+ed)[ ]
    )
    .+
    """,
    r".*哪些.*",
    rf"what[ ]other[ ]{_PLURAL}[ ]{_MODAL}[ ].+",
    rf"""
    who(?:{_BE})[ ](?!{_COUNTED}[ ])(?:all[ ])?(?:the[ ])?(?:[\w’'&.-]+[ ]){{0,3}}?[\w’'&.-]+[’']s?[ ]
    (?:\w+[ ])?{_PLURAL}
    """,
    rf"""
    (?:who|what)(?:[ ]are|[ ]were)[ ]all[ ](?:of[ ])?(?:the[ ])?.*\b{_PLURAL}\b.*
    | what(?:[ ]are|[ ]were)[ ]the[ ]names[ ]of[ ].+
    """,
)
_YES_NO: Final = re.compile(
    r"""
    (?:
        is | are | was | were | do | does | did | has | have | had | can | could | will | would | should | isn[’']t
        | aren[’']t | wasn[’']t | weren[’']t | doesn[’']t | don[’']t | didn[’']t | hasn[’']t | haven[’']t
        | is[ ]it[ ]true[ ]that
    )
    \s+(?!you\b|i\b).+
    """,
    re.IGNORECASE | re.VERBOSE,
)

# --- what can be introduced ----------------------------------------------------------------------

_NO_NAME: Final = re.compile(
    r"""
    (?:
        the | its | their | his | her | my | your | our | this | that | these | those | it | he | she | they | there
        | one | two | three | four | five | some | any | another | other | such | not | both | all | most | many | few
        | each | every | going | happening | new | wrong | next | said | known | made | used | done | being | left
        | here | behind | like | worth | responsible | in | on | at | for | with | by | to | from | about | under
        | over | between | after | before | more | less | so | too | your | if | when | where | how | why | what | who
        | which | meant | better | best | bigger | larger
    )
    \b
    """,
    re.IGNORECASE | re.VERBOSE,
)
"""How no name and no bare noun begins: with a determiner, a pronoun, a preposition, a question word."""

_NO_NOUN: Final = re.compile(
    r"""
      [’']s?[ ]
    | (?<=\s)
      (?-i:
          an? | the | of[ ]the | in | on | at | for | with | by | to | from | about | under | over | between | among
          | upon | after | before | during | since | until | than | as | into | against | through | per | that | which
          | who | when | where | if | is | are | was | were | be | been | has | have | had | do | does | did | will
          | would | can | could | should | not | or | and | called | named | known | made | used | doing | like
          | worth | responsible | using | today | now | tomorrow | yesterday | so | too | there | here
      )
      (?=\s)
    | (?<![^\s])(?-i:[a-z]{3,}ly)(?=\s)
    | (?<=\s)(?-i:[a-z]{3,}ed)\s\Z
    | \sof\s\Z
    | ,
    """,
    re.IGNORECASE | re.VERBOSE,
)
"""What never stands in a name or a bare noun: a possessive, a preposition, a verb, an adverb, a final participle."""

_ONE_MORE: Final = re.compile(r"(?:an? )", re.I)
_LONGEST: Final = 5


@dataclass(frozen=True, slots=True)
class Asked:
    """The kind of a question, whom or what it is about, if its form says so, and what of the collection it wants."""

    kind: QuestionKind
    about: str = ""
    wanted: str = ""


def asked(
    question: str,
    named: Callable[[str], object] = lambda _: None,
    titled: Callable[[str], object] = lambda _: None,
) -> Asked:
    """What kind of question this is.

    ``named`` tells names of the articles, of which "the LMI" is one, and ``titled`` what is an article's title:
    "Who wrote X?" asks of the collection if X is one.

    >>> asked("Who is Ada Moss?")
    Asked(kind='identity', about='Ada Moss', wanted='')
    >>> asked("Could you tell me about tidal power?")
    Asked(kind='digest', about='tidal power', wanted='')
    >>> asked("Which articles mention the Kelda strait?").kind, asked("How many articles are there?").wanted
    ('which_articles', 'count')
    >>> asked("How much did the ferries cost?").kind
    'plain'
    """
    words = " ".join(question.split())
    lead = _LEAD.match(words)
    bare = words[lead.end() if lead else 0 :].strip(" ?!.…？！。") or words.strip(" ?!.…")
    whole = words.strip(" ?!.…")
    if _matched(_SOCIAL, whole):
        return Asked("social")
    if _matched(_OVERVIEW, bare):
        return Asked("overview")
    for find in (_which, _about_corpus, _digest, _identity):
        found = find(bare)
        if found and (found.wanted not in _OF_ARTICLES or not found.about or _is_article(found.about, titled)):
            return found
    the = re.fullmatch(rf"(?:who|what)(?:{_BE}) the (?P<about>.+)", bare, re.I)
    if the and named(the["about"]):
        return Asked("identity", the["about"])
    return Asked(_form(bare))


_OF_ARTICLES: Final = ("author", "date", "outlets")
"""What is asked of articles, and of all else that is written: books, laws."""


def _is_article(text: str, titled: Callable[[str], object]) -> bool:
    return re.search(rf"\b{_ARTICLE}\b", text, re.I) is not None or bool(titled(text))


def _matched(forms: tuple[re.Pattern[str], ...], text: str) -> re.Match[str] | None:
    return next((found for form in forms if (found := form.fullmatch(text))), None)


def _about(found: re.Match[str]) -> str:
    """The group that tells what a question is about; a form has several where it has several ways to say it."""
    named = {name: text for name, text in found.groupdict().items() if text and name not in ("newest", "which")}
    about = next(iter(named.values()), "")
    return re.sub(r"\A(?:(?:the|an?) )?(?:topic|subject|issue|company|question) of ", "", about.strip(" \"“”'"))


def _which(text: str) -> Asked | None:
    if found := _matched(_WHICH, text):
        wanted = (found.groupdict().get("newest") or "").strip().casefold()
        if not wanted and re.match(r"how many", text, re.I):
            wanted = "count"
        return Asked("which_articles", _about(found), wanted)
    return None


def _about_corpus(text: str) -> Asked | None:
    for wanted, form in _ABOUT_CORPUS:
        if found := form.fullmatch(text):
            which = (found.groupdict().get("which") or "").casefold()
            if wanted == "newest":
                wanted = "oldest" if which in ("oldest", "earliest", "first") else "newest"
            return Asked("about_corpus", _about(found), wanted)
    return None


def _digest(text: str) -> Asked | None:
    found = _matched(_DIGEST, text)
    about = _about(found) if found else ""
    is_name = not found or not found.groupdict().get("two") or _is_nameable(about)
    return Asked("digest", about) if about and is_name else None


def _identity(text: str) -> Asked | None:
    matches = (form.fullmatch(text) for form in _IDENTITY)
    about = next((name for found in matches if found and _is_nameable(name := _about(found))), None)
    if not about:
        return None
    return Asked("identity", about, "words" if re.search(r"\bstands? for\Z", text, re.I) else "")


def _is_nameable(text: str) -> bool:
    """Whether this is a name or a bare noun, not a description or half a sentence.

    >>> _is_nameable("Bank of Skarvik"), _is_nameable("a twin prime"), _is_nameable("produced at the mill")
    (True, True, False)
    """
    text = _ONE_MORE.sub("", text, count=1) if _ONE_MORE.match(text) else text
    words = text.split()
    if not 0 < len(words) <= _LONGEST or _NO_NAME.match(text) or _NO_NOUN.search(f"{text} "):
        return False
    if not any(letter.isalpha() for letter in text):
        return False
    if " of " in text and not re.fullmatch(r"(?:[A-Z]\S* )+of(?: [A-Z]\S*)+", text):
        return False
    first = words[0]
    return (
        first[0].isupper() or not re.fullmatch(r"[a-z]+(?:ed|ing)", first) or (len(words) > 1 and first.endswith("ing"))
    )


def _form(text: str) -> QuestionKind:
    """The kind of a question whose answer is chosen otherwise than that of a plain one."""
    if _matched(_CHANGE, text):
        return "change"
    if _matched(_COMPARE, text):
        return "compare"
    if _YES_NO.fullmatch(text) and not re.search(r"\bor\b", text):
        return "yes_no"
    return "list" if _matched(_LIST, text) else "plain"
