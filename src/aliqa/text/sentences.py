"""Cuts an article into sentences: spans of its text, each with what it may be used for.

The text is read line by line. A line is a list item, a heading, boilerplate or plain words; the lines
of a hard-wrapped paragraph are put together again; then the words are cut behind full stops that do
not belong to an abbreviation, an initial or a number.

Rules and word lists only, no model: the same text always gives the same spans, in linear time. Where
the rules cannot tell whether a stop ends a sentence ("at 5 p.m. Alibaba said") they do not cut. Lines
that were wrapped inside a Markdown quote stay apart, since each begins with a mark.
"""

import re
from collections.abc import Iterator, Sequence
from enum import Enum, auto
from itertools import groupby, pairwise, zip_longest
from math import inf
from typing import NamedTuple

from aliqa.foundations.types import Sentence, SentenceKind, Span
from aliqa.text.english import MONTH, MONTHS, SENTENCE_OPENERS, TITLES, WEEKDAYS


def split_sentences(text: str, start: int = 0) -> list[Sentence]:
    r"""The sentences of ``text[start:]``, in order, as spans of ``text`` in code points.

    They do not overlap, begin and end with a character that is not blank, and leave out nothing but
    blanks. List marks, heading marks, quote marks and the marks of bold or slanted sentences are boilerplate
    sentences of their own, so that the words beside them can be quoted without them.

    >>> text = "# News\nMr. Wu spent $4.67 billion. It paid off."
    >>> [(sentence.kind.value, sentence.span.cut(text)) for sentence in split_sentences(text)]
    [('boilerplate', '#'), ('heading', 'News'), ('prose', 'Mr. Wu spent $4.67 billion.'), ('prose', 'It paid off.')]
    """
    body = text[start:]
    blocks = [block for run in _paragraphs(body) for block in _blocks(body, run)]
    spans = (
        piece for block, kind in zip(blocks, _kinds(body, blocks), strict=True) for piece in _pieces(body, block, kind)
    )
    return [Sentence(Span(begin + start, end + start), kind) for begin, end, kind in spans]


# --- lines -----------------------------------------------------------------------------------

_NEWLINE = "\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"
_LINE = re.compile(rf"([^{_NEWLINE}]*)(?:\r\n|[{_NEWLINE}]|\Z)")
_LETTER = re.compile(r"[^\W\d_]")

_HASHES = re.compile(r"#{1,6}\s+(?=\S)")
_QUOTE = re.compile(r"(?:>\s*)+(?=\S)")
_BULLET = re.compile(r"(?:[-*+•‣◦▪●○◆■·–—]|\(?[a-zA-Z]\))\s+(?:\[[ xX]\]\s+)?(?=\S)")
_NUMBER = re.compile(r"\(?\d{1,3}[.)]\s+(?=\S)")

_MONTH = rf"{MONTH}\.?"
_WEEKDAY = "|".join(name[:3] for name in WEEKDAYS)
DATE_LINE = re.compile(
    rf"""
    (?: (?:published|posted|(?:last[ ])?updated|date) (?:[ ]on)? \s*(?::\s*)? )?
    (?: (?:{_WEEKDAY}) [a-z]*\.?,?\s+ )?
    (?P<date>
        \d{{4}}[-/.]\d{{1,2}}[-/.]\d{{1,2}} | \d{{1,2}}[-/.]\d{{1,2}}[-/.\s]\s*\d{{4}}
        | \d{{4}}\s*年\s*\d{{1,2}}\s*月\s*\d{{1,2}}\s*日
        | {_MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?,?\s+\d{{4}} | \d{{1,2}}(?:st|nd|rd|th)?\s+{_MONTH},?\s+\d{{4}}
    )
    (?: [t,\s]+ (?:at\s+)? \d{{1,2}}:\d{{2}}\S* (?:\s+[a-z.]{{2,4}}){{0,2}} )?  # a time and its zone
    """,
    re.IGNORECASE | re.VERBOSE,
)
"""A line that is a date and nothing else; ``date`` is the date without its label, weekday and time."""

_SIGN = r"\**\s*[|｜丨:：]\**\s*"
BYLINE = re.compile(
    rf"""
    (?i: (?:(?:(?:written|words|text)[ ])?by|authors?|writer|reporter|作者|文) {_SIGN} ) (?P<author> \S.{{0,60}} )
    | (?i: (?:(?:produced|published)[ ]by|source|outlet|publisher|出品|来源|來源) {_SIGN} ) (?P<source> \S.{{0,60}} )
    | (?i: (?:(?:edited|translated|reviewed)[ ]by|editors?|translator|photos?(?:[ ](?:by|credit))?
          |image(?:[ ](?:credit|source))?|编辑|責任編輯|责任编辑|图源) {_SIGN} ) \S.{{0,60}}
    | (?:[Ww]ritten[ ][Bb]y|By|BY)[ ]
      (?P<by> [^\W\d_a-z][\w.'’-]* (?:,?[ ](?:(?:and|de|van|von|bin)[ ])?[^\W\d_a-z][\w.'’-]*){{1,6}} )
      (?:[ ]*[|·•/—-][ ]*.{{0,40}})?
    """,
    re.VERBOSE,
)
"""A line that names who made the article: ``author`` or ``by`` is a person, ``source`` an outlet."""

_DEBRIS = re.compile(
    r"""
    [▲△▼©].* | \W*[`~](?:\s*[\w+-]+)?\s*[«»]? | </?[a-z!][^<>]*>
    | !\[[^\]]*\]\([^)\s]*\) | (?:\[[^\]]*\]:\s*)?<?https?://\S+
    | (?: view[ ](?:details|more|all) | (?:read|learn|see|show|load)[ ](?:more|also|next) | click[ ]here
        | continue[ ]reading | subscribe(?:[ ]now)? | sign[ ](?:up|in) | log[ ]?in | advertisements?
        | share(?:[ ]this(?:[ ](?:article|story))?)? | sponsored(?:[ ]content)? | back[ ]to[ ]top
        | related[ ](?:articles|stories|reading|posts) | (?:the[ ])?end(?:[ ]of[ ](?:the[ ])?(?:text|article))?
        | skip[ ]to[ ]content | (?:leave[ ]a[ ])?comments? | previous | next | table[ ]of[ ]contents
        | all[ ]rights[ ]reserved
      ) \s*[>»›→.…:!]*
    """,
    re.IGNORECASE | re.VERBOSE,
)


class _Shape(Enum):
    DEBRIS = auto()
    TITLE = auto()
    BULLET = auto()
    NUMBERED = auto()
    PLAIN = auto()


class _Line(NamedTuple):
    """A line without the blanks around it; ``body`` is where its words begin, behind its marks."""

    start: int
    body: int
    end: int
    shape: _Shape


def _paragraphs(text: str) -> Iterator[list[_Line]]:
    """The lines of ``text``, in runs without a blank line."""
    run: list[_Line] = []
    for match in _LINE.finditer(text):
        if words := match[1].strip():
            run.append(_read_line(words, match.end(1) - len(match[1].lstrip())))
        elif run:
            yield run
            run = []


def _read_line(words: str, at: int) -> _Line:
    end = at + len(words)
    if hashes := _HASHES.match(words):
        return _Line(at, at + hashes.end(), end, _Shape.TITLE)
    quote = _QUOTE.match(words)
    body = quote.end() if quote else 0
    shape = _Shape.PLAIN
    if mark := _BULLET.match(words, body):
        body, shape = mark.end(), _Shape.BULLET
    elif mark := _NUMBER.match(words, body):
        body, shape = mark.end(), _Shape.NUMBERED
    if _is_debris(words[body:]):
        return _Line(at, at, end, _Shape.DEBRIS)
    return _Line(at, at + body, end, shape)


def _is_debris(words: str) -> bool:
    if not _LETTER.search(words):
        return True
    bare = words.strip("*_ ")
    return len(bare) <= 120 and any(form.fullmatch(bare) for form in (_DEBRIS, DATE_LINE, BYLINE))


# --- paragraphs ------------------------------------------------------------------------------

_CJK = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff]")
_FIRST_WORD = re.compile(rf"{_CJK.pattern}|\S+")
_FINISHED = re.compile(r"[.!?…:;؟۔।。！？；：][\"'”’“‘»«)\]』」）】*_]*\Z")
_WRAP = range(50, 121)
"""Widths, in code points, at which mail programs and editors wrap lines."""
_NARROWEST = 24
"""Code points of a line in the narrowest columns; shorter ones may stand alone, as labels and names do."""
_RAGGED = 0.9
"""How long the lines of a column are at least, of its longest: letters of print differ in width."""
_GAPS, _SHARE = 3, 0.8
"""So many lines, and so much of all, must be full before lines of any width count as those of a column."""


def _blocks(text: str, run: list[_Line]) -> Iterator[_Line]:
    """The lines of a paragraph, those put together that only a narrow window once set apart."""
    width = _width(text, run)
    prose = any(_is_finished(text, line) for line in run)
    block = last = run[0]
    for line in run[1:]:
        if (prose or block.shape is not _Shape.PLAIN) and _continues(text, block, last, line, width):
            block = block._replace(end=line.end)
        else:
            yield block
            block = line
        last = line
    yield block


def _width(text: str, run: list[_Line]) -> float:
    """How long a line and the first word of the next are together where the line was wrapped; infinite if none was."""
    width = max(line.end - line.start for line in run)
    joints = [_joined(text, last, line) for last, line in pairwise(run) if not _is_finished(text, last)]
    full = sum(length > width * _RAGGED for length in joints)
    if width >= _NARROWEST and full >= max(_GAPS, _SHARE * len(joints)):
        return width * _RAGGED
    return width if width in _WRAP and sum(length > width for length in joints) * 2 > len(joints) else inf


def _joined(text: str, last: _Line, line: _Line) -> int:
    """How long a line would be with the first word of the next."""
    word = _FIRST_WORD.match(text, line.start)
    return last.end - last.start + 1 + len(word[0] if word else "")


def _continues(text: str, block: _Line, last: _Line, line: _Line, width: float) -> bool:
    """Whether a sentence runs on from ``last``, where ``block`` ends, to the next ``line`` of its paragraph."""
    if line.shape is not _Shape.PLAIN or line.body > line.start or last.shape in (_Shape.DEBRIS, _Shape.TITLE):
        return False
    if _is_finished(text, last) and not _ABBREVIATED.search(text, last.end - 12, last.end):
        return False
    if "|" in text[last.start : line.end]:  # a row of a table
        return False
    small = text[line.start].islower()
    return _joined(text, last, line) > width or (small and block.end - block.start >= _NARROWEST)


def _is_finished(text: str, line: _Line) -> bool:
    return _FINISHED.search(text, max(line.start, line.end - 8), line.end) is not None


# --- kinds -----------------------------------------------------------------------------------

_PROSE, _HEADING, _BOILERPLATE = SentenceKind.PROSE, SentenceKind.HEADING, SentenceKind.BOILERPLATE
_ALWAYS = {_Shape.DEBRIS: _BOILERPLATE, _Shape.TITLE: _HEADING}
_UNDERLINE = re.compile(r"={3,}\Z")
_VALUE = re.compile(r"[:：]\s*[$€£¥~]?\d")
_LIST = 4
"""So many short lines one below the other are a list without marks, not headings."""


def _kinds(text: str, blocks: Sequence[_Line]) -> Iterator[SentenceKind]:
    """What each block is; a short line without a full stop is a heading, unless it is one of a list."""
    looks = [_looks_like_heading(text, block, follower) for block, follower in zip_longest(blocks, blocks[1:])]
    for heading, group in groupby(zip(looks, blocks, strict=True), key=lambda pair: pair[0]):
        run = [block for _, block in group]
        for block in run:
            yield _HEADING if heading and len(run) < _LIST else _ALWAYS.get(block.shape, _PROSE)


def _looks_like_heading(text: str, block: _Line, follower: _Line | None) -> bool:
    if block.shape in (_Shape.DEBRIS, _Shape.TITLE, _Shape.BULLET) or block.end - block.body > 120:
        return False
    if block.shape is _Shape.NUMBERED and (follower is None or follower.shape is not _Shape.PLAIN):
        return False
    if follower and _UNDERLINE.match(text, follower.start, follower.end):
        return True
    return _is_headline(text[block.body : block.end].strip("*_ ")) and len(list(_cut(text, block.body, block.end))) == 1


def _is_headline(words: str) -> bool:
    count = len(words.split())
    if not words or words[0].islower() or "|" in words or "\t" in words or _VALUE.search(words):
        return False
    last = words.rstrip("\"'”’»)]』」）】")[-1:]
    if last in "?？؟":
        return True
    if last in ":：":
        return count <= 6
    return last not in ".!…。！;；,，、-–—" and count <= 18 and not (len(words) > 40 and _CJK.search(words))


# --- sentences -------------------------------------------------------------------------------


def _vocabulary(words: str) -> frozenset[str]:
    return frozenset(words.split())


_TITLES = frozenset(TITLES) | _vocabulary("mr mrs dr prof")
_LATIN = _vocabulary("e.g i.e vs cf viz")
_ABBREVIATIONS = _vocabulary(
    "inc ltd corp co cos bros llc plc jr sr st mt ft gen col gov sen rep rev hon pres supt dept univ assn ave blvd rd "
    "sept tues thurs ph.d est al ed eds sp spp var"
) | ({name[:3].lower() for name in (*MONTHS, *WEEKDAYS)} - {"may", "sat", "sun"})
_BEFORE_NUMBERS = _vocabulary("no nos fig figs eq eqs vol vols pp art sec sect ch ref refs ver approx ca nr")
_CLOSERS = r"(?:[\"'”’“‘»«)\]』」）】*_~`]|\[\d{1,3}\])*+"
_STOP = re.compile(
    rf"""
    (?<![.!?…؟۔।]) (?P<stop> [.!?…؟۔।]++ ) {_CLOSERS}
    (?: (?<=\s[.!?]) (?:\s(?:''|[)\"]))*+ | )  # quotes of texts whose words and signs all stand apart
    (?:\s»)?+ (?=\s)
    | [。！？；｡]++ [”’』」）】》]*+ \"?
    """,
    re.VERBOSE,
)
_NEXT = re.compile(r"[\s\"'“‘«(\[{`*_–—-]*+(?P<word>[^\W\d_]\.(?!\w)|\w[\w'’-]{0,24}|\S|\Z)")
_TOKEN = re.compile(r"[^\s\"'“‘«(\[*_–—-]*\Z")
_INITIALS = re.compile(r"(?:(?:.*/)?(?:[^\W\d_]\.)+)?[^\W\d_]\Z")
_ABBREVIATED = re.compile(
    rf"\b(?:{'|'.join(re.escape(word) for word in sorted(_TITLES | _LATIN | _ABBREVIATIONS))}|[^\W\d_])\.\Z",
    re.IGNORECASE,
)
_NUMERAL = re.compile(r"[A-Z]?\d|[IVXLC]{2,}\Z")
_CAMEL = re.compile(r"[a-z]{1,2}-?[A-Z]|[a-z]{1,4}-?\d")
_SAID = re.compile(
    r"""
    (?:[A-Z][\w.'’-]*\s+){1,3}
    (?:said|says|asked|asks|added|adds|wrote|writes|told|replied|warned|noted)\b
    """,
    re.VERBOSE,
)


def _pieces(text: str, block: _Line, kind: SentenceKind) -> Iterator[tuple[int, int, SentenceKind]]:
    """The marks of a block, then its sentences; only prose is cut into several."""
    if block.body > block.start:
        yield block.start, block.start + len(text[block.start : block.body].rstrip()), _BOILERPLATE
    if kind is not _PROSE:
        yield block.body, block.end, kind
        return
    for begin, end in _cut(text, block.body, block.end):
        if not _WORDS.search(text, begin, end):
            yield begin, end, _BOILERPLATE
            continue
        first, last = _within_marks(text, begin, end)
        if first > begin:
            yield begin, first, _BOILERPLATE
        yield first, last, _PROSE
        if last < end:
            yield last, end, _BOILERPLATE


def _within_marks(text: str, start: int, end: int) -> tuple[int, int]:
    """Start and end of a sentence without the marks of what is bold or slanted and is more than a part of it."""
    opening, closing = _EMPHASIS_BEFORE.match(text, start, end), _EMPHASIS_BEHIND.search(text, start, end)
    first = opening.end() if opening else start
    last = closing.start() if closing else end
    alone_before = opening and opening[0] not in text[first:last]
    alone_behind = closing and closing[0] not in text[first:last]
    return first if alone_before else start, last if alone_behind else end


_EMPHASIS_BEFORE = re.compile(r"[*_]{1,3}(?=[^\s*_])")
_EMPHASIS_BEHIND = re.compile(r"(?<=[^\s*_])[*_]{1,3}\Z")
_WORDS = re.compile(r"[^\W_]")
_NOT_BLANK = re.compile(r"\S")


def _cut(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Start and end of each sentence of ``text[start:end]``, which begins and ends with no blank."""
    cased = not text[start:end].islower()
    for match in _STOP.finditer(text, start, end):
        if match["stop"] and not _ends_sentence(text, start, match, cased=cased):
            continue
        stop = _without_opening_quote(text, start, match)
        yield start, stop
        following = _NOT_BLANK.search(text, stop, end)
        if following is None:
            return
        start = following.start()
    yield start, end


def _without_opening_quote(text: str, start: int, match: re.Match[str]) -> int:
    """Where the sentence ends: before a straight quote that stands apart from it and opens the next one."""
    stop = match.end()
    if text[stop - 1] != '"' or text.count('"', start, stop) % 2 == 0:
        return stop
    apart = text[stop - 2].isspace()
    return stop - 1 - apart if apart or not match["stop"] else stop


def _ends_sentence(text: str, start: int, match: re.Match[str], *, cased: bool) -> bool:
    """Whether a full stop, a question mark or the like ends the sentence that began at ``start``."""
    at, stop = match.start(), match["stop"]
    following = _NEXT.match(text, match.end())
    word = following["word"] if following else ""
    if not word or word[0] in ",;:.!?…)]}%&/":
        return not word
    if word[0].islower() and (cased or stop != ".") and not _CAMEL.match(word):
        return False
    if at - start < 12 and not _LETTER.search(text, start, at):
        return False
    if match.end() - at > len(stop) and following and _SAID.match(text, following.start("word")):
        return False
    if _is_quoted(text, start, at) and _QUOTED_ON.match(text, match.end()):
        return False
    found = _TOKEN.search(text, max(start, at - 24), at)
    return _allows_end(found[0] if found else "", stop, word)


def _is_quoted(text: str, start: int, at: int) -> bool:
    """Whether a quotation that began in ``text[start:at]`` is still open there, if it is not long yet."""
    if at - start > _LONGEST_QUOTED:
        return False
    return text.count('"', start, at) % 2 == 1 or text.rfind("“", start, at) > text.rfind("”", start, at)


_LONGEST_QUOTED = 200
_QUOTED_ON = re.compile(rf"\s[^\"“”{_NEWLINE}]{{1,{_LONGEST_QUOTED}}},[\"”]")
"""How a quotation goes on up to the comma before who said so."""


def _allows_end(token: str, stop: str, word: str) -> bool:
    """Whether a sentence may end with ``token`` and ``stop`` when the next begins with ``word``."""
    known = token.lower()
    if stop != "." or not token:
        return True
    if token in _TITLES or known in _LATIN or (known in _BEFORE_NUMBERS and _NUMERAL.match(word)):
        return False
    if known in _ABBREVIATIONS or _INITIALS.match(token):
        return word.lower() in SENTENCE_OPENERS
    return True
