"""From a folder of articles to a published index version: read, cut, embed, write, publish.

One unreadable file never stops the rest; it is listed with its reason.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from aliqa.catalog import Catalog, translated
from aliqa.chunking import Chunker, Chunks, embedding_input
from aliqa.errors import ArticleError, CorpusEmpty
from aliqa.loading import SUFFIXES, list_articles, read_article
from aliqa.protocols import Embedded, Embedder
from aliqa.store import VersionWriter
from aliqa.types import Article, BuildReport, Failure

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how many articles are done, and how many there are."""

_ARTICLES_AT_ONCE: Final = 32


@dataclass(frozen=True, slots=True)
class Indexer:
    """Builds index versions with one embedder and one way of cutting."""

    embedder: Embedder
    chunker: Chunker

    def build(self, corpus: Path, catalog: Catalog, progress: Progress) -> BuildReport:
        """Index every article of a folder and publish the result as a new version.

        Raises:
            CorpusError: the folder cannot be used; nothing was changed.
            IndexBusy, IndexUnwritable: the index cannot be written; the published version stands.
        """
        begin = time.perf_counter()
        doc_ids = list_articles(corpus)
        failures: list[Failure] = []
        with catalog.building() as workshop, translated(workshop.parent):
            writer = VersionWriter(workshop, self.embedder.dimension)
            done = 0
            for batch in _batches(self._readable(corpus, doc_ids, failures)):
                for article, chunks, embedded in self._embed(batch):
                    writer.add(article, chunks, embedded)
                done += len(batch)
                progress("embedding", done + len(failures), len(doc_ids))
            if not done:
                raise CorpusEmpty(corpus, SUFFIXES, failed=len(failures))
            content = writer.finish()
            made_with = {"embedding": self.embedder.fingerprint, "chunking": self.chunker.fingerprint}
            manifest = catalog.publish(workshop, {**content, **made_with, "failures": failures})
        seconds = time.perf_counter() - begin
        return BuildReport(manifest.info, done, 0, 0, 0, seconds, tuple(failures))

    def _readable(
        self, corpus: Path, doc_ids: Sequence[str], failures: list[Failure]
    ) -> Iterator[tuple[Article, Chunks]]:
        """The articles that can be read, cut; the others are added to ``failures``."""
        for doc_id in doc_ids:
            try:
                article = read_article(corpus / doc_id, doc_id)
                chunks = self.chunker.chunk(article)
                if not chunks.passages:
                    raise ArticleError("It holds no text besides its front matter; write some or remove it.")
            except ArticleError as error:
                failures.append(Failure(doc_id, str(error)))
            else:
                yield article, chunks

    def _embed(self, batch: Sequence[tuple[Article, Chunks]]) -> Iterator[tuple[Article, Chunks, list[Embedded]]]:
        """The articles with the vectors of their passages, all embedded together."""
        inputs = [embedding_input(article, chunks, one) for article, chunks in batch for one in chunks.passages]
        embedded = self.embedder.embed_passages(inputs)
        first = 0
        for article, chunks in batch:
            last = first + len(chunks.passages)
            yield article, chunks, embedded[first:last]
            first = last


def _batches(articles: Iterator[tuple[Article, Chunks]]) -> Iterator[list[tuple[Article, Chunks]]]:
    batch: list[tuple[Article, Chunks]] = []
    for one in articles:
        batch.append(one)
        if len(batch) == _ARTICLES_AT_ONCE:
            yield batch
            batch = []
    if batch:
        yield batch
