"""From the bytes of a file to an article: its text, and what is known about it."""

from pathlib import Path, PurePosixPath

from aliqa.articles.loading.apart import shared
from aliqa.articles.loading.extract import one_line
from aliqa.articles.loading.fields import ADDRESS
from aliqa.articles.loading.files import SourceFile, file_of, read_files
from aliqa.articles.loading.first_lines import read_first_lines
from aliqa.articles.loading.formats import TRUSTED, reader_of
from aliqa.foundations.errors import ArticleError
from aliqa.foundations.types import Article, ArticleMeta

_LONGEST = 500
"""Code points of a title or a name."""


def read_article(path: Path, doc_id: str) -> Article:
    """The article ``doc_id`` in the file ``path``, which is known as ``file_of(doc_id)``.

    Raises:
        ArticleError: it cannot be read, or the file holds no article of this name.
    """
    for file in read_files(path, file_of(doc_id)):
        if file.doc_id == doc_id:
            return parse_article(file)
    raise ArticleError("The file holds no such line. Its lines have changed.")


def parse_article(file: SourceFile) -> Article:
    """The article in a file. Formats that may take long are read in another process, which is ended if they do.

    Raises:
        ArticleError: the file is not what its suffix says, holds no words, or takes too long or too much memory.
    """
    if file.suffix in TRUSTED:
        return make_article(file)
    article: Article = shared.call(f"{__name__}:{make_article.__name__}", file)
    return article


def make_article(file: SourceFile) -> Article:
    """The article in a file, made in this process. What its format does not know is read from the first lines.

    Raises:
        ArticleError: the file is not what its suffix says, or holds no words.
    """
    extract = reader_of(file.suffix)(file.data)
    body = extract.text[extract.body_start :]
    if not body.strip():
        raise ArticleError("It is empty. Write something into it, or delete it.")
    first = read_first_lines(body)
    meta = ArticleMeta(
        doc_id=file.doc_id,
        sha256=file.sha256,
        title=_named(extract.title) or first.title or PurePosixPath(file_of(file.doc_id)).stem,
        author=_named(extract.author) or first.author,
        source=_named(extract.source) or first.source,
        published=extract.published or first.published,
        url=next((url for url in (extract.url, file.url) if url and ADDRESS.match(url)), None),
        bytes=len(file.data),
        body_start=extract.body_start,
        pages=extract.pages,
        reading=extract.reading,
    )
    return Article(meta, extract.text)


def _named(words: str | None) -> str | None:
    return one_line(words or "")[:_LONGEST] or None
