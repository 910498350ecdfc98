"""A watched question and what last changed its answer, as HTML. Pure functions; each escapes like those of `render`."""

from collections.abc import Sequence
from datetime import datetime
from html import escape

from aliqa.doors.page.render import disagreement_words
from aliqa.doors.page.sources import facts_html, open_html
from aliqa.doors.page.words import WEAK, day
from aliqa.foundations.types import Citation, Disagreement, Watched, WatchedAnswer

_NONE = '<p class="tally">No question is watched yet.</p>'


def watchlist_html(watchlist: Sequence[Watched]) -> str:
    """All watched questions: first those that changed last, then as they were added."""
    newest = sorted(watchlist, key=lambda one: -one.changed_at.timestamp() if one.changed_at else 0.0)
    return "".join(map(watched_html, newest)) or _NONE


def watched_html(watched: Watched) -> str:
    """A question, its answer, and what that was before."""
    question = escape(watched.question)
    changed = watched.before is not None
    return (
        f'<article class="watched{" changed" if changed else ""}"><header><h3 dir="auto">{question}</h3>'
        f'<button type="button" class="remove" data-id="{escape(watched.id)}" aria-label="Remove {question}">Remove'
        f"</button></header>{_when_html(watched)}{_answer_html('Now', watched.now) if watched.now else ''}"
        f"{_changes_html(watched) if changed else ''}</article>"
    )


def _moment(when: datetime) -> str:
    return f"{day(when.date())} {when:%H:%M} UTC"


def _when_html(watched: Watched) -> str:
    if watched.now is None:
        return '<p class="when">Not asked yet</p>'
    when = f"Changed {_moment(watched.changed_at)}" if watched.changed_at else "Unchanged"
    return f'<p class="when">{when} · asked {_moment(watched.now.asked_at)}</p>'


def _answer_html(label: str, answer: WatchedAnswer, kind: str = "is") -> str:
    told = "" if answer.answered else "No answer: "
    weak = " (possibly relevant)" if answer.answered and answer.confidence < WEAK else ""
    return f'<p class="{kind}" dir="auto"><b>{label}</b>{weak}: {told}{escape(answer.answer)}</p>'


def _changes_html(watched: Watched) -> str:
    """What the answer was, and the sources and disagreements that are new or gone."""
    before = _answer_html("Before", watched.before, "was") if watched.before else ""
    items = [_citation_html("New", one) for one in watched.new_citations]
    items += [_citation_html("Gone", one) for one in watched.gone_citations]
    items += [_disagreement_html(one) for one in watched.new_disagreements]
    return before + (f"<ul>{''.join(items)}</ul>" if items else "")


def _citation_html(label: str, citation: Citation) -> str:
    facts = facts_html(citation.title, day(citation.published))
    label_for = f"Open {citation.title} at the quote"
    opened = open_html(citation.doc_id, citation.char_start, citation.char_end, "Open", label=label_for)
    return f'<li><b>{label}</b> {facts}: <q dir="auto">{escape(citation.quote)}</q> {opened}</li>'


def _disagreement_html(disagreement: Disagreement) -> str:
    return f"<li><b>New</b> The sources disagree about {escape(disagreement_words(disagreement))}</li>"
