"""What an index holds of articles, passages and vectors: made a block at a time, kept until it is published.

How a vector is rounded depends a little on what is embedded beside it. So articles are cut into the same blocks
wherever they are made, by their length alone, which is known before they are read: who makes the same blocks makes
the same index.
"""

import hashlib
import os
import shutil
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO
from itertools import islice
from pathlib import Path
from typing import Any, Final
from zipfile import BadZipFile

import numpy as np

from aliqa.articles.durable import translated
from aliqa.foundations.protocols import Embedded, Embedder
from aliqa.foundations.types import Article, Passage, Sentence, SentenceKind, Span
from aliqa.index.chunking import Chunker, Chunks, embedding_input

Made = tuple[Article, Chunks, list[Embedded]]
"""An article with its passages and their vectors."""

Engine = Callable[[Iterable[Sequence[Article]]], Iterator[list[Made]]]
"""Makes blocks of articles, in their order."""

_BLOCK_CHARACTERS: Final = 120_000
"""A block ends with the article that reaches so many code points: about 170 passages of English."""

_AT_ONCE: Final = 2
"""Blocks that are made at the same time: while one is cut, or its last batches run, the other keeps the cores busy."""

_LEAST_CHARACTERS: Final = 700
"""What an article counts at least: it makes a passage, however short it is."""

_KINDS: Final = tuple(SentenceKind)
_NO_HEADING: Final = Span(-1, -1)


@dataclass(frozen=True, slots=True)
class Maker:
    """Makes articles with one embedder and one way of cutting."""

    embedder: Embedder
    chunker: Chunker

    @property
    def recipe(self) -> str:
        """Names the model and the way of cutting; two makers of one recipe make alike."""
        return f"{self.embedder.fingerprint}, {self.chunker.fingerprint}"

    def name(self, article: Article) -> str:
        """Names what is made of an article, which depends on its text and title, by a hash in hexadecimal digits."""
        digest = hashlib.sha256(repr((self.recipe, article.meta.title, article.meta.body_start)).encode())
        digest.update(article.text.encode("utf-8", "surrogatepass"))
        return digest.hexdigest()

    def make(self, block: Sequence[Article]) -> list[Made]:
        """The articles of a block with their passages and vectors."""
        cut = [(article, self.chunker.chunk(article)) for article in block]
        inputs = [embedding_input(article, chunks, passage) for article, chunks in cut for passage in chunks.passages]
        embedded = iter(self.embedder.embed_passages(inputs))
        return [(article, chunks, list(islice(embedded, len(chunks.passages)))) for article, chunks in cut]

    def make_each(self, blocks: Iterable[Sequence[Article]]) -> Iterator[list[Made]]:
        """Make blocks in this process, in their order, while those that are made are used: an `Engine`."""
        with ThreadPoolExecutor(_AT_ONCE, "aliqa-embedding") as pool:
            coming: deque[Future[list[Made]]] = deque()
            try:
                for block in blocks:
                    coming.append(pool.submit(self.make, block))
                    if len(coming) > _AT_ONCE:
                        yield coming.popleft().result()
                while coming:
                    yield coming.popleft().result()
            finally:
                for future in coming:
                    future.cancel()


def in_blocks(articles: Iterable[Article], enough: int | None = None) -> Iterator[list[Article]]:
    """The articles in blocks, in their order; a block is full with so many characters, ``enough``."""
    enough = enough or _BLOCK_CHARACTERS
    block: list[Article] = []
    characters = 0
    for article in articles:
        block.append(article)
        characters += max(len(article.text), _LEAST_CHARACTERS)
        if characters >= enough:
            yield block
            block, characters = [], 0
    if block:
        yield block


class Journal:
    """What was made for a version that is not published yet, in a folder, an article a file.

    It lets a long build that died go on: what it had made is not made again. A name says all that the contents depend
    on, so that no entry can be wrong, whatever changed meanwhile; a torn one is noticed by its checksums and made anew.
    Publishing in rounds would need no journal, but readers would see a half of what is made anew.
    """

    def __init__(self, folder: Path) -> None:
        """``folder`` need not exist; it is removed when all is published."""
        self._folder = folder

    def names(self) -> frozenset[str]:
        """What is kept, by `Maker.name`; what a process is still writing, or was when it ended, is not."""
        with suppress(OSError):
            return frozenset(name for name in os.listdir(self._folder) if "." not in name)
        return frozenset()

    def keep(self, name: str, packed: bytes) -> None:
        """Keep what `pack` gave. Raises IndexUnwritable."""
        unfinished = self._folder / f"{name}.{os.getpid()}"
        with translated(self._folder):
            self._folder.mkdir(parents=True, exist_ok=True)
            unfinished.write_bytes(packed)
            unfinished.replace(self._folder / name)

    def read(self, name: str) -> tuple[Chunks, list[Embedded]] | None:
        """What was kept under a name; None if it is gone or damaged."""
        try:
            return unpack((self._folder / name).read_bytes())
        except (OSError, ValueError, KeyError, EOFError, BadZipFile):
            return None

    def clear(self) -> None:
        """Remove everything."""
        if self._folder.exists():
            shutil.rmtree(self._folder, ignore_errors=True)


def pack(chunks: Chunks, embedded: Sequence[Embedded]) -> bytes:
    """What was made of an article as bytes with checksums (numpy's ``.npz``); vectors stay float32."""
    file = BytesIO()
    np.savez(
        file,
        sentences=np.array([(*sentence.span, _KINDS.index(sentence.kind)) for sentence in chunks.sentences], np.int32),
        passages=np.array(
            [(*passage.span, *passage.sentences, *(passage.heading or _NO_HEADING)) for passage in chunks.passages],
            np.int32,
        ),
        vectors=np.array([vectors.passage for vectors in embedded], np.float32),
        sentence_vectors=np.concatenate([vectors.sentences for vectors in embedded] or [np.zeros((0, 0), np.float32)]),
    )
    return file.getvalue()


def unpack(packed: bytes) -> tuple[Chunks, list[Embedded]]:
    """What `pack` was given. Raises ValueError, KeyError, EOFError or BadZipFile if these bytes are damaged."""
    with np.load(BytesIO(packed), allow_pickle=False) as arrays:
        sentences = tuple(Sentence(Span(*span), _KINDS[kind]) for *span, kind in arrays["sentences"].tolist())
        passages = tuple(_passage(*row) for row in arrays["passages"].tolist())
        counts = [one.sentences.end - one.sentences.start for one in passages]
        parts: list[Any] = np.split(arrays["sentence_vectors"], np.cumsum(counts)[:-1]) if counts else []
        pairs = zip(arrays["vectors"], parts, strict=True)
    return Chunks(sentences, passages), [Embedded(passage, vectors) for passage, vectors in pairs]


def _passage(start: int, end: int, first: int, last: int, heading_start: int, heading_end: int) -> Passage:
    heading = Span(heading_start, heading_end)
    return Passage(Span(start, end), Span(first, last), None if heading == _NO_HEADING else heading)
