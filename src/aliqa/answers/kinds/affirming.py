"""What one sentence says to a question that wants yes or no: it affirms or denies the very clause that is asked.

A sentence is laid beside the question word by word. What is asked has to be a main clause of it: the subject opens it,
its verb comes next in the time and mood that are asked, then what it is done to. Between them may stand only what
changes nothing. So whatever is not understood leaves the question open: "former" or "half of" before the subject,
another verb, a hedge. "Not" counts where it stands before the verb, "no" before the subject or the object.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from itertools import islice, pairwise
from typing import Final

from aliqa.answers.kinds.clauses import (
    ARTICLES,
    JOINS,
    OWNERS,
    PREPOSITIONS,
    Clause,
    Sentence,
    fits,
    is_nobody,
    key_of,
    other_side,
    plain,
    read,
    shortened,
    turned,
    ways,
)
from aliqa.text import dates
from aliqa.text.english import MONTHS, NUMBER, SENTENCE_OPENERS, WEEKDAYS
from aliqa.text.opposites import alike, contrary, converse, is_past, is_present

_TIME: Final = "|".join(
    (*MONTHS, *WEEKDAYS, "yesterday", "today", "last", "this", "earlier", "later", "again", "ago", "twice", "every")
)
_ADVERB: Final = (
    "(?:already|also|both|all|now|then|later|recently|since|soon|finally|eventually|again|just|still|first|once)"
)
"""Adverbs that leave a clause as it is; another one may turn it: "nearly", "conditionally"."""
_NUMBERED: Final = rf"(?:\d\S*|{NUMBER}|hundred|thousand|million|billion)"
_UNSURE: Final = re.compile(
    r"""
    if | unless | whether | would | according | alleg\w+ | claim\w* | rumou?r\w* | reported(?:ly)? | sa(?:id|ys?)
    | believ\w+ | th(?:inks?|ought) | accus\w+ | suspect\w* | argu(?:es?|ed) | insist\w* | suppos\w+ | den(?:y|ies|ied)
    | promis\w+ | fals\w+ | wrong\w* | possibl[ey] | probably | perhaps | maybe
    """,
    re.IGNORECASE | re.VERBOSE,
)
"""Words of a sentence that is not simply so, or that somebody else says."""

_HAVE: Final = "(?:has|have|had)"
_TO: Final = "(?:failed|refused|declined) to"
_GROUPS: Final[dict[str, tuple[tuple[str, str, str], ...]]] = {
    "did": (
        ("yes", f"|{_HAVE}", "past"), ("yes", "did", "base"),
        ("no", f"did not|{_TO}|could not|{_HAVE} yet to|{_HAVE} {_TO}", "base"),
        ("no", f"never|{_HAVE} (?:not|never)", "past"),
    ),
    "does": (
        ("yes", "|", "third"), ("yes", "does", "base"),
        ("no", "(?:do|does|can) not|no longer|never|(?:refuse|fail)s? to", "base"),
        ("no", f"(?:{_HAVE} )?stopped", "ing"),
    ),
    "do": (
        ("yes", "|do", "base"), ("no", "(?:do|can) not|no longer|never|(?:refuse|fail) to", "base"),
        ("no", f"(?:{_HAVE} )?stopped", "ing"),
    ),
    "has": (
        ("yes", f"|{_HAVE}", "past"), ("no", f"never|{_HAVE} (?:not|never)", "past"),
        ("no", f"did not|{_HAVE} yet to|(?:{_HAVE} )?{_TO}", "base"),
    ),
    "has be": (
        ("yes", f"{_HAVE} been|was|were", "same"),
        ("no", f"(?:was|were) (?:not|never)|{_HAVE} (?:not|never) been|{_HAVE} yet to be", "same"),
    ),
    "is": (("yes", "is|are", "same"), ("no", "(?:is|are) (?:not|never|no longer)", "same")),
    "was": (
        ("yes", f"was|were|{_HAVE} been", "same"),
        ("no", f"(?:was|were) (?:not|never)|{_HAVE} (?:not|never) been|{_HAVE} yet to be", "same"),
    ),
    "will": (("yes", "will", "base"), ("no", "will (?:not|never|no longer)", "base")),
    "will be": (("yes", "will be", "same"), ("no", "will (?:not|never|no longer) be", "same")),
    "can": (("yes", "can", "base"), ("no", "can (?:not|never|no longer)", "base")),
    "can be": (("yes", "can be", "same"), ("no", "can (?:not|never|no longer) be", "same")),
    "could": (("yes", "could", "base"), ("no", "could (?:not|never)", "base")),
    "could be": (("yes", "could be", "same"), ("no", "could (?:not|never) be", "same")),
    "should": (("yes", "should", "base"), ("no", "should (?:not|never)", "base")),
    "should be": (("yes", "should be", "same"), ("no", "should (?:not|never) be", "same")),
}  # fmt: skip
"""What stands before the verb in answer to a question with this one, and the verb's form behind it."""

_OPENS: Final = re.compile(
    rf"""
    (?:
        (?:.*[ ])?(?:found|finds|shows|showed|shown|confirmed|discovered|revealed)[ ]that[ ]
        | (?:after|although|because|by|despite|during|from|since|though|until|when|while)[ ][^;:]*,[ ]
        | (?:at|for|in|on|with)[ ](?:the[ ]|[^;:,]*(?:\d|\b(?:{_TIME})\b))[^;:]*,[ ]
        | (?:in|on)[ ](?:\w+[ ])?(?:\d{{4}}|{_TIME})[ ] | (?:yesterday|today|then|later|but|and),?[ ]
    )?
    (?:(?P<no>(?:not[ ])?one[ ]of|none[ ]of|neither[ ]of|no|not[ ]a[ ]single)[ ]
        | (?:all|both)[ ]
        | (?P<some>(?:more[ ]than[ ]|about[ ])?{_NUMBERED}|many|several|dozens[ ]of|hundreds[ ]of)[ ])?
    (?:the[ ]|an?[ ]|its[ ]|their[ ])?(?:(?<=all[ ]){_NUMBERED}[ ]|(?<=the[ ]){_NUMBERED}[ ])?
    (?P<role>(?:(?:former|late|then|new|deputy|outgoing|acting)[ ])?[^\W\d]\S*[ ])?
    """,
    re.IGNORECASE | re.VERBOSE,
)
"""What may stand before the subject of a main clause."""

_SUBJECT_GAP: Final = r"(?:, [^,;:]+ , |\( (?:[^()]|\([^()]*\))+ \) )?"
"""What may stand between a subject and its verb: an aside; "of Dell" or "in May" makes it another subject."""
_BETWEEN: Final = re.compile(
    rf"(?:(?:{'|'.join((*ARTICLES, *OWNERS, *JOINS))}|{_NUMBERED}|more than|about|around|any|another|{_ADVERB}) )*"
)
_STOPS: Final = (
    "acting|aspiring|assistant|deputy|ex|failed|fake|false|fictional|former|formerly|future|honorary|late|mock|once|planned"
    "|possible|potential|proposed|retired|vice|but|or|nor|not|no|never|than|that|who|which|whose|to|as"
)
_SOME: Final = rf"(?:an?|another|one of the|several|{_NUMBERED})"
_NARROWING: Final = rf"(?!(?:{_STOPS}|a|an|the|{'|'.join(sorted(PREPOSITIONS))})\b)(?:[^\W\d][\w-]*|,)"
_NARROWED: Final = rf"{_SOME} (?:(?!and\b|,){_NARROWING} ){{0,8}}"
"""What may stand before a noun that is asked of with "a": an article and words that make it narrower."""
_LISTED: Final = rf"{_SOME} (?:{_NARROWING} ){{0,8}}"
"""The same, or other nouns: "an actor and dancer"."""
_FURTHER: Final = rf"(?:{_NARROWING} ){{0,5}}"
"""What may stand between the words of what something is: "an American television drama"."""
_NONE: Final = re.compile(r"(?<!\S)(?:no|neither(?: an?)?|nor(?: an?)?|none of the) \Z")
_ENDS: Final = re.compile(
    rf"""
    \Z | [.,;:!)–—-][ ] | \w+ed[ ](?:by|in|at|from|on|to|as)\b
    | (?:{"|".join(sorted(PREPOSITIONS))}|and|but|because|when|while|where|there|who|which|that|{_ADVERB}|{_TIME})\b
    """,
    re.IGNORECASE | re.VERBOSE,
)
"""What may follow a clause that is affirmed."""
_DENIES: Final = re.compile(r"\b(?:not|no|nobody|nothing|none|never|neither|hardly)\b", re.I)
_ENDS_DENIED: Final = re.compile(r"\Z|[.,;:!)–—] |(?:yet|at all|anymore|any more|and|but)\b", re.I)
_ENDS_TURNED: Final = re.compile(
    rf"""
    \Z | [.,;:!)–—][ ] | (?:yet|at[ ]all|any[ ]?more|and|but)\b
    | (?:(?:by|to|from|of)[ ])?(?:(?:about|more[ ]than|less[ ]than)[ ])?{_NUMBERED}\b
    | (?:(?:in|on)[ ])?(?:\w+[ ])?(?:{_TIME}|\d{{4}})\b | (?:after|because|when|in[ ]the)\b
    """,
    re.IGNORECASE | re.VERBOSE,
)


def says(question: str, text: str, published: date | None = None, context: str = "") -> bool | None:
    """Whether a sentence affirms or denies what is asked; None if it does neither.

    ``context`` has words that the sentence need not say again to deny it.

    >>> says("Did Blue Net buy the pier?", "Blue Net bought the pier."), says("Did sales fall?", "In May sales rose.")
    (True, False)
    >>> says("Did Blue Net buy the pier?", "The pier was not bought by Blue Net.")
    False
    >>> says("Did Blue Net buy the pier?", "Critics of Blue Net bought the pier.") is None
    True
    """
    asked = read(question) if max(len(question), len(text)) <= _LONGEST else None
    if (
        asked is None
        or asked.group not in _GROUPS
        or len(asked.words) > _MOST_WORDS
        or text.rstrip().endswith("?")
        or _DENIES.search(plain(question))
    ):
        return None
    sentence = shortened(asked, Sentence.of(text, published), context)
    if not _is_near(asked, sentence):
        return None
    known = set(Sentence.of(context).keys)
    told = {
        said
        for one in (sentence, *other_side(sentence))
        for clause in ways(asked, one)
        for said in _tells(clause, one, known)
    }
    return told.pop() if len(told) == 1 else None


_LONGEST: Final = 1_000
"""How long a question or a sentence may be, in code points, to be laid beside one another."""
_MOST_PLACES: Final = 20
_MOST_WORDS: Final = 16
_FAR: Final = 40
"""How many words a question may have, and how far its next word may stand from one in a sentence."""


def _is_near(asked: Clause, sentence: Sentence) -> bool:
    """Whether a sentence has the first word of a question and half of the others: all else is left out early."""
    words = tuple(zip(sentence.words, sentence.keys, strict=True))
    met = [any(fits(one, word, key, first=at == 0) for word, key in words) for at, one in enumerate(asked.words)]
    return met[0] and sum(met) * 2 >= len(met)


def _tells(asked: Clause, sentence: Sentence, known: set[str]) -> Iterator[bool]:
    """What a sentence says to a clause, for each place where it may."""
    for slot in range(1, len(asked.words)) if asked.slot is None else (asked.slot,):
        for end in _ends(asked, slot, known):
            for places in islice(_places(asked, sentence, end, slot), _MOST_PLACES):
                said = _weighed(asked, sentence, slot, places)
                if said is not None and (end == len(asked.words) or not said):
                    yield said
    if asked.group == "is" and asked.slot is None:
        yield from _held(asked, sentence)


def _ends(asked: Clause, slot: int, known: set[str]) -> Iterator[int]:
    """How many of the words a sentence has to have: to deny it, not those joined at the end that its context has."""
    yield len(asked.words)
    for end in range(slot + 1, len(asked.words)):
        begins = asked.joined[end] or asked.words[end].casefold() in PREPOSITIONS
        if begins and {key_of(word) for word in asked.words[end:]} - PREPOSITIONS <= known:
            yield end


def _places(asked: Clause, sentence: Sentence, end: int, slot: int) -> Iterator[tuple[int, ...]]:
    """Where the words stand in a sentence, in their order, with nothing between but what changes nothing."""

    def after(found: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
        at = len(found)
        if at == end:
            yield found
            return
        start = found[-1] + 1 if found else 0
        for place in range(start, min(start + _FAR, len(sentence.words))):
            met = fits(asked.words[at], sentence.words[place], sentence.keys[place], first=at == 0)
            if met and not found and not _OPENS.fullmatch(sentence.between(0, place)):
                continue
            if met and (not found or at == slot or _is_idle(asked, sentence, at, slot, found[-1] + 1, place)):
                yield from after((*found, place))
                if found and at != slot:
                    return

    yield from after(())


def _is_idle(asked: Clause, sentence: Sentence, at: int, slot: int, start: int, end: int) -> bool:
    """Whether what stands between two words changes nothing but whether it is so."""
    gap, is_what = sentence.between(start, end), asked.group in ("is", "was")
    if at < slot and end - start <= _INNER_NAMES and _are_names(sentence.words[start - 1 : end + 1]):
        return not asked.joined[at]
    if at > slot and not asked.joined[at]:
        narrowed = asked.some[at] and re.fullmatch(_LISTED if is_what else _NARROWED, gap)
        if narrowed or (is_what and re.fullmatch(_FURTHER, gap)):
            return True
    rest = _NONE.sub("", gap, count=1)
    return bool(_BETWEEN.fullmatch(rest)) and asked.joined[at] == bool(JOINS & set(gap.split()))


_INNER_NAMES: Final = 2


def _are_names(words: Sequence[str]) -> bool:
    return all(word[:1].isupper() and word.isalpha() for word in words)


def _weighed(asked: Clause, sentence: Sentence, slot: int, places: Sequence[int]) -> bool | None:
    """Whether a clause that stands there is affirmed or denied; None if neither is sure."""
    opens = _OPENS.fullmatch(sentence.between(0, places[0]))
    if opens is None or not _is_whole(asked, sentence, opens) or not _is_of_time(asked, sentence, places):
        return None
    said = _group(asked, sentence, slot, places)
    subject = [sentence.words[at].casefold() for at in places[:slot]]
    same = is_nobody(subject[0]) or subject == [word.casefold() for word in asked.words[:slot]]
    if said is None or not same or _is_unsure(sentence, places):
        return None
    pairs = [(word, sentence.keys[at]) for word, at in zip(asked.words, places, strict=False)]
    reversed_ = [word for word, key in pairs if key not in alike(key_of(word)) and key in turned(word)]
    denied = [said == "no", bool(opens["no"]), is_nobody(sentence.words[places[0]])]
    denied += [bool(_NONE.search(sentence.between(one + 1, other))) for one, other in pairwise(places)]
    if sum(denied) + len(reversed_) > 1:
        return None
    tail = sentence.between(places[-1] + 1, len(sentence.words))
    if reversed_ and asked.words[slot] == reversed_[0] and _has_other_object(asked, slot):
        return None
    if reversed_ and (trade := converse(sentence.words[places[slot]])):
        return False if tail.startswith(f"{trade[1]} ") else None
    others = {key for at, key in enumerate(sentence.keys) if at not in places}
    against = alike(key_of(reversed_[0])) if reversed_ else contrary(key_of(asked.words[slot]))
    behind = sentence.words[places[-1] + 1 : places[-1] + 3]
    in_part = len(behind) > 1 and bool(_IN_PART.fullmatch(" ".join(behind)))
    if others & against or in_part or (asked.group in _STANDING and re.match(_AT_TIMES, tail)):
        return None
    if any(denied):
        return False if _ENDS_DENIED.match(tail) else None
    if not _closes(tail, _ENDS_TURNED if reversed_ else _ENDS, verb=slot == len(places) - 1):
        return None
    return not reversed_


def _has_other_object(asked: Clause, slot: int) -> bool:
    """Whether the object of a verb may be another one, so that the contrary may be so, too: "a ship"."""
    return any(some and not join for some, join in zip(asked.some[slot + 1 :], asked.joined[slot + 1 :], strict=True))


_STANDING: Final = ("is", "do", "does", "can")
_AT_TIMES: Final = r"(?:on|at|during|to)\b"
"""What makes narrower how things are: "closed on Mondays"."""
_IN_PART: Final = re.compile(rf"in (?!(?:an?|the|its|his|her|their|our|{_TIME}|all|most|both)\Z)[a-z]+|subject to")
"""How something is so that is not simply so: "in principle"."""


def _is_whole(asked: Clause, sentence: Sentence, opens: re.Match[str]) -> bool:
    """Whether what opens a clause takes nothing from its subject, and a role before a name is one."""
    role = (opens["role"] or "").strip()
    if role:
        words, last = opens.group().split(), role.split()[-1]
        named = sentence.words[len(words)][:1].isupper() and opens.start("role") <= len("the ")
        if not named or last in {*SENTENCE_OPENERS, *PREPOSITIONS} or last.endswith(("ly", "’s", "'s", "s'")):
            return False
    return not opens["some"] or asked.bare


def _group(asked: Clause, sentence: Sentence, slot: int, places: Sequence[int]) -> str | None:
    """Whether the verb's group affirms or denies; None if it is of another time or mood."""
    gap = re.sub(rf"(?<!\S){_ADVERB} ", "", sentence.between(places[slot - 1] + 1, places[slot]))
    for said, before, form in _GROUPS[asked.group]:
        is_what = asked.some[slot] and asked.group in ("is", "was") and said == "yes"
        behind = "" if form != "same" else f"(?:{_LISTED}|{_DETERMINED})" if is_what else _DETERMINED
        group = f"(?:{before}) " if before[0] != "|" else f"(?:(?:{before[1:]}) )?"
        if re.fullmatch(f"{_SUBJECT_GAP}{group}{behind}", gap) and _has_form(
            sentence.words[places[slot]], asked, slot, form
        ):
            return said
    return None


_DETERMINED: Final = "(?:(?:an?|the|its|their|his|her|in|at|on|of|no|neither|neither an?) )*"


def _has_form(word: str, asked: Clause, slot: int, form: str) -> bool:
    """Whether a verb has the form that its group needs; what was turned to the passive is a participle."""
    small, past, going = word.casefold(), is_past(word), word.endswith("ing")
    if form == "same" and asked.slot is None:
        wanted = asked.words[slot].casefold()
        return small == wanted or (past, going) == (is_past(wanted), wanted.endswith("ing"))
    if form == "same":
        return past
    if re.search(r"[^s]s\Z", asked.words[slot]):  # a noun: "Does the mill cut jobs?"
        return False
    present = is_present(word)
    return {"past": past, "ing": going, "base": present, "third": present and small.endswith("s")}[form]


def _is_of_time(asked: Clause, sentence: Sentence, places: Sequence[int]) -> bool:
    """Whether the clause is of the time that is asked, and of no other."""
    if not asked.times and not asked.named:
        return True
    rest = re.split(
        r" (?:[,;:]|and|but|while|after|before|or) ", " " + sentence.between(places[-1] + 1, len(sentence.words))
    )[0]
    clause = " ".join(sentence.words[: places[-1] + 1]) + " " + rest
    times = dates.find(clause.title() if clause.islower() else clause, sentence.published)
    within = all(any(one.first <= time.first and time.last <= one.last for one in asked.times) for time in times)
    names = set(clause.casefold().split())
    return (not asked.times or (bool(times) and within)) and set(asked.named) <= names


def _is_unsure(sentence: Sentence, places: Sequence[int] = ()) -> bool:
    """Whether other words of a sentence hedge, or it quotes somebody with more than a name."""
    others = [word for at, word in enumerate(sentence.words) if at not in places]
    quoted = re.search(r"[“\"](?:[^\s“”\"]+ ){3}", sentence.text)
    return bool(quoted) or any(_UNSURE.fullmatch(word) for word in others)


def _closes(tail: str, ends: re.Pattern[str], *, verb: bool) -> bool:
    """Whether what follows a clause leaves it as it is; ``verb`` says that it follows the verb."""
    clause = re.split(r"[,;:]|\b(?:and|because|when|while)\b", tail)[0]
    if _DENIES.search(clause):
        return bool(re.search(r"\bnot by .+ but\b", clause))
    if re.match(r"(?:only|or|than)\b", tail):
        return False
    if verb and re.match(r"to (?!the\b|an?\b|\d)", tail):
        return False
    return bool(ends.match(tail)) or bool(re.match(rf"{_NUMBERED}\b", tail))


def _held(asked: Clause, sentence: Sentence) -> Iterator[bool]:
    """Whether somebody holds a role or held it: "Ada Moss, the mayor, …", "The former mayor Ada Moss …"."""
    if _is_unsure(sentence):
        return
    for split in range(1, len(asked.words)):
        name, role = asked.words[:split], asked.words[split:]
        for places in _places(replace(asked, words=(*name, *role)), sentence, len(asked.words), split):
            opens = _OPENS.fullmatch(sentence.between(0, places[0]))
            apposed = re.fullmatch(
                r", (?:the |an? |its |their )?", sentence.between(places[split - 1] + 1, places[split])
            )
            ends = re.match(r"(?:[,.;]|of|at|in) ", sentence.between(places[-1] + 1, places[-1] + 2))
            named = sentence.words[places[0]][0].isupper() and _are_exact(sentence, places, (*name, *role))
            if opens and not opens["role"] and not opens["no"] and apposed and ends and named:
                yield True
        at = len(role)
        for places in _places(replace(asked, words=(*role, *name)), sentence, len(asked.words), at):
            before = re.fullmatch(r"(?:(?:the|an?) )?(?P<was>former )?", sentence.between(0, places[0]))
            named = sentence.words[places[at]][0].isupper() and places[at] == places[at - 1] + 1
            further = "".join(sentence.words[places[-1] + 1 : places[-1] + 2])[:1].isupper()
            if before and named and not further and _are_exact(sentence, places, (*role, *name)):
                yield not before["was"]


def _are_exact(sentence: Sentence, places: Sequence[int], words: Sequence[str]) -> bool:
    """Whether the words stand there themselves, and not others for them."""
    return all(sentence.keys[at] == key_of(word) for at, word in zip(places, words, strict=True))
