"""What the bodies of requests may say. Unknown fields and wrong types are refused."""

import re
from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    WithJsonSchema,
    model_validator,
)
from pydantic_core import PydanticCustomError

from aliqa.answers.dossier import LONGEST_TITLE, MOST
from aliqa.articles.notes import LONGEST_NOTE, MOST_TAGS
from aliqa.doors.http.examples import ANSWER, FEED_TO_ADD, FILTERS, INDEX_ORDER, NOTE, QUESTION, SEARCH, UPLOAD, WATCH
from aliqa.foundations.limits import LONGEST_QUESTION, MOST_FOUND, MOST_PASSAGES, MOST_TURNS
from aliqa.foundations.types import Filters, Turn

_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def _iso_date(value: object) -> object:
    if isinstance(value, str) and _ISO_DATE.fullmatch(value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    raise PydanticCustomError("iso_date", "Input should be a date like 2025-01-31")


def _utf8(value: str) -> str:
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise PydanticCustomError("unicode", "Input should not hold half of a surrogate pair") from error
    return value


Text = Annotated[str, AfterValidator(_utf8)]
IsoDate = Annotated[
    date, BeforeValidator(_iso_date), WithJsonSchema({"type": "string", "format": "date", "examples": ["2025-01-31"]})
]
Question = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST_QUESTION)]

Limit = Annotated[
    int | None, Field(ge=1, le=50, description="how many sentences or articles to tell where a question wants several")
]
AsTyped = Annotated[bool, Field(description="search the question as it is, and correct no misspelt name")]


class _Body(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class FiltersBody(_Body):
    """Which articles may be searched; every field that is given must hold."""

    model_config = ConfigDict(json_schema_extra={"examples": [FILTERS]})

    since: IsoDate | None = Field(default=None, description="the first day; undated articles are left out")
    until: IsoDate | None = Field(default=None, description="the last day; undated articles are left out")
    doc_ids: list[Text] | None = Field(default=None, description="only these articles")
    sources: list[Text] | None = Field(default=None, description="only these outlets; case does not matter")
    collections: list[Text] | None = Field(default=None, description="only articles in these folders")
    tags: list[Text] | None = Field(default=None, description="only articles with one of these tags")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.since and self.until and self.since > self.until:
            raise PydanticCustomError("date_order", "since should not be after until")
        return self

    def as_filters(self) -> Filters:
        """The same as the library takes it."""
        lists = (self.doc_ids, self.sources, self.collections, self.tags)
        return Filters(self.since, self.until, *map(_optional_tuple, lists))


class ArticlesQuery(FiltersBody):
    """Which articles are listed."""

    mentions: Question | None = Field(default=None, description="only those that mention this, most mentions first")
    limit: int | None = Field(default=None, strict=False, ge=1, description="how many, at most")


class TurnBody(_Body):
    """One earlier message of the conversation."""

    role: Literal["user", "assistant"]
    content: Text


class AskBody(_Body):
    """A question, and how it may be answered."""

    model_config = ConfigDict(json_schema_extra={"examples": [QUESTION]})

    question: Question = Field(description="the question; blanks around it are dropped")
    history: list[TurnBody] | None = Field(
        default=None, max_length=MOST_TURNS, description="earlier messages, oldest first"
    )
    mode: Literal["extractive", "synthesis"] = Field(default="extractive", description="how the answer is written")
    top_k: int = Field(default=5, ge=1, le=MOST_PASSAGES, description="how many passages to return")
    filters: FiltersBody | None = Field(default=None, description="which articles may be searched")
    limit: Limit = None
    as_typed: AsTyped = False
    stream: bool = Field(default=False, description="send the answer part by part, as text/event-stream")

    def turns(self) -> tuple[Turn, ...]:
        """The history as the library takes it."""
        return tuple(Turn(turn.role, turn.content) for turn in self.history or ())


class WatchBody(_Body):
    """A question to be watched."""

    model_config = ConfigDict(json_schema_extra={"examples": [WATCH]})

    question: Question = Field(description="the question; blanks around it are dropped")


class NoteBody(_Body):
    """Tags and a note on an article, or on a quote of it; they take the place of those that are there."""

    model_config = ConfigDict(json_schema_extra={"examples": [NOTE]})

    doc_id: Text = Field(description="the article")
    tags: list[Annotated[Text, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]] = Field(
        default=[], max_length=MOST_TAGS, description="none takes all away"
    )
    note: Annotated[Text, StringConstraints(max_length=LONGEST_NOTE)] = ""
    quote: Annotated[Text, StringConstraints(min_length=1, max_length=20_000)] | None = Field(
        default=None, description="words of the article, verbatim; null for the article as a whole"
    )


class NameBody(_Body):
    """A name to be watched."""

    name: Annotated[Question, StringConstraints(max_length=200)] = Field(description="as articles write it")


class NamesBody(_Body):
    """Names to be looked for in all articles."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"names": ["Ines Okafor", "Northwind Lines"]}]})

    names: list[Annotated[Question, StringConstraints(max_length=200)]] = Field(min_length=1, max_length=500)


class FeedBody(_Body):
    """A feed to be asked again and again."""

    model_config = ConfigDict(json_schema_extra={"examples": [FEED_TO_ADD]})

    url: Annotated[Text, StringConstraints(min_length=1, max_length=2000)] = Field(description="its address")
    hosts: list[Text] = Field(default=[], max_length=50, description="further hosts that may be asked for its pages")
    folder: Annotated[Text, StringConstraints(min_length=1)] | None = Field(
        default=None, description="where in the folder of articles its pages go; a folder called like its host if null"
    )


class SearchBody(_Body):
    """A query for passages."""

    model_config = ConfigDict(json_schema_extra={"examples": [SEARCH]})

    query: Question = Field(description="what to look for; blanks around it are dropped")
    top_k: int = Field(default=10, ge=1, le=MOST_FOUND, description="how many passages to return")
    filters: FiltersBody | None = Field(default=None, description="which articles may be searched")


class DossierBody(_Body):
    """What goes into a dossier."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"title": "Ferries", "answers": [ANSWER], "tag": None}]})

    title: Annotated[Text, StringConstraints(min_length=1, max_length=LONGEST_TITLE)] = "Dossier"
    answers: list[dict[str, Any]] = Field(default=[], max_length=MOST, description="as /ask returned them")
    tag: Text | None = Field(default=None, description="with the quotes that have this tag")


class IndexBody(_Body):
    """How to bring the index up to date."""

    model_config = ConfigDict(json_schema_extra={"examples": [INDEX_ORDER]})

    full: bool = Field(default=False, description="make everything anew, keep nothing of the published version")
    force: bool = Field(default=False, description="publish even if more than half of the articles are gone")
    retry_failed: bool = Field(default=False, description="read unchanged files anew that could not be read")


class UploadBody(_Body):
    """One article as text."""

    model_config = ConfigDict(json_schema_extra={"examples": [UPLOAD]})

    name: Text = Field(description="its path inside the folder of articles, with a suffix that can be read")
    text: Text = Field(description="what the file is to hold")


def admitted(body: AskBody | SearchBody) -> Filters:
    """Which articles a request may be answered from."""
    return body.filters.as_filters() if body.filters else Filters()


def _optional_tuple(values: list[str] | None) -> tuple[str, ...] | None:
    return None if values is None else tuple(values)
