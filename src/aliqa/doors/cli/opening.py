"""The library that commands ask, and which of its articles they may be answered from."""

from collections.abc import Mapping
from datetime import datetime
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

from aliqa.foundations import settings
from aliqa.foundations.errors import InvalidRequest
from aliqa.foundations.types import Filters

if TYPE_CHECKING:
    from aliqa.library import Library


def opened(index: Path | None, field: str, text: str, filters: Filters) -> "Library":
    """The library, after a check that it can be asked this: opening it takes seconds."""
    chosen = settings.load(index_dir=index)
    from aliqa.library import Library, checked

    checked(field, text, filters)
    library = Library.open(chosen)
    _check_names(library, filters)
    return library


def _check_names(library: "Library", filters: Filters) -> None:
    """Raise InvalidRequest for an outlet or an article that the index does not hold: it is mistyped."""
    articles = library.articles()
    outlets = {one.source.casefold(): one.source for one in articles if one.source}
    doc_ids = {one.doc_id: one.doc_id for one in articles}
    for source in filters.sources or ():
        if source.casefold() not in outlets:
            raise InvalidRequest("source", _unknown("is from", source, source.casefold(), outlets, "aliqa sources"))
    for doc_id in filters.doc_ids or ():
        if doc_id not in doc_ids:
            raise InvalidRequest("doc", _unknown("is called", doc_id, doc_id, doc_ids, "aliqa articles"))


def _unknown(what: str, given: str, sought: str, known: Mapping[str, str], listing: str) -> str:
    near = get_close_matches(sought, known, n=1)
    meant = f"; did you mean “{known[near[0]]}”?" if near else "."
    return f"no article {what} “{given}”{meant} List them with: {listing}"


def filters_of(since: datetime | None, until: datetime | None, *lists: list[str] | None) -> Filters:
    """The filters; ``lists`` are outlets, articles, collections and tags."""
    sources, doc_ids, collections, tags = (tuple(one) if one else None for one in lists)
    first, last = (one.date() if one else None for one in (since, until))
    return Filters(first, last, doc_ids, sources, collections, tags)
