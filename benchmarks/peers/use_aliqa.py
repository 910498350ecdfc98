"""aliqa: from a folder of files to a published index; a new article is answered from once that is open again."""

import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from aliqa.articles.loading import list_articles, parse_article, read_files
from aliqa.foundations import settings
from aliqa.foundations.types import BuildOptions
from aliqa.index.chunking import Chunker, embedding_input
from aliqa.index.compiled import CompiledModel, Ids, batches, openvino, padded
from aliqa.index.embedding.bundled import FINGERPRINT, MODEL, bundled_file
from aliqa.index.embedding.pooling import text_of
from aliqa.library import MODELS, Library, build, make_embedder

_LAYERS, _WIDTH, _INNER = 6, 384, 1536
_TOKENS_AT_ONCE = 1024


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
        build(self._settings, BuildOptions(full=True), embedder=self._embedder)
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
        chosen = batches([len(one) for one in tokens], self._settings.embedding.batch_size, _TOKENS_AT_ONCE)
        for _ in model.each(_inputs([tokens[i] for i in batch]) for batch in chosen):
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
        return CompiledModel(openvino().Core().read_model(folder / "model.xml"), eight_bits=MODEL.eight_bits)

    def _write(self, name: str, text: str) -> None:
        path = self._settings.corpus_dir / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="")


def _inputs(rows: Sequence[Sequence[int]]) -> tuple[Ids, Ids]:
    return padded(rows), padded([[1] * len(one) for one in rows])


def _operations(length: int) -> float:
    """Floating point operations that a token of a text of this length takes in matrix products."""
    return _LAYERS * 2 * (4 * _WIDTH**2 + 2 * _WIDTH * _INNER + 2 * length * _WIDTH)


def _multiplications(rows: int = 1024, times: int = 200) -> float:
    """Operations that products of the model's widths take in a second of one processor, in the quicker of two types."""
    import torch

    rates = []
    for kind in (torch.float32, torch.bfloat16):
        one, other = torch.rand(rows, _WIDTH).to(kind), torch.rand(_WIDTH, _INNER).to(kind)
        one @ other
        busy = time.process_time()
        for _ in range(times):
            one @ other
        rates.append(times * 2 * rows * _WIDTH * _INNER / (time.process_time() - busy))
    return max(rates)
