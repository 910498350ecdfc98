"""The routes of tags, notes and collections."""

from dataclasses import dataclass

from fastapi import APIRouter, Depends

from aliqa.articles.notes import ArticleNote, Tag
from aliqa.doors.http import examples, problems
from aliqa.doors.http.bodies import BodyRoute
from aliqa.doors.http.dependencies import TheLibrary
from aliqa.doors.http.guard import needs
from aliqa.doors.http.requests import NoteBody
from aliqa.doors.kept.access import require


@dataclass(frozen=True, slots=True)
class Counted:
    """A folder of articles, and how many are in it and in folders inside of it."""

    collection: str
    articles: int


@dataclass(frozen=True, slots=True)
class Noted:
    """What is noted, by article; the tags and the collections with how many articles each has."""

    articles: dict[str, ArticleNote]
    tags: tuple[Tag, ...]
    collections: tuple[Counted, ...]


routes = APIRouter(route_class=BodyRoute, dependencies=[needs("ask")], tags=["notes"])


@routes.get(
    "/notes",
    summary="List tags, notes and collections",
    responses=problems.documented(503) | problems.shown("By article, with counts", notes=examples.NOTES),
)
def notes(current: TheLibrary) -> Noted:
    """They stand in one file beside the folder of articles; folders are collections."""
    library = current.library()
    folders = tuple(Counted(folder, count) for folder, count in library.collections())
    return Noted(library.notes.all(), library.notes.tags(), folders)


@routes.post(
    "/notes",
    summary="Tag an article or a quote of it, and note something on it",
    dependencies=[Depends(lambda: require("manage"))],
    responses=problems.documented(400, 404, 413, 415, 422, 503)
    | problems.shown("What the article has now", note=examples.NOTES["articles"]["shipping/northwind.md"]),
)
def note(body: NoteBody, current: TheLibrary) -> ArticleNote:
    """What is given takes the place of what the article, or the quote, had."""
    return current.library().annotate(body.doc_id, body.tags, body.note, body.quote)
