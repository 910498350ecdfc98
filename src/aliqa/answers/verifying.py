"""Checks an answer against the files alone: no index, no model, no trust in whoever gave the answer.

================== ==========================================================================
``found``          the file is the same, and the quote stands at its offsets
``source_changed`` the file was changed since, but the quote still stands in it
``altered``        the file is the same, but says something else there; or the answer does
``missing``        the file is gone or cannot be read, or was changed and no longer has the quote
================== ==========================================================================
"""

from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from aliqa.articles import corpus as files
from aliqa.articles.loading import file_of, read_article
from aliqa.foundations.errors import ArticleError, ArticleNotFound, InvalidRequest
from aliqa.foundations.types import Article, CitationCheck, Span, Verdict, Verification

Offset = Annotated[int, Field(ge=0)]


class GivenCitation(BaseModel):
    """What of a citation is checked."""

    model_config = ConfigDict(strict=True, frozen=True)

    number: int
    doc_id: str
    quote: str = Field(min_length=1)
    char_start: Offset
    char_end: Offset
    answer_start: Offset
    answer_end: Offset
    doc_sha256: str


class GivenAnswer(BaseModel):
    """What of an answer is checked; its other fields do not matter."""

    model_config = ConfigDict(strict=True, frozen=True)

    answer: str
    citations: list[GivenCitation] = Field(max_length=1000)
    lead: str | None = None


def parse(data: bytes) -> GivenAnswer:
    """The answer in a JSON text. Raises InvalidRequest if it is none."""
    try:
        return GivenAnswer.model_validate_json(data)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"]) or "answer"
        raise InvalidRequest(field, f"{first['msg']}. Give the JSON object that aliqa ask --json prints") from error


def verify(answer: GivenAnswer, corpus: Path) -> Verification:
    """What became of every citation of an answer. Offsets count code points of the article's text.

    Its ``lead``, aliqa's own words on the articles, quotes nothing and is not checked; an answer may be a lead alone.
    """
    articles: dict[str, Article | str] = {}
    checks = []
    for citation in answer.citations:
        if citation.doc_id not in articles:
            articles[citation.doc_id] = _read(corpus, citation.doc_id)
        checks.append(_check(citation, answer.answer, articles[citation.doc_id]))
    lead = answer.lead or ""
    complete = bool(checks) or answer.answer.strip() == lead.strip()
    return Verification(complete and all(check.verdict == "found" for check in checks), tuple(checks), lead or None)


def _read(corpus: Path, doc_id: str) -> Article | str:
    """The article as its file says it now, or why there is none."""
    try:
        return read_article(files.find(corpus, file_of(doc_id)), doc_id)
    except ArticleNotFound:
        return "The corpus has no such article."
    except ArticleError as error:
        return f"Its file cannot be used. {error}"


def _check(given: GivenCitation, answer: str, article: Article | str) -> CitationCheck:
    if Span(given.answer_start, given.answer_end) != _at(given.answer_start, given.quote, answer):
        return CitationCheck(given.number, given.doc_id, "altered", "The answer does not say what the citation quotes.")
    if isinstance(article, str):
        return CitationCheck(given.number, given.doc_id, "missing", article)
    verdict, detail, place = _compare(given, article)
    return CitationCheck(given.number, given.doc_id, verdict, detail, *(place or (None, None)))


def _compare(given: GivenCitation, article: Article) -> tuple[Verdict, str, Span | None]:
    """The verdict on a quote that the answer does give, and where the article has it now."""
    place = _place(given, article.text)
    at_home = place == Span(given.char_start, given.char_end)
    there = f"at {place.start}-{place.end}" if place else "nowhere"
    if article.meta.sha256 == given.doc_sha256:
        if at_home:
            return "found", "The article says so at this place.", place
        return "altered", f"The article does not say so at this place, but {there}.", place
    if place is None:
        return "missing", "The article was changed and no longer says so.", None
    where = "at the same place" if at_home else f"now {there}"
    return "source_changed", f"The article was changed, but still says so, {where}.", place


def _at(start: int, quote: str, text: str) -> Span | None:
    """The span of a quote that begins at ``start`` of a text; None if it does not."""
    return Span(start, start + len(quote)) if text.startswith(quote, start) else None


def _place(given: GivenCitation, text: str) -> Span | None:
    """Where the quote stands in a text, as near to its offsets as possible; None if nowhere."""
    if home := _at(given.char_start, given.quote, text):
        return home
    after = text.find(given.quote, given.char_start)
    before = text.rfind(given.quote, 0, given.char_start + len(given.quote))
    found = [start for start in (before, after) if start >= 0]
    nearest = min(found, key=lambda start: abs(start - given.char_start), default=None)
    return None if nearest is None else Span(nearest, nearest + len(given.quote))
