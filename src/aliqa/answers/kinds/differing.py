"""Where the articles differ: the surest pairs of statements that were compared when they were indexed."""

from typing import Final

from aliqa.answers.kinds.about_corpus import MOST_OPENING
from aliqa.answers.kinds.telling import Collection, Told, sentences
from aliqa.foundations.errors import NotCompared
from aliqa.foundations.messages import gettext, ngettext
from aliqa.foundations.protocols import Evidence
from aliqa.foundations.types import Filters, StatedPair, Statement

_MOST: Final = 3
"""How many pairs are quoted; all are on their own page."""

_UNKNOWN: Final = 0.5
"""How sure it is that there is no pair where none was found: nobody knows, since not all are found."""


def tell(about: str, articles: Collection) -> Told | None:
    """The pairs of statements that may disagree, on something if that was said; None if nothing was compared."""
    admitted = {meta.doc_id for meta in articles.metas()}
    try:
        known = [pair for pair in articles.store.disagreements() if {one.doc_id for one in pair.statements} <= admitted]
    except NotCompared:
        return None
    found = [pair for pair in known if not about or _is_about(pair, about, articles)]
    if not found:
        return Told((), _UNKNOWN, _none_found(about))
    pairs = [[_evidence(side, articles, pair.certainty) for side in pair.statements] for pair in found[:_MOST]]
    lead = ngettext(
        "{number} pair of statements may disagree or have changed.",
        "{number} pairs of statements may disagree or have changed.",
        len(found),
    )
    return Told([one for sides in pairs if all(sides) for one in sides if one], found[0].certainty, lead)


def _none_found(about: str) -> str:
    if about:
        return gettext(
            "I did not find two statements on “{about}” that disagree; not all that do are found.", about=about
        )
    return gettext("I did not find two statements that disagree; not all that do are found.")


def _is_about(pair: StatedPair, about: str, articles: Collection) -> bool:
    phrase = articles.phrase(about)
    return any(phrase.places(f"{one.title}\n{one.quote}") for one in pair.statements)


def _evidence(one: Statement, articles: Collection, certainty: float) -> Evidence | None:
    """The sentence that a statement is."""
    rows, _ = articles.store.dense(articles.embed(one.quote), MOST_OPENING, Filters(doc_ids=(one.doc_id,)))
    found = sentences(articles.store.records(rows.tolist()))
    return next((each.evidence(certainty) for each in found if each.sentence.span.start == one.char_start), None)
