"""A watched question and what last changed its answer, as HTML. Pure functions; each escapes like those of `render`."""

from collections.abc import Sequence
from html import escape

from aliqa.answers import remarks
from aliqa.doors.page.sources import facts_html, open_html
from aliqa.doors.page.words import WEAK, day, moment
from aliqa.foundations.messages import gettext
from aliqa.foundations.types import Citation, Disagreement, Watched, WatchedAnswer


def watchlist_html(watchlist: Sequence[Watched]) -> str:
    """All watched questions: first those that changed last, then as they were added."""
    newest = sorted(watchlist, key=lambda one: -one.changed_at.timestamp() if one.changed_at else 0.0)
    return "".join(map(watched_html, newest)) or f'<p class="tally">{gettext("No question is watched yet.")}</p>'


def watched_html(watched: Watched) -> str:
    """A question, its answer, and what that was before."""
    question = escape(watched.question)
    changed = watched.before is not None
    removes = gettext("Remove {question}", question=question)
    now = _answer_html(gettext("Now"), watched.now) if watched.now else ""
    return (
        f'<article class="watched{" changed" if changed else ""}"><header><h3 dir="auto">{question}</h3>'
        f'<button type="button" class="remove" data-id="{escape(watched.id)}" aria-label="{removes}">'
        f"{gettext('Remove')}</button></header>{_when_html(watched)}{now}"
        f"{_changes_html(watched) if changed else ''}</article>"
    )


def _when_html(watched: Watched) -> str:
    if watched.now is None:
        return f'<p class="when">{gettext("Not asked yet")}</p>'
    changed = watched.changed_at
    when = gettext("Changed {moment}", moment=moment(changed)) if changed else gettext("Unchanged")
    asked = gettext("asked {moment}", moment=moment(watched.now.asked_at))
    return f'<p class="when">{when} · {asked}</p>'


def _answer_html(label: str, answer: WatchedAnswer, kind: str = "is") -> str:
    told = escape(answer.answer)
    if not answer.answered:
        told = gettext("No answer: {reason}", reason=told)
    elif answer.confidence < WEAK:
        label += f" ({gettext('possibly relevant')})"
    return f'<p class="{kind}" dir="auto"><b>{label}</b>: {told}</p>'


def _changes_html(watched: Watched) -> str:
    """What the answer was, and the sources and disagreements that are new or gone."""
    before = _answer_html(gettext("Before"), watched.before, "was") if watched.before else ""
    items = [_citation_html(gettext("New"), one) for one in watched.new_citations]
    items += [_citation_html(gettext("Gone"), one) for one in watched.gone_citations]
    items += [_disagreement_html(one) for one in watched.new_disagreements]
    return before + (f"<ul>{''.join(items)}</ul>" if items else "")


def _citation_html(label: str, citation: Citation) -> str:
    facts = facts_html(citation.title, day(citation.published))
    label_for = gettext("Open {title} at the quote", title=citation.title)
    opened = open_html(citation.doc_id, citation.char_start, citation.char_end, gettext("Open"), label=label_for)
    return f'<li><b>{label}</b> {facts}: <q dir="auto">{escape(citation.quote)}</q> {opened}</li>'


def _disagreement_html(disagreement: Disagreement) -> str:
    return f'<li><b>{gettext("New")}</b> <span dir="auto">{escape(remarks.difference(disagreement))}</span></li>'
