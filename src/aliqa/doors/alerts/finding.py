"""Finds what is new: in the answers to watched questions, in an index version, in what feeds brought."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from aliqa.answers.remarks import difference
from aliqa.articles.feeds import Feeds
from aliqa.doors.alerts.alert import Alert, Quote, cited, identity, mentioned, stated
from aliqa.doors.alerts.outbox import Outbox
from aliqa.foundations.errors import NotCompared
from aliqa.foundations.types import StatedPair, Watched, difference_words

if TYPE_CHECKING:
    from aliqa.library import Library


def answers(changed: Sequence[Watched]) -> Iterator[Alert]:
    """An alert for each question whose answer says something else, or out of other places, than before.

    The same change, found twice, is one by its id; an answer that comes back later is another.
    """
    for one in changed:
        now, before = one.now, one.before
        moved = one.new_citations or one.gone_citations or one.new_disagreements
        if (
            now is None
            or before is None
            or not (moved or (now.answered, now.answer) != (before.answered, before.answer))
        ):
            continue
        yield Alert(
            identity("answer", one.id, one.changed_at), "answer", one.changed_at or now.asked_at, one.question,
            _what(one), tuple(map(cited, one.new_citations)), tuple(map(cited, one.gone_citations)), now.answer,
            before.answer,
        )  # fmt: skip


def _what(one: Watched) -> str:
    """What became of an answer, in a sentence."""
    assert one.now
    assert one.before
    if one.now.answered != one.before.answered:
        return "The articles answer this now." if one.now.answered else "The articles do not answer this any longer."
    if one.new_disagreements:
        return f"{difference(one.new_disagreements[0])}."
    return "The answer is another one." if one.now.answer != one.before.answer else "The answer has other sources."


def look(outbox: Outbox, library: "Library") -> None:
    """Keep alerts for names in new articles, and for disagreements that were not there; and that it was looked.

    Of the first version that is looked at, disagreements are only noted.
    """
    version = library.info.version
    alerts, known = [], []
    for name in outbox.names():
        seen = outbox.known(f"in {name}")
        for mention in library.mentions(name):
            if mention.doc_id not in seen:
                known.append((f"in {name}", mention.doc_id))
                key = identity("name", name, mention.doc_id)
                what = f"An article mentions {name}: {mention.title}"
                alerts.append(Alert(key, "name", _now(), name, what, (mentioned(mention),)))
    seen, first = outbox.known("disagreement"), outbox.looked_at() is None
    for pair in _pairs(library):
        if (key := _of_pair(pair)) not in seen:
            known.append(("disagreement", key))
            if not first:
                alerts.append(_disagreement(key, pair))
    outbox.put(alerts, known=known, marks=[("version", version)])


def corrections(outbox: Outbox, feeds: Feeds) -> None:
    """Keep an alert for every article of a feed that says something else than before."""
    found = feeds.corrections(int(outbox.mark("correction") or 0))
    alerts = []
    for one in found:
        new = tuple(Quote(now, one.doc_id, one.title, url=one.url) for _, now in one.changes if now)
        old = tuple(Quote(was, one.doc_id, one.title, url=one.url) for was, _ in one.changes if was)
        at = datetime.fromtimestamp(one.at, UTC)
        key = identity("correction", one.url, one.number, one.at)
        alerts.append(Alert(key, "correction", at, one.title, f"The article was changed: {one.title}", new, old))
    if found:
        outbox.put(alerts, marks=[("correction", str(found[-1].number))])


def _pairs(library: "Library") -> tuple[StatedPair, ...]:
    try:
        return library.disagreements()
    except NotCompared:
        return ()


def _of_pair(pair: StatedPair) -> str:
    """What makes two statements that disagree these two, wherever else their articles change."""
    return identity("disagreement", sorted((one.doc_id, one.quote) for one in pair.statements))


def _disagreement(key: str, pair: StatedPair) -> Alert:
    """The newer statement is the new one."""
    first, second = sorted(pair.statements, key=lambda one: str(one.published or ""), reverse=True)
    what = f"{difference_words(pair.kind, pair.about, f'{first.value}; {second.value}')}."
    return Alert(key, "disagreement", _now(), pair.about, what, (stated(first),), (stated(second),))


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)
