"""The list of articles, and how a job stands, as HTML. Pure functions; each escapes like those of `render`."""

from collections.abc import Sequence
from datetime import date
from html import escape
from typing import Final

from aliqa.foundations.types import ArticleSummary, Failure, Job, JobKind

MOST: Final = 500
"""How many articles are listed, at most: a browser is slow with more."""

FAILURES: Final = 5
"""How many failures the summary of a job names, at most; the list has them all."""

_DOING: Final[dict[JobKind, str]] = {
    "index": "Looking for changes, and reading what is new…",
    "upload": "Reading and indexing what was added…",
    "delete": "Taking the article out of the index…",
    "watch": "Following a change of the folder…",
}
_NOTHING: Final[dict[JobKind, str]] = {
    "index": "Nothing has changed.",
    "upload": "Nothing was added: the index already has what these files say, or they could not be read.",
    "delete": "The file is gone.",
    "watch": "Nothing has changed.",
}
_HEADS = "".join(
    f'<th scope="col" class="{name.lower()}">{name}</th>' for name in ("Article", "Outlet", "Date", "Passages", "State")
)


def drop_html(suffixes: Sequence[str], most: int) -> str:
    """Where files of at most so many bytes are dropped or chosen, and what is asked before one is deleted."""
    known = ", ".join(suffixes)
    return (
        '<label class="drop"><span><b>Drop articles here</b> or choose files</span>'
        f'<span class="formats">{known}, up to {most // 1024**2} MB each</span>'
        f'<input type="file" multiple accept="{",".join(suffixes)}" data-most="{most}" aria-label="Add articles"></label>'
        '<dialog class="confirm" aria-labelledby="confirm-title"><h2 id="confirm-title">Delete this article?</h2>'
        '<p><b><bdi class="doomed"></bdi></b></p><p>Its file <bdi class="doomed-file"></bdi> is removed from the folder '
        "of articles. This cannot be undone.</p>"
        '<form method="dialog"><button value="keep" autofocus>Keep it</button>'
        '<button value="delete" class="danger">Delete</button></form></dialog>'
    )


def articles_html(articles: Sequence[ArticleSummary], only: str = "") -> str:
    """All articles as a table: first those that could not be read, then the newest.

    Of very many, only the first `MOST` are listed. ``only`` says which they are, if they are not all.
    """
    if not articles:
        return '<p class="tally">There is no article yet.</p>'
    listed = sorted(articles, key=_rank)[:MOST]
    return (
        f'<p class="tally">{_tally(articles)}{_only_html(only) if only else ""}</p>'
        '<div class="shelf" role="region" aria-label="Articles" tabindex="0"><table>'
        f'<thead><tr>{_HEADS}<th scope="col" class="act"><span class="unseen">Delete</span></th></tr></thead>'
        f"<tbody>{''.join(map(_row_html, listed))}</tbody></table></div>"
    )


def _only_html(only: str) -> str:
    return f': <b><bdi>{escape(only)}</bdi></b> <button type="button" class="clear all">Show all</button>'


def _rank(article: ArticleSummary) -> tuple[bool, int, str, str]:
    newness = -(article.published or date.min).toordinal()
    return article.state != "failed", newness, article.title.casefold(), article.doc_id


def _tally(articles: Sequence[ArticleSummary]) -> str:
    failed = sum(article.state == "failed" for article in articles)
    parts = [_many(len(articles) - failed, "article")]
    if failed:
        parts.append(f"{failed:,} could not be read")
    if len(articles) > MOST:
        parts.append(f"{MOST} are listed")
    return " · ".join(parts)


def _row_html(article: ArticleSummary) -> str:
    failed = article.state == "failed"
    name = escape(article.doc_id)
    title = f'<bdi class="title">{escape(article.title)}</bdi>'
    if not failed:
        title = f'<button type="button" class="open" data-doc-id="{name}">{title}</button>'
    below = f'<bdi class="file">{name}</bdi>' if article.title != article.doc_id else ""
    below += f'<span class="file">copy of <bdi>{escape(article.copy_of)}</bdi></span>' if article.copy_of else ""
    reason = f'<span class="reason" dir="auto">{escape(article.reason or "")}</span>' if failed else ""
    published = article.published.isoformat() if article.published else "" if failed else "undated"
    passages = "" if failed else f"{article.passages:,}"
    return (
        f'<tr class="{article.state}"><td class="article">{title}{below}{reason}</td>'
        f'<td class="outlet"><bdi>{escape(article.source or "")}</bdi></td>'
        f'<td class="date">{published}</td><td class="passages">{passages}</td>'
        f'<td class="state"><span>{"Not readable" if failed else "Indexed"}</span></td>'
        f'<td class="act"><button type="button" class="delete" data-doc-id="{name}" '
        f'data-title="{escape(article.title)}" aria-label="Delete {escape(article.title)}">Delete</button></td></tr>'
    )


def job_html(job: Job) -> str:
    """How a job stands: a bar while it runs, then what it did or why it failed."""
    if job.state == "failed":
        return f'<div class="box error" role="alert"><p>{escape(job.error or "The job failed.")}</p></div>'
    if job.state == "succeeded":
        return f'<div class="box" role="status"><p>{escape(summary(job))}</p>{_failures_html(job)}</div>'
    doing = escape(_DOING[job.kind] if job.state == "running" else "Waiting for its turn…")
    percent = round(100 * job.progress)
    return (
        f'<div class="box running" role="status"><p><span>{doing}</span><span>{percent} %</span></p>'
        f'<progress max="100" value="{percent}" aria-label="{doing}"></progress></div>'
    )


def summary(job: Job) -> str:
    """What a job that succeeded did, in a sentence or two.

    >>> from aliqa.foundations.types import JobCounts
    >>> summary(Job("1", "upload", "succeeded", counts=JobCounts(added=2, changed=1)))
    'Added 2 articles, changed 1. Answerable now.'
    >>> summary(Job("1", "index", "succeeded", counts=JobCounts(unchanged=5)))
    'Nothing has changed.'
    """
    counts = job.counts
    did = [("added", counts.added), ("changed", counts.changed), ("removed", counts.removed)]
    said = [(verb, number) for verb, number in did if number]
    if not said:
        return _NOTHING[job.kind]
    (verb, number), *others = said
    words = [f"{verb.capitalize()} {_many(number, 'article')}", *(f"{verb} {number:,}" for verb, number in others)]
    return ", ".join(words) + (". Answerable now." if counts.added or counts.changed else ".")


def _failures_html(job: Job) -> str:
    if not job.failures or job.kind == "delete":
        return ""
    items = "".join(_failure_html(failure) for failure in job.failures[:FAILURES])
    more = len(job.failures) - FAILURES
    rest = f"<li>{more:,} more: see the list</li>" if more > 0 else ""
    return f"<p>{_many(len(job.failures), 'file')} could not be read:</p><ul>{items}{rest}</ul>"


def _failure_html(failure: Failure) -> str:
    return f"<li><b><bdi>{escape(failure.doc_id)}</bdi></b>: <bdi>{escape(failure.reason)}</bdi></li>"


def _many(number: int, what: str) -> str:
    """A number and a noun.

    >>> _many(1, "article"), _many(2000, "file")
    ('1 article', '2,000 files')
    """
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"
