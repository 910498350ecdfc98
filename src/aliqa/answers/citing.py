"""An answer to paste elsewhere, with its sources as footnotes: Markdown, HTML, or BibTeX.

Nothing of an article is read as markup: every format escapes what would be. Where an article's address
is known, its footnote links to the very quote by a text fragment (https://wicg.github.io/scroll-to-text-fragment/).
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from html import escape
from types import MappingProxyType
from typing import Final, NamedTuple
from urllib.parse import quote as percent_encoded

from aliqa.answers import remarks
from aliqa.foundations.messages import gettext
from aliqa.foundations.types import Answer, Citation, Span
from aliqa.text.english import MONTHS

_WHOLE: Final = 300
"""The most characters of a quote that a link names whole; of a longer one it names both ends."""

_END: Final = 40
"""About how many characters of each end it names then."""

_SHORT: Final = 30
"""A quote of fewer characters may stand in several places: its link names what is around it, too."""

_AROUND: Final = 3
"""How many words of that."""

_LATEX: Final = str.maketrans(
    {sign: f"\\{sign}" for sign in "$&#%_"}
    | {"\\": r"\textbackslash{}", "{": r"\textbraceleft{}", "}": r"\textbraceright{}"}
    | {"~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}
)
_WORD: Final = re.compile(r"[^\s，。、；：！？]+[，。、；：！？]*\s*|[\s，。、；：！？]+")
_MARKUP: Final = (
    (re.compile(r"!?\[([^\[\]]*)\]\([^()\s]*\)"), r"\1"),
    (re.compile(r"[*`]+|(?<!\w)_+|_+(?!\w)"), ""),
)


class Footnoted(NamedTuple):
    """An answer in Markdown, and for each of its citations where the words that it carries stand in that text."""

    text: str
    places: dict[int, Span]


def footnoted(answer: Answer) -> Footnoted:
    """The text that `markdown` gives, with the places of its citations by their numbers."""
    above = "".join(f"*{_marked_down(line)}*\n\n" for line in remarks.above(answer))
    said, places = _said(answer, _marked_down, "[^{}]".format)
    also = _disagreements(answer, _marked_down, "[^{}]".format)
    notes = [
        f"[^{cited.number}]: {_footnote(answer, cited, _marked_down, '[{1}]({0})'.format)}"
        for cited in answer.citations
    ]
    moved = {number: Span(place.start + len(above), place.end + len(above)) for number, place in places.items()}
    return Footnoted(above + "\n\n".join(filter(None, [said, *also, "\n".join(notes)])) + "\n", moved)


def markdown(answer: Answer) -> str:
    """The answer with footnotes as GitHub and most others write them, ``[^1]``; why there is none, if there is none."""
    return footnoted(answer).text


def html(answer: Answer) -> str:
    """The answer as a piece of HTML, its footnotes as a list below it; why there is none, if there is none."""
    key = f"aliqa-{answer.id[:8]}"
    mark = f'<sup><a href="#{key}-{{0}}">[{{0}}]</a></sup>'.format
    above = [f"<em>{escape(line)}</em>" for line in remarks.above(answer)]
    said = [*above, _said(answer, escape, mark).text, *_disagreements(answer, escape, mark)]
    notes = [
        f'<li id="{key}-{note.number}" dir="auto">{_footnote(answer, note, escape, _html_link)}</li>\n'
        for note in answer.citations
    ]
    listed = ["<ol>\n", *notes, "</ol>\n"] if notes else []
    return "".join([*(f'<p dir="auto">{part}</p>\n' for part in said), *listed])


def bibtex(answer: Answer) -> str:
    """An entry for every article that the answer quotes, in the order of the quotes; a comment if there is none.

    The quotes are the entry's ``annote``, which common styles do not print.
    """
    above = "".join(map(commented, remarks.above(answer)))
    if answer.abstention:
        return above + commented(_said(answer, str, str).text)
    cited: dict[str, list[Citation]] = {}
    for citation in answer.citations:
        cited.setdefault(citation.doc_id, []).append(citation)
    entries: dict[str, str] = {}
    for doc_id, quotes in cited.items():
        key = name = re.sub(r"[^a-z0-9]+", "-", doc_id.rpartition(".")[0].lower()).strip("-") or "article"
        while key in entries:
            key = f"{name}-{len(entries) + 1}"
        entries[key] = _entry(key, quotes, quote_url(answer, quotes[0]))
    return above + "\n".join(entries.values())


WRITERS: Final[Mapping[str, Callable[[Answer], str]]] = MappingProxyType(
    {"markdown": markdown, "html": html, "bibtex": bibtex}
)
"""What writes an answer in each format."""


def marks(answer: Answer) -> list[tuple[Span, int]]:
    """Where the marks of the citations stand in the answer, and their numbers: the first ``[n]`` behind n's words.

    A ``[1]`` inside a quote is the article's, not ours.
    """
    found = set()
    for citation in answer.citations:
        mark = f"[{citation.number}]"
        start = answer.answer.find(mark, citation.answer_end)
        if start >= 0:
            found.add((Span(start, start + len(mark)), citation.number))
    return sorted(found)


# --- what the formats share ----------------------------------------------------------------------


def _said(answer: Answer, escaped: Callable[[str], str], mark: Callable[[int], str]) -> Footnoted:
    """The answer with its marks, or that there is none and why."""
    if answer.abstention:
        return Footnoted(
            escaped(" ".join(filter(None, (not_answered(), answer.abstention.detail, _other(answer))))), {}
        )
    text, done, places, place = "", 0, {}, Span(0, 0)
    if answer.lead and answer.citations:
        text, done = f"{escaped(answer.lead)}\n\n", len(answer.lead) + 2
    for span, number in marks(answer):
        words = escaped(answer.answer[done : span.start].rstrip(" "))
        if words:  # else another mark stands behind the same words
            place = Span(len(text) + len(words) - len(words.lstrip()), len(text) + len(words))
        places[number] = place
        text, done = text + words + mark(number), span.end
    return Footnoted(text + escaped(answer.answer[done:]), places)


def not_answered() -> str:
    """That there is no answer."""
    return gettext("The articles do not answer this.")


def _other(answer: Answer) -> str:
    """The sentence that says otherwise than a question takes for granted, with its article."""
    said = answer.correction
    return f"“{_flat(said.quote)}” ({_flat(said.title)})" if said else ""


def _disagreements(answer: Answer, escaped: Callable[[str], str], mark: Callable[[int], str]) -> Iterator[str]:
    """The sentences that say where the sources differ."""
    for one in answer.disagreements:
        yield remarks.difference(one, escaped, mark, between="")


def _footnote(
    answer: Answer, citation: Citation, escaped: Callable[[str], str], linked: Callable[[str, str], str]
) -> str:
    """Who wrote the article, its title, where and when it came out, its file if it has no address, and its mentions."""
    title, link = escaped(_flat(citation.title)), quote_url(answer, citation)
    parts = [
        escaped(_flat(citation.author or "")),
        f"“{linked(link, title) if link else title}”",
        escaped(_flat(citation.source or "")),
        citation.published.isoformat() if citation.published else gettext("undated"),
        gettext("p. {page}", page=citation.page) if citation.page else "",
        "" if link else escaped(_flat(citation.doc_id)),
        *(remarks.mentions(one) for one in answer.articles if one.number == citation.number),
    ]
    return ", ".join(filter(None, parts))


def commented(text: str) -> str:
    """The text as a line that BibTeX leaves alone: it reads entries in comments, too."""
    return f"% {_flat(text).replace('@', '(at)')}\n"


def _flat(text: str) -> str:
    return " ".join(text.split())


def _html_link(url: str, title: str) -> str:
    return f'<a href="{escape(url)}">{title}</a>'


def _marked_down(text: str) -> str:
    """The text on one line, with a backslash before all that Markdown could read as markup."""
    safe = re.sub(r"([\\`*_\[\]<>|~$&])", r"\\\1", re.sub(r"\s+", " ", text))
    return re.sub(r"\A( ?\d*)([#+=.)-])", r"\1\\\2", safe)


def _latex(text: str) -> str:
    return _flat(text).translate(_LATEX)


def _entry(key: str, quotes: Sequence[Citation], link: str | None) -> str:
    """A BibTeX entry; an author's name with a comma is kept whole, for a comma parts first and last names."""
    first = quotes[0]
    author = _latex(first.author or "")
    day = first.published
    pages = sorted({quote.page for quote in quotes if quote.page})
    fields = {
        "author": f"{{{author}}}" if "," in author else author,
        "title": f"{{{_latex(first.title)}}}",
        "journal": _latex(first.source or ""),
        "year": f"{day.year}" if day else "",
        "month": MONTHS[day.month - 1][:3].lower() if day else "",
        "day": f"{day.day}" if day else "",
        "pages": ", ".join(map(str, pages)),
        "url": re.sub(r"[{}\\]", lambda sign: percent_encoded(sign[0]), link or ""),
        "annote": " ".join(f"[{quote.number}] {_latex(quote.quote)}" for quote in quotes),
    }
    lines = [f"  {name} = {value if name == 'month' else f'{{{value}}}'},\n" for name, value in fields.items() if value]
    return f"@{'article' if first.source else 'misc'}{{{key},\n{''.join(lines)}}}\n"


# --- links to a quote ----------------------------------------------------------------------------


def fragment_url(url: str, quote: str, before: str = "", after: str = "") -> str:
    """The address of a quote on a page, which browsers scroll to and light up.

    ``before`` and ``after`` are what stands around the quote, as far as it is known.

    >>> fragment_url("https://harbour.example/n#top", "It costs 5 %, or so, for a long-distance trip")
    'https://harbour.example/n#top:~:text=It%20costs%205%20%25%2C%20or%20so%2C%20for%20a%20long%2Ddistance%20trip'
    >>> fragment_url("https://harbour.example/n", "It costs 5.", "All say so. ", " No less.")
    'https://harbour.example/n#:~:text=All%20say%20so.-,It%20costs%205.,-No%20less.'
    """
    text = _flat(_shown(quote))
    parts = [text]
    if len(text) > _WHOLE:
        words = _WORD.findall(text)
        parts = [_enough(words), _enough(words[::-1], backwards=True)]
    named = ",".join(map(_encoded, parts))
    if len(text) < _SHORT:
        if last := _WORD.findall(_shown(before.rpartition("\n")[2]))[-_AROUND:]:
            named = f"{_encoded(''.join(last))}-,{named}"
        if first := _WORD.findall(_shown(after.partition("\n")[0]).lstrip())[:_AROUND]:
            named = f"{named},-{_encoded(''.join(first))}"
    page, _, place = url.partition("#")
    return f"{page}#{place.partition(':~:')[0]}:~:text={named}"


def quote_url(answer: Answer, citation: Citation) -> str | None:
    """The address of a citation's quote, if its article has one that browsers open."""
    if not citation.url or not re.match(r"https?://\S+\Z", citation.url, re.IGNORECASE):
        return None
    url = percent_encoded(citation.url, safe="!#$%&'*+,/:;=?@[]~-._", errors="replace")
    for passage in answer.passages:
        span = Span(citation.char_start - passage.char_start, citation.char_end - passage.char_start)
        if passage.doc_id == citation.doc_id and span.start >= 0 and span.cut(passage.text) == citation.quote:
            return fragment_url(url, citation.quote, passage.text[: span.start], passage.text[span.end :])
    return fragment_url(url, citation.quote)


def _encoded(text: str) -> str:
    """Percent-encoded, with the hyphen, which means something in a text fragment, too."""
    return percent_encoded(text.strip(), safe="", errors="replace").replace("-", "%2D")


def _enough(words: Sequence[str], *, backwards: bool = False) -> str:
    """The first words, so many that they are found by."""
    taken = ""
    for word in words:
        if len(taken) >= _END:
            break
        taken = word + taken if backwards else taken + word
    return taken


def _shown(text: str) -> str:
    """A Markdown text as a page shows it, but for what is rare."""
    for pattern, kept in _MARKUP:
        text = pattern.sub(kept, text)
    return text
