"""How an index of a thousand to a million passages is built, opened, searched and changed.

``python -m benchmarks.scale --texts EVAL_SET... [--passages 1000 10000 100000 1000000] [--plot FILE.svg]``

Every ``EVAL_SET`` is a folder with a ``corpus.jsonl`` (a text a line) and a ``questions.jsonl``. Paragraphs of three
sentences, drawn by a seed, make articles of eight; each paragraph is a passage. A few thousand paragraphs and the
questions are embedded by the bundled model. To embed a million would take a day and say nothing about the index, so
that the vector of a passage is that of its paragraph with half of another one's and random directions added, which
makes neighbours harder to find than real ones. Sentences count as boilerplate, so that they are not compared: what
is measured as the build is the writing of the index alone.

Each step runs in a process of its own, from a warm disk cache. ``memory`` is what a worker has resident after all
questions, model included; ``of its own`` leaves out the pages of mapped files, which workers share.
"""

import argparse
import hashlib
import json
import multiprocessing
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from aliqa.answers.reading import prepare
from aliqa.answers.retrieval import Retriever
from aliqa.articles.loading import file_state
from aliqa.foundations import settings as aliqa_settings
from aliqa.foundations.protocols import Embedded, EmbeddingInput, Matrix, Store
from aliqa.foundations.settings import Settings
from aliqa.foundations.types import Article, ArticleMeta, Filters, Passage, Sentence, SentenceKind, Span
from aliqa.index.chunking import Chunker, Chunks
from aliqa.index.places import index_of
from aliqa.library import MODELS, Library, build, make_embedder
from aliqa.text.sentences import split_sentences
from benchmarks.index_life import FACT, paragraphs, write_new
from benchmarks.index_life import QUESTION as NEW_QUESTION

PASSAGES: Final = 8
"""Passages an article."""

OTHER: Final = 0.5
RANDOM: Final = 0.4
"""How much of another paragraph's vector, and of a random one, is added to a paragraph's."""

NEAREST: Final = 10


@dataclass(frozen=True, slots=True)
class Material:
    """Paragraphs with their sentences and vectors, and questions with theirs."""

    texts: list[str]
    sentences: list[tuple[Span, ...]]
    passages: Matrix
    sentence_vectors: list[Matrix]
    questions: list[str]
    vectors: Matrix


def gather(
    settings: Settings, eval_sets: Sequence[Path], count: int, questions: int, chance: random.Random
) -> Material:
    """Draw paragraphs and questions, and embed them."""
    embedder = make_embedder(settings)
    texts = chance.sample(paragraphs(eval_sets), count)
    sentences = [tuple(one.span for one in split_sentences(text)) for text in texts]
    embedded = embedder.embed_passages([EmbeddingInput("", *one) for one in zip(texts, sentences, strict=True)])
    asked: list[str] = []
    for folder in eval_sets:
        with open(folder / "questions.jsonl", encoding="utf-8") as lines:
            asked += [json.loads(line)["question"] for line in lines]
    asked = chance.sample(asked, questions)
    vectors = np.stack([embedder.embed_query(one) for one in asked])
    passages = np.stack([one.passage for one in embedded])
    return Material(texts, sentences, passages, [one.sentences for one in embedded], asked, vectors)


# --- the steps -------------------------------------------------------------------------------


def written(settings: Settings, material: Material, count: int, seed: int) -> dict[str, float]:
    """Write the articles and an index of them."""
    chance, noise = random.Random(seed), np.random.default_rng(seed)
    names = [f"{number // 500:03d}/{number:06d}.txt" for number in range(count // PASSAGES)]
    drawn = [chance.choices(range(len(material.texts)), k=PASSAGES) for _ in names]
    for name, chosen in zip(names, drawn, strict=True):
        path = settings.corpus_dir / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n\n".join(material.texts[one] for one in chosen), encoding="utf-8")
    time.sleep(3)  # so that the state of the last file is known, too
    embedder = make_embedder(settings)
    begin = time.perf_counter()
    with index_of(settings).building() as draft:
        draft.begin(embedder.dimension, anew=True)
        for name, chosen in zip(names, drawn, strict=True):
            article, chunks = _article(material, name, chosen)
            others = noise.integers(0, len(material.texts), PASSAGES)
            vectors = material.passages[chosen] + OTHER * material.passages[others] + RANDOM * _units(noise, PASSAGES)
            vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
            embedded = [Embedded(v, material.sentence_vectors[one]) for v, one in zip(vectors, chosen, strict=True)]
            draft.add(article, chunks, embedded, file_state(str(settings.corpus_dir / name)))
        fields = {"embedding": embedder.fingerprint, "chunking": Chunker(settings.chunking, embedder).fingerprint}
        draft.publish({**fields, "failures": []}, names, lambda _: None)
    seconds = time.perf_counter() - begin
    prepare(settings.reading, settings.index_dir / MODELS)
    return {"seconds": seconds, "peak": _memory()["peak"]}


def _article(material: Material, name: str, chosen: Sequence[int]) -> tuple[Article, Chunks]:
    text = "\n\n".join(material.texts[one] for one in chosen)
    sentences: list[Sentence] = []
    passages: list[Passage] = []
    start = 0
    for one in chosen:
        first = len(sentences)
        spans = (Span(start + span.start, start + span.end) for span in material.sentences[one])
        sentences += [Sentence(span, SentenceKind.BOILERPLATE) for span in spans]
        passages.append(Passage(Span(start, start + len(material.texts[one])), Span(first, len(sentences))))
        start += len(material.texts[one]) + 2
    meta = ArticleMeta(name, hashlib.sha256(text.encode()).hexdigest(), name, bytes=len(text.encode()))
    return Article(meta, text), Chunks(tuple(sentences), tuple(passages))


def _units(noise: np.random.Generator, count: int) -> Matrix:
    vectors = noise.standard_normal((count, 384), np.float32)
    units: Matrix = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return units


def searched(settings: Settings, material: Material) -> dict[str, Any]:
    """Open and search, in a process that has just begun."""
    embedder = make_embedder(settings)
    begin = time.perf_counter()
    kept = index_of(settings).published()
    opened = time.perf_counter() - begin
    library = Library.open(settings, embedder)
    assert library.store is kept
    retriever = Retriever(library.store)
    seconds, dense, whole, right = [], [], [], []
    for question, vector in zip(material.questions, material.vectors, strict=True):
        retriever.retrieve(question, vector, 5, Filters())  # so that all find their pages in memory
        seconds.append(_timed(lambda: retriever.retrieve(question, vector, 5, Filters())))  # noqa: B023
        dense.append(_timed(lambda: library.store.dense(vector, 200, Filters())))  # noqa: B023
        whole.append(_timed(lambda: library.search(question, top_k=5)))  # noqa: B023
    library.ask(material.questions[0])
    memory = _memory()
    for vector in material.vectors:
        found = library.store.dense(vector, NEAREST, Filters())[0]
        right.append(len(np.intersect1d(found, _exactly(library.store, vector))) / NEAREST)
    search = np.array(seconds) * 1000
    return {
        "open": opened,
        "p50": float(np.median(search)),
        "p95": float(np.quantile(search, 0.95)),
        "dense": 1000 * statistics.median(dense),
        "whole": 1000 * statistics.median(whole),
        "recall": float(np.mean(right)),
        **memory,
    }


def _exactly(store: Any, vector: Any) -> Any:
    """The rows of the passages that are truly nearest."""
    cosines = np.concatenate([segment.vectors @ vector for segment in store.table.segments])
    return np.argpartition(-cosines, NEAREST)[:NEAREST]


def changed(settings: Settings, source: Sequence[str]) -> dict[str, float]:
    """Add articles and delete one, as a server does that answers all the while."""
    library = Library.open(settings)
    library.ask(NEW_QUESTION)
    added = []
    first = 40 + len(list(settings.corpus_dir.glob("new-*.txt")))
    for lanterns in range(first, first + 4):
        write_new(settings.corpus_dir / f"new-{lanterns}.txt", lanterns, source)
        begin = time.perf_counter()
        library = _follow(settings, library)
        filters = Filters(doc_ids=(f"new-{lanterns}.txt",))
        found = library.search(FACT.format(lanterns, lanterns + 3), top_k=3, filters=filters)
        added.append(time.perf_counter() - begin)
        assert any(FACT.format(lanterns, lanterns + 3) in one.text for one in found)
    gone = settings.corpus_dir / library.store.metas()[0].doc_id
    gone.unlink()
    begin = time.perf_counter()
    library = _follow(settings, library)
    return {
        "first": added[0],
        "later": statistics.median(added[1:]),
        "delete": time.perf_counter() - begin,
        **_memory(),
    }


def _follow(settings: Settings, library: Library) -> Library:
    kept: list[Store] = []
    build(settings, embedder=library.embedder, keep=kept.append)
    return Library.open(settings, library.embedder, library.reader)


def _timed(call: Any) -> float:
    begin = time.perf_counter()
    call()
    return time.perf_counter() - begin


def _memory() -> dict[str, float]:
    """What this process has resident, and what of it no other one can share, in MB."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    found = {
        name: float(value.split()[0]) / 1024 for name, value in (line.split(":\t") for line in lines) if "kB" in value
    }
    return {"memory": found["VmRSS"], "own": found["RssAnon"], "peak": found["VmHWM"]}


def in_a_new_process(measure: Callable[..., dict[str, float]], *arguments: Any) -> dict[str, float]:
    """What is measured in a process that has just begun."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(measure, arguments)


# --- the table -------------------------------------------------------------------------------


def measured(count: int, material: Material, source: Sequence[str], seed: int, folder: Path) -> dict[str, float]:
    """All figures for an index of so many passages, which is written unless the folder holds it already."""
    settings = aliqa_settings.load(corpus_dir=folder / "corpus", index_dir=folder / "index")
    kept = folder / "written.json"
    if not kept.exists():
        kept.write_text(json.dumps(in_a_new_process(written, settings, material, count, seed)), encoding="utf-8")
    made = json.loads(kept.read_text(encoding="utf-8"))
    size = sum(path.stat().st_size for path in settings.index_dir.glob("0*/**/*") if path.is_file())
    found = in_a_new_process(searched, settings, material)
    then = in_a_new_process(changed, settings, source)
    return {"build": made["seconds"], "peak": made["peak"], "disk": size / 1e6, **found} | {
        "first": then["first"], "later": then["later"], "delete": then["delete"], "builder": then["peak"],
    }  # fmt: skip


ROWS: Final = {
    "written in": ("build", "{:,.0f} s"),
    "peak memory of that": ("peak", "{:,.0f} MB"),
    "on disk": ("disk", "{:,.0f} MB"),
    "opened in": ("open", "{:.2f} s"),
    "search p50": ("p50", "{:.1f} ms"),
    "search p95": ("p95", "{:.1f} ms"),
    "of that by meaning, p50": ("dense", "{:.1f} ms"),
    "search with embedding the question, p50": ("whole", "{:.1f} ms"),
    "recall@10 of the search by meaning": ("recall", "{:.3f}"),
    "memory of a worker": ("memory", "{:,.0f} MB"),
    "of its own": ("own", "{:,.0f} MB"),
    "an article of 1,000 words is added, first": ("first", "{:.2f} s"),
    "later ones, median of 3": ("later", "{:.2f} s"),
    "an article is deleted": ("delete", "{:.2f} s"),
    "peak memory of the process that does": ("builder", "{:,.0f} MB"),
}


def draw(columns: dict[int, dict[str, float]], path: Path) -> None:
    """Plot how time and memory grow."""
    from matplotlib.figure import Figure

    figure = Figure((9, 3.2), layout="constrained")
    panels = (("search p50, p95 (ms)", ("p50", "p95")), ("open, add an article (s)", ("open", "later")),
              ("memory of a worker, of its own (MB)", ("memory", "own")))  # fmt: skip
    for place, (title, names) in enumerate(panels, 1):
        axes = figure.add_subplot(1, len(panels), place)
        for name in names:
            axes.plot(list(columns), [column[name] for column in columns.values()], marker="o")
        axes.set(title=title, xscale="log", xlabel="passages", ylim=(0, None))
        axes.title.set_fontsize(9)
    figure.savefig(path)


@contextmanager
def _folder(kept: Path | None, within: Path | None) -> Iterator[Path]:
    """A folder to stay, or one that is removed again."""
    if kept:
        kept.mkdir(parents=True, exist_ok=True)
        yield kept
    else:
        with tempfile.TemporaryDirectory(dir=within) as folder:
            yield Path(folder)


def main() -> None:
    """Measure, print a table in Markdown, and draw it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--texts", type=Path, nargs="+", required=True, help="folders with corpus.jsonl, questions.jsonl"
    )
    parser.add_argument("--passages", type=int, nargs="+", default=[1_000, 10_000, 100_000, 1_000_000])
    parser.add_argument("--paragraphs", type=int, default=2_000, help="how many are embedded")
    parser.add_argument("--questions", type=int, default=100)
    parser.add_argument("--folder", type=Path, help="where to put what is measured; removed again")
    parser.add_argument("--keep", type=Path, help="where to put it, else; left there, and measured again the next time")
    parser.add_argument("--plot", type=Path)
    parser.add_argument("--json", type=Path, help="where to write the figures, too")
    parser.add_argument("--seed", type=int, default=7)
    chosen = parser.parse_args()
    settings = aliqa_settings.load(index_dir=chosen.folder or Path(tempfile.gettempdir()))
    material = gather(settings, chosen.texts, chosen.paragraphs, chosen.questions, random.Random(chosen.seed))
    source, columns = material.texts, dict[int, dict[str, float]]()
    for count in chosen.passages:
        with _folder(chosen.keep and chosen.keep / str(count), chosen.folder) as folder:
            columns[count] = measured(count, material, source, chosen.seed, folder)
            print(f"{count:,}: {columns[count]}", flush=True)
    if chosen.json:
        chosen.json.write_text(json.dumps(columns, indent=1), encoding="utf-8")
    if chosen.plot:
        draw(columns, chosen.plot)
    print("|", " | ".join(["passages", *(f"{count:,}" for count in columns)]), "|")
    print("|---" * (1 + len(columns)) + "|")
    for name, (key, form) in ROWS.items():
        print("|", " | ".join([name, *(form.format(column[key]) for column in columns.values())]), "|")


if __name__ == "__main__":
    main()
