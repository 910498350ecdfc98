"""The forms of questions that are not plain, each a line: words as they are asked, and how they may vary.

``a/b`` is one of several, ``a_b`` two words, ``a?`` may be missing, ``a*`` may come several times; ``X`` is what is
asked about, ``...`` anything. Words in capitals stand for those of `_WORDS`.
"""

import re
from dataclasses import dataclass
from typing import Final, cast

from aliqa.foundations.types import QuestionKind

ARTICLE: Final = r"(?:articles?|documents?|texts?|files?|stor(?:y|ies)|pieces?|reports?|papers?)"
_THE: Final = "(?:(?:all )?(?:of )?(?:the|this|these|those|your|my|our) (?:whole |entire )?)"
_COUNTED: Final = "(?:an?|one|two|three|four|five|six|seven|eight|nine|ten|the other|another)"
_PLURAL: Final = (
    r"(?-i:(?!(?:was|has|does|this|series|gas|news|always)\b)[a-z-]{2,}[^sui\W]s|men|women|people|children)"
)
_MENTION: Final = (
    "(?:(?:mention|discuss|cover|name|cite|refer|deal|say|report|contain)(?:s|e?d|red|r?ing)?"
    "(?: to| with| that| on)?|(?:(?:are|is|were|was|talk(?:s|ed|ing)?|writes?|wrote|speaks?) )?(?:about|on))"
)
_WORDS: Final = {
    "X": "(?P<about>.+?)",
    "NAME": "(?!an? )(?P<about>.+?)",
    "XART": rf"(?P<about>.*\b{ARTICLE}\b.*)",
    "NEWEST": "(?P<which>newest|latest|most recent|last|oldest|earliest|first)",
    "WHEN": r"(?P<when>(?:from|in|of|since|before|after|until|during|between) (?=.*\d).+?)",
    "...": ".+",
    "FEW": ".{0,20}",
    "ART": ARTICLE,
    "ALL": rf"(?:{_THE}(?:collection|corpus|archive|folder|library|dataset|{ARTICLE})(?: collection| here)?"
    rf"|everything|all {ARTICLE})",
    "THEY": rf"(?:(?:all )?(?:the|these|this|your|my|our|any) {ARTICLE}|{ARTICLE}|they|it|you"
    "|the (?:press|media|authors?|collection|corpus))",
    "BE": "(?:is|are|was|were)",
    "DO": "(?:do|does|did)",
    "HAVE": "(?:has|have|had)",
    "WHICH": "(?:which|what)",
    "ABOUT": "(?:about|on|of|regarding|concerning)",
    "SUMMARY": "(?:overview|summary|outline|digest|profile|background|briefing)",
    "SUMMARISE": "(?:summari[sz]e|sum up|recap)",
    "COVER": "(?:say|cover|contain|tell(?: me| us)?|deal with|talk about|discuss|report(?: on)?|write about)",
    "DISAGREE": "(?:disagree|differ|contradict|conflict)",
    "DISAGREEMENTS": "(?:contradictions|disagreements|discrepancies|inconsistencies)",
    "ONX": "(?:over|about|on|of|regarding|concerning) (?P<about>.+?)",
    "SAY": "(?:say|said|have to say|think|thought|write|written|make)",
    "AUTHOR": "(?:author|writer|journalist|reporter)s?",
    "OUTLET": "(?:outlet|source|publication|newspaper|magazine|publisher|paper)s?",
    "MENTION": f"(?:that |which )?{_MENTION}(?: (?:and|or) {_MENTION})?",
    "PLURAL": _PLURAL,
    "PLURALS": rf"(?!{_COUNTED} ).*?\b{_PLURAL}\b.*",
    "WORD": rf"(?!{_COUNTED} )[\w’'&-]+",
    "DID": "(?:are|were|have|had|do|did|will|would|can|could|should|may|might|must|[a-z]+ed)",
    "STAND": r"(?!is\b|was\b|does\b|has\b|that\b|the\b|an?\b|of\b|to\b|[a-z]+[^s\W]s\b)\w+",
    "OWNED": rf"(?!{_COUNTED} )(?:[\w’'&.-]+ ){{0,3}}?[\w’'&.-]+[’']s? (?:\w+ )?{_PLURAL}",
}
_FORMS: Final = """
social hi/hello/hey/hiya/yo/greetings/good_morning/good_afternoon/good_evening/good_day there/aliqa/all/everyone/again?
social many? thanks/thank_you so_much/very_much/a_lot? FEW?
social cheers/great/cool/nice/perfect/ok/okay/bye/goodbye/see_you later?
social who/what are you
social what is your name
social are you a/an? bot/robot/human/person/ai/machine/real/there/chatgpt/ok/okay/alive
social how are you doing? today?
social who/what is aliqa
social test/testing/ping

overview what BE this/it/that/these/here/ALL all? about?
overview what DO ALL COVER
overview SUMMARISE/describe/outline/introduce/explain to_me? it/this/ALL for_me/in_brief/briefly/please*
overview give/write? me? a/an? short/brief/quick? SUMMARY of/about it/this/ALL please?
overview tell me something? about it/this/ALL
overview what can/could/should/may i/you/we ask/find/find_out/learn/do/answer/tell_me/know you/about/here/in/this*
overview what can/could you help? me? with?
overview WHICH BE? the? main/key? topics/subjects/themes BE/DO? there/here/covered/discussed/you/ALL? cover? in/of? ALL?
overview what is there? in here/ALL
overview overview/summary/SUMMARISE
overview help me? out?
overview what is new/going_on/the_latest/the_news WHEN
overview what do you know/have

which_articles in? WHICH/how_many of_the/of_these/of_your? other/more? ART WHEN? DO/HAVE/are_there? MENTION X
which_articles in WHICH of_the/of_these? ART BE/DO X mentioned/discussed/named/covered/appear/come_up/referred_to? in?
which_articles where BE X mentioned/discussed/named/referred_to
which_articles where did/do/have/can i/we/you read/see/seen/find/hear/come_across something? that/about/of? X
which_articles where does it say that? X
which_articles which X ART are/do there/you_have
which_articles find/show/list/give/get/name me? all/any/a/an/the/some* NEWEST? ART there_are? of/with/MENTION X
which_articles BE/do_you/have_you/i_am there/have/got/looking_for all/any/a/an/the/some* NEWEST? ART of/with/MENTION X
which_articles do/does any/some/one of_the/of_these? ART MENTION X
which_articles WHICH? BE? the? NEWEST ART of/with/MENTION X
which_articles all? ART with/MENTION X

about_corpus:count how many ART BE/DO/have? there/you/we/i/have/know/indexed/been/included/here/ALL* in_total/ALL? WHEN?
about_corpus:count how big/large is ALL
about_corpus:count the? number of ART
about_corpus:newest WHICH? BE? the? NEWEST ART in/of? ALL/here?
about_corpus:newest WHICH ART? BE the? NEWEST ART/one? in/of? ALL/here?
about_corpus:newest how new/recent/old/current BE ALL
about_corpus:newest WHICH? BE? the? NEWEST ART written? by X
about_corpus:author who wrote/has_written/authored/published X
about_corpus:author who BE the AUTHOR of/behind? X?
about_corpus:author who/by_whom BE XART written by?
about_corpus:author WHICH AUTHOR are/is? there/here?
about_corpus:author WHICH AUTHOR wrote/are/is X
about_corpus:date when/on_which_day/on_what_day/on_which_date/on_what_date BE/did/has X been? published/written/posted
about_corpus:date WHICH is_the? date/day of/is XART
about_corpus:date how old is XART
about_corpus:dates from/since? when BE/DO ALL from/cover/span/published/written?
about_corpus:dates WHICH time/period/time_period/dates/years BE/DO ALL/covered/spanned from/cover/span/by? ALL?
about_corpus:outlets who/WHICH BE? the/your/all? news? OUTLET BE/DO/have/you/there/in/here/use/published/included/ALL*
about_corpus:outlets where DO/are/were ALL come? from/published/appear
about_corpus:outlets where/by_whom BE XART published
about_corpus:list list/show/name/give me? all? of? the/your? ART titles/you_have/there_are?
about_corpus:list WHICH ART are/were/do/have there/you/have/know/in/here/included/published/ALL* WHEN?
about_corpus:list WHICH BE? the? titles/headlines of? ALL?
about_corpus:by WHICH/how_many ART did/has/have/BE X write/written/author/publish/published WHEN?
about_corpus:by WHICH/how_many ART BE written/published? by X
about_corpus:list show/list/find/give? me? all? the? ART WHEN
about_corpus:by show/list/find/give? me? all? the? ART written? by X
about_corpus:from show/list/find/give? me? all? the? NEWEST? ART from/in X
about_corpus:from WHICH/how_many ART BE/do/have? there/you_have/published/appeared/printed* from/in X
about_corpus:from WHICH BE the? NEWEST ART from/in X

about_corpus:differ where/what/how? DO the? THEY/OUTLET DISAGREE with? each_other/one_another? over/ABOUT? X?
about_corpus:differ are_there any? DISAGREEMENTS/conflicts in/between/among the? ALL/THEY/OUTLET ONX?
about_corpus:differ are_there any? DISAGREEMENTS ONX?
about_corpus:differ WHICH DISAGREEMENTS/conflicts are_there in/between/among the? ALL/THEY/OUTLET ONX?
about_corpus:differ WHICH DISAGREEMENTS are_there ONX?

digest what DO/can/could THEY say/report/write/tell/tell_me/tell_us/know/think/have to_say? ABOUT X
digest what is/was/has_been being? said/written/reported/known ABOUT X
digest please? tell me/us everything/all/more/something/a_bit/a_little/what_you_know? about X
digest SUMMARISE what the/these ART say/report/write about/on X
digest SUMMARISE the? news/ART/coverage/facts/everything ABOUT X
digest SUMMARISE X
digest give/write/show? me? a/an/the? short/brief/quick? SUMMARY info/information? of/about/on/for X
digest show/give/find? me? all/any/the/some? latest/recent/new? news/information/info/facts/details ABOUT X
digest what is new/going_on/the_latest/the_news/the_story/the_matter/the_situation with/about/on/at/for/in/behind X
digest everything/all you_know? about/on X
digest describe/explain to_me? X
digest:name what about X

plain:said what DO/HAVE/had NAME SAY
plain:said what DO/HAVE/had NAME SAY ABOUT ...

identity what BE exactly? X
identity who BE exactly? NAME
identity what DO X mean/refer_to
identity:words what DO X stand_for
identity what is meant by/with X
identity define/definition_of/meaning_of/the_definition_of/the_meaning_of X
identity what is the? definition/meaning of X
identity what kind/sort/type of a? thing/company/firm/person/place/product/organisation/business/app/service is/was X

list list/name/enumerate/give/show me? a_list_of? all? of? PLURALS
list which other/of_the? PLURAL STAND ...
list which other/of_the? WORD PLURAL DID ...
list what other PLURAL DID ...
list who BE all? the? OWNED
list who/what are/were all of? the? PLURALS
list what are/were the names of ...
"""


@dataclass(frozen=True, slots=True)
class Template:
    """What a form asks for, and the expression that matches a question of it, with a space behind it."""

    kind: QuestionKind
    wanted: str
    form: re.Pattern[str]


def _token(token: str) -> str:
    r"""A word of a template as an expression.

    >>> _token("the/a_few?")
    '(?:(?:the|a\\ few) )?'
    """
    bare = token if token == "..." else token.rstrip("?*")
    either = "|".join(_WORDS.get(word) or re.escape(word.replace("_", " ")) for word in bare.split("/"))
    ending = token[len(bare) :]
    return f"(?:(?:{either}) ){ending}" if ending else f"(?:{either}) "


def _template(line: str) -> Template:
    name, *tokens = line.split()
    kind, _, wanted = name.partition(":")
    return Template(cast("QuestionKind", kind), wanted, re.compile("".join(map(_token, tokens)), re.I))


TEMPLATES: Final = tuple(_template(line) for line in _FORMS.splitlines() if line)
