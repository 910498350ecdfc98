"""Chosen answers and quotes as one HTML page with footnotes, and a manifest by which the page is checked later.

The manifest holds the answers as `/ask` returned them. What the page shows is made of it and of nothing else, so a
check makes the page anew and compares every byte; then it looks up each quote in its file. What is changed by hand is
found.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError

from aliqa.answers import verifying
from aliqa.answers.citing import html as answer_html
from aliqa.answers.verifying import GivenAnswer, GivenCitation
from aliqa.articles.notes import ArticleNote
from aliqa.foundations.errors import InvalidRequest
from aliqa.foundations.protocols import Store
from aliqa.foundations.types import Answer, Citation, Verification

MOST: Final = 200
"""Answers of a dossier, and quotes."""
LONGEST_TITLE: Final = 300

_FORMAT: Final = 1
_MANIFEST: Final = re.compile(rb'<script type="application/json" id="aliqa-dossier">(.*?)</script>', re.DOTALL)
_STYLE: Final = (
    "body{font:17px/1.55 Georgia,serif;max-width:44em;margin:3em auto;padding:0 1em;color:#1b1b1b}"
    "h1,h2{line-height:1.25}h2{margin-top:2.4em}.facts,.source{color:#555;font-size:.85em}"
    "ol{font-size:.85em}blockquote{margin:1.2em 0 .2em;padding-left:1em;border-left:3px solid #bbb}"
)


@dataclass(frozen=True, slots=True)
class Quoted:
    """A quote of its own, and what somebody noted on it."""

    citation: Citation
    note: str = ""


@dataclass(frozen=True, slots=True)
class Dossier:
    """What a dossier is made of."""

    title: str
    made_at: datetime
    answers: tuple[Answer, ...] = ()
    quotes: tuple[Quoted, ...] = ()
    format: int = _FORMAT


@dataclass(frozen=True, slots=True)
class DossierCheck:
    """Whether a dossier still says what the articles say: ``intact`` if the page is what its manifest makes.

    ``answers`` are the checks of its answers, in order; the last one is that of its quotes, if it has any.
    """

    verified: bool
    intact: bool
    answers: tuple[Verification, ...]


_DOSSIER: Final = TypeAdapter(Dossier)
_ANSWER: Final = TypeAdapter(Answer)


def compose(title: str, answers: Sequence[Mapping[str, Any]], quotes: Sequence[Quoted] = ()) -> Dossier:
    """A dossier of answers, as ``aliqa ask --json`` or `/ask` gave them. Raises InvalidRequest."""
    if not (answers or quotes):
        raise InvalidRequest("answers", "there is nothing to put into it; give answers, or a tag that quotes have")
    try:
        read = tuple(_ANSWER.validate_python(given) for given in answers)
    except ValidationError as error:
        told = f"{'.'.join(map(str, error.errors()[0]['loc']))}: {error.errors()[0]['msg']}"
        raise InvalidRequest("answers", f"one is not what aliqa ask --json prints ({told})") from error
    return Dossier(title, datetime.now(UTC).replace(microsecond=0), read[:MOST], tuple(quotes)[:MOST])


def tagged_quotes(store: Store, notes: Mapping[str, ArticleNote], tag: str) -> tuple[Quoted, ...]:
    """The quotes with a tag that their articles still have, by article."""
    found: list[Quoted] = []
    known = {meta.doc_id for meta in store.metas()}
    for doc_id in sorted(notes.keys() & known):
        article = store.article(doc_id)
        for kept in notes[doc_id].quotes:
            place = article.text.find(kept.quote)
            if place < 0 or tag.casefold() not in {kept_tag.casefold() for kept_tag in kept.tags}:
                continue
            meta, end = article.meta, place + len(kept.quote)
            citation = Citation(
                len(found) + 1,
                doc_id,
                meta.title,
                meta.author,
                meta.source,
                meta.published,
                meta.url,
                kept.quote,
                place,
                end,
                0,
                len(kept.quote),
                1.0,
                meta.sha256,
                meta.page_of(place),
            )
            found.append(Quoted(citation, kept.note))
    return tuple(found)


def html(dossier: Dossier) -> bytes:
    """The page, the same bytes for the same dossier."""
    manifest = _DOSSIER.dump_json(dossier).decode().replace("<", "\\u003c")
    title = escape(dossier.title)
    body = [f"<h1>{title}</h1>", f'<p class="facts">Put together {dossier.made_at:%Y-%m-%d %H:%M} UTC.</p>']
    body += [_answer(number, answer) for number, answer in enumerate(dossier.answers, 1)]
    if dossier.quotes:
        body += ["<h2>Quotes</h2>", *map(_quote, dossier.quotes)]
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style></head><body>\n'
        + "\n".join(body)
        + '\n<p class="facts">Every sentence is quoted verbatim.'
        " Check this page against the articles: aliqa verify FILE</p>"
        f'\n<script type="application/json" id="aliqa-dossier">{manifest}</script></body></html>\n'
    ).encode("utf-8", "replace")


def is_dossier(data: bytes) -> bool:
    """Whether a file is a dossier, whatever somebody made of it."""
    return bool(_MANIFEST.search(data))


def verify(data: bytes, corpus: Path) -> DossierCheck:
    """Make the page anew out of its manifest and compare; then look up every quote. Raises InvalidRequest."""
    found = _MANIFEST.search(data)
    try:
        dossier = _DOSSIER.validate_json(found[1]) if found else None
    except ValidationError:
        dossier = None
    if dossier is None or dossier.format != _FORMAT:
        raise InvalidRequest("dossier", "its manifest cannot be read. Give the file that aliqa dossier wrote")
    given = [_given(answer) for answer in dossier.answers if answer.citations or answer.answer]
    given += [_given_quotes(dossier.quotes)] if dossier.quotes else []
    checks = tuple(verifying.verify(answer, corpus) for answer in given)
    intact = html(dossier) == data
    return DossierCheck(intact and all(check.verified for check in checks), intact, checks)


def _given(answer: Answer) -> GivenAnswer:
    said = {
        "answer": answer.answer,
        "citations": json.loads(_ANSWER.dump_json(answer))["citations"],
        "lead": answer.lead,
    }
    return verifying.parse(json.dumps(said).encode())


def _given_quotes(quotes: Sequence[Quoted]) -> GivenAnswer:
    """The quotes as an answer that says one after the other."""
    said, citations = "", list[GivenCitation]()
    for quoted in quotes:
        c, start = quoted.citation, len(said)
        said += f"{c.quote}\n"
        citations.append(
            GivenCitation(
                number=c.number,
                doc_id=c.doc_id,
                quote=c.quote,
                char_start=c.char_start,
                char_end=c.char_end,
                answer_start=start,
                answer_end=start + len(c.quote),
                doc_sha256=c.doc_sha256,
            )
        )
    return GivenAnswer(answer=said, citations=citations)


def _answer(number: int, answer: Answer) -> str:
    """A question, its answer with footnotes, who carries it and how new that is."""
    facts = [answer.sources.line if answer.citations else ""]
    facts += [f"newest article quoted: {answer.newest_used.isoformat()}" if answer.newest_used else ""]
    facts += [f"index {answer.index.version}"]
    told = " · ".join(escape(fact) for fact in facts if fact)
    question = escape(answer.question)
    return f'<h2 dir="auto">{number}. {question}</h2>\n{answer_html(answer)}<p class="facts">{told}</p>'


def _quote(quoted: Quoted) -> str:
    c = quoted.citation
    day = c.published.isoformat() if c.published else "undated"
    origin = ", ".join(escape(part) for part in (c.author, c.title, c.source, day, c.url or c.doc_id) if part)
    note = f'<p dir="auto">{escape(quoted.note)}</p>' if quoted.note else ""
    return f'<blockquote dir="auto">{escape(c.quote)}</blockquote><p class="source">[{c.number}] {origin}</p>{note}'
