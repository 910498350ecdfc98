"""Commands for tags and notes, which stand in one file beside the articles."""

from typing import TYPE_CHECKING, Annotated

import typer

from aliqa.doors.cli.options import CorpusOption, IndexOption, JsonOption, decoded
from aliqa.doors.cli.printing import print_json, printable
from aliqa.foundations import settings

if TYPE_CHECKING:
    from aliqa.articles.notes import ArticleNote

DocArgument = Annotated[str, typer.Argument(metavar="ARTICLE", callback=decoded, help="as `aliqa articles` names it")]
QuoteOption = Annotated[str | None, typer.Option("--quote", help="words of the article that it is about, verbatim")]


def tag(
    doc_id: DocArgument,
    tags: Annotated[list[str], typer.Argument(metavar="TAG...", help="tags to add")],
    remove: Annotated[bool, typer.Option("--remove", help="take these tags away instead")] = False,
    quote: QuoteOption = None,
    corpus: CorpusOption = None,
    index: IndexOption = None,
    as_json: JsonOption = False,
) -> None:
    """Tag an article, or a quote of it."""
    _put(doc_id, quote, settings.load(corpus_dir=corpus, index_dir=index), as_json, tags=tags, remove=remove)


def note(
    doc_id: DocArgument,
    words: Annotated[str, typer.Argument(metavar="NOTE", callback=decoded, help="the note; empty takes it away")],
    quote: QuoteOption = None,
    corpus: CorpusOption = None,
    index: IndexOption = None,
    as_json: JsonOption = False,
) -> None:
    """Note something on an article, or on a quote of it."""
    _put(doc_id, quote, settings.load(corpus_dir=corpus, index_dir=index), as_json, words=words)


def notes(corpus: CorpusOption = None, index: IndexOption = None, as_json: JsonOption = False) -> None:
    """Print tags and notes, and the file in which they stand."""
    from aliqa.articles.notes import Notes

    kept = Notes(settings.load(corpus_dir=corpus, index_dir=index).corpus_dir)
    if as_json:
        print_json({"articles": kept.all(), "tags": kept.tags()})
        return
    for doc_id, one in kept.all().items():
        _print(doc_id, one)
    tags = ", ".join(f"{count.tag} ({count.articles:,})" for count in kept.tags())
    typer.echo(f"In {printable(str(kept.path))}: {tags or 'no tags'}")


def _put(
    doc_id: str,
    quote: str | None,
    chosen: settings.Settings,
    as_json: bool,
    *,
    tags: list[str] | None = None,
    remove: bool = False,
    words: str | None = None,
) -> None:
    """Change the tags, or the note, and leave the other as it is."""
    from aliqa.articles.corpus import find
    from aliqa.articles.loading import file_of, read_article
    from aliqa.articles.notes import ArticleNote, Notes
    from aliqa.foundations.errors import InvalidRequest

    text = read_article(find(chosen.corpus_dir, file_of(doc_id)), doc_id).text
    if quote is not None and quote not in text:
        raise InvalidRequest("quote", "the article does not say so; give words of it verbatim")
    kept = Notes(chosen.corpus_dir)
    article = kept.all().get(doc_id, ArticleNote())
    before = next((one for one in article.quotes if one.quote == quote), None) if quote else article
    had, noted = (before.tags, before.note) if before else ((), "")
    if tags is not None:
        had = tuple(one for one in had if one not in tags) if remove else (*had, *tags)
    now = kept.put(doc_id, had, noted if words is None else words, quote)
    if as_json:
        print_json(now)
    else:
        _print(doc_id, now)


def _print(doc_id: str, kept: "ArticleNote") -> None:
    typer.echo(printable(f"{doc_id}: {', '.join(kept.tags)}{' | ' if kept.note else ''}{kept.note}"))
    for one in kept.quotes:
        typer.echo(printable(f"  “{one.quote}”: {', '.join(one.tags)}{' | ' if one.note else ''}{one.note}"))
