"""aliqa: from a folder of files to a published index on disk; a new article is answered from once that is open again."""

import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from aliqa import settings
from aliqa.chunking import Chunker, embedding_input
from aliqa.compiled import CompiledModel, openvino
from aliqa.embedding.bundled import FINGERPRINT, bundled_file
from aliqa.embedding.pooling import text_of
from aliqa.library import MODELS, Library, build, make_embedder
from aliqa.loading import list_articles, parse_article, read_files

_LAYERS, _WIDTH, _INNER = 6, 384, 1536


class System:
    """See `measure`. The files are written before the time begins to run."""

    def __init__(self, model: Path, scratch: Path) -> None:
        assert bundled_file("model.safetensors").parent == model
        self._settings = settings.load(
            corpus_dir=scratch / "corpus", index_dir=scratch / "index", reading={"model": "none"}
        )
        self._embedder = make_embedder(self._settings)

    def prepare(self, articles: Sequence[tuple[str, str]]) -> None:
        """Write the files."""
        for name, text in articles:
            self._write(name, text)

    def index(self, articles: Sequence[tuple[str, str]]) -> None:
        """Index articles: names and texts."""
        build(self._settings, embedder=self._embedder, full=True)
        self._library = Library.open(self._settings, self._embedder)

    def search(self, query: str, k: int) -> list[tuple[str, str]]:
        """The best passages: names of articles and texts."""
        return [(one.doc_id, one.text) for one in self._library.search(query, top_k=k)]

    def add(self, name: str, text: str) -> None:
        """Index one more article."""
        self._write(name, text)
        build(self._settings, embedder=self._embedder)
        self._library = Library.open(self._settings, self._embedder, self._library.reader)

    def limits(self) -> dict[str, float]:
        """How long the bare forward passes of the index take, and the same at the machine's rate of multiplication."""
        tokens = list(self._tokens())
        rate = _multiplications()
        model = self._model()
        begin, busy = time.perf_counter(), time.process_time()
        for _ in model.each(_batches(tokens, self._settings.embedding.batch_size)):
            pass
        bare = {"bare_s": time.perf_counter() - begin, "bare_cpu_s": time.process_time() - busy}
        work = sum(len(one) * _operations(len(one)) for one in tokens)
        return {**bare, "tokens": sum(map(len, tokens)), "matrix_cpu_s": work / rate, "gflops": rate / 1e9}

    def _tokens(self) -> Iterator[list[int]]:
        """The word pieces of every passage of the corpus."""
        from tokenizers import Tokenizer

        tokenizer = Tokenizer.from_file(str(bundled_file("tokenizer.json")))
        tokenizer.enable_truncation(256)
        tokenizer.no_padding()
        chunker, corpus = Chunker(self._settings.chunking, self._embedder), self._settings.corpus_dir
        for name in list_articles(corpus):
            for file in read_files(corpus / name, name):
                article = parse_article(file)
                chunks = chunker.chunk(article)
                texts = [text_of(embedding_input(article, chunks, one)) for one in chunks.passages]
                yield from (one.ids for one in tokenizer.encode_batch(texts))

    def _model(self) -> CompiledModel:
        folder = self._settings.index_dir / MODELS / FINGERPRINT
        return CompiledModel(openvino().Core().read_model(folder / "model.xml"))

    def _write(self, name: str, text: str) -> None:
        path = self._settings.corpus_dir / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="")


def _batches(tokens: list[list[int]], size: int) -> Iterator[tuple[Any, Any]]:
    """Batches of like length: ids and masks, (b, t) both."""
    ordered = sorted(tokens, key=len)
    for first in range(0, len(ordered), size):
        batch = ordered[first : first + size]
        ids = np.zeros((len(batch), len(batch[-1])), np.int64)
        mask = np.zeros_like(ids)
        for row, one in enumerate(batch):
            ids[row, : len(one)], mask[row, : len(one)] = one, 1
        yield ids, mask


def _operations(length: int) -> float:
    """Floating point operations that a token of a text of this length takes in matrix products."""
    return _LAYERS * 2 * (4 * _WIDTH**2 + 2 * _WIDTH * _INNER + 2 * length * _WIDTH)


def _multiplications(size: int = 2048, times: int = 10) -> float:
    """How many floating point operations a large bfloat16 matrix product does in a second of one processor."""
    import torch

    one = torch.rand(size, size).to(torch.bfloat16)
    one @ one
    busy = time.process_time()
    for _ in range(times):
        one @ one
    return times * 2 * size**3 / (time.process_time() - busy)
