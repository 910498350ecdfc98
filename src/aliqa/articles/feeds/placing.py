"""The file of a page: found by its address, written whole, and replaced in one step by what the page says later."""

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

from aliqa.articles import corpus as files
from aliqa.articles.adding import names, welcome
from aliqa.articles.fetching import Fetched
from aliqa.articles.loading import SPLITTERS, SourceFile, note_origin, parse_article, read_article
from aliqa.articles.loading.origin import noted_url
from aliqa.foundations.errors import AliqaError, ArticleError, CorpusUnwritable
from aliqa.foundations.types import Article
from aliqa.text.edits import sentence_changes

_SEVERAL: Final = "It may hold several articles; only pages that are one article each are taken."


@dataclass(frozen=True, slots=True)
class Read:
    """A page as an article, and what tells whether it says the same as before."""

    fetched: Fetched
    article: Article

    @property
    def digest(self) -> str:
        """A hash of the title and the text; the rest of a page changes with every request."""
        said = " ".join([self.article.meta.title, *self.article.text.split()])
        return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()


def read(fetched: Fetched) -> Read:
    """The article of a page. Raises ArticleError if there is none, or may be several."""
    name = welcome(fetched.name)
    if PurePosixPath(name).suffix.lower() in SPLITTERS:
        raise ArticleError(_SEVERAL)
    data = fetched.data
    return Read(fetched, parse_article(SourceFile(name, data, hashlib.sha256(data).hexdigest(), fetched.url)))


def place(corpus: Path, folder: str, url: str, page: Read, doc_id: str | None = None) -> str:
    """Write the file of a page and say its name: ``doc_id``, else the first free one in ``folder``.

    A file that was written for this address before it could be told of is used again. Where the page came from is
    noted first.

    Raises:
        CorpusUnwritable, InvalidRequest: it cannot be written.
    """
    wanted = PurePosixPath(folder, files.accepted(welcome(page.fetched.name), len(page.fetched.data)))
    chosen = doc_id or next(name for name in names(str(wanted)) if _is_free(corpus / name, url))
    path = corpus / chosen
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        note_origin(path, url, hashlib.sha256(page.fetched.data).hexdigest())
    except OSError as error:
        raise CorpusUnwritable(corpus, error.strerror or type(error).__name__) from error
    files.put(corpus, chosen, page.fetched.data)
    return chosen


def _is_free(path: Path, url: str) -> bool:
    return not os.path.lexists(path) or noted_url(path) == url


def differences(corpus: Path, doc_id: str, page: Read) -> tuple[tuple[str, str], ...]:
    """The sentences that a page says differently than its file in the corpus does, the title among them."""
    try:
        old = read_article(files.find(corpus, doc_id), doc_id)
    except AliqaError:
        return ()
    new = page.article
    titles = ((old.meta.title, new.meta.title),) if old.meta.title != new.meta.title else ()
    changed = sentence_changes(old.text, new.text, old.meta.body_start, new.meta.body_start)
    return titles + tuple(pair for pair in changed if pair not in titles)
