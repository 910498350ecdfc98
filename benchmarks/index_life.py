"""How long an index takes to build, to follow its folder, and to answer from a new article; and how large it gets.

``python -m benchmarks.index_life --texts EVAL_SET... [--articles 2000 20000] [--embedder NAME]``

Every ``EVAL_SET`` is a folder with a ``corpus.jsonl`` (a text a line). Its paragraphs, shuffled by a seed,
make as many articles of about 300 words as are wanted. Each step runs in a process of its own, whose peak
memory is what the operating system reports. Embedding 20,000 articles on a small machine is a matter of an
hour and says nothing about the index, so the corpus is embedded by hashed words and only the new article by the
bundled model, unless ``--embedder bundled`` asks for all of it.
"""

import argparse
import json
import multiprocessing
import random
import re
import resource
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from tests.doubles import HashingEmbedder

from aliqa.foundations import settings as aliqa_settings
from aliqa.foundations.protocols import Embedded, EmbeddingInput, Store, Vector
from aliqa.foundations.settings import EmbeddingSettings, Settings
from aliqa.foundations.types import Filters
from aliqa.library import Library, build, make_embedder

WORDS: Final = 300
NEW_WORDS: Final = 1000
FEW: Final = 64
"""So many passages may be embedded by the bundled model; a new article has far fewer."""

QUESTION: Final = "How many lanterns did the lighthouse keeper of Vardnes repair?"
FACT: Final = "The lighthouse keeper of Vardnes repaired {} lanterns in {} days."


class HashedCorpus(HashingEmbedder):
    """Hashed words for a corpus, the bundled model for a question and for what is only a few passages long."""

    def __init__(self, settings: EmbeddingSettings) -> None:
        super().__init__(settings)
        bundled = settings.model_copy(update={"model": "bundled"})
        self._bundled = make_embedder(Settings(embedding=bundled))

    def embed_query(self, text: str) -> Vector:
        """The bundled model's vector (384,) of a question."""
        return self._bundled.embed_query(text)

    def embed_passages(self, inputs: Sequence[EmbeddingInput]) -> list[Embedded]:
        """The vectors of passages and their sentences, the bundled model's if there are only a few."""
        return self._bundled.embed_passages(inputs) if len(inputs) <= FEW else super().embed_passages(inputs)


# --- the corpus ------------------------------------------------------------------------------


def paragraphs(eval_sets: Sequence[Path]) -> list[str]:
    """The texts of evaluation sets in paragraphs of three sentences."""
    found: list[str] = []
    for folder in eval_sets:
        with open(folder / "corpus.jsonl", encoding="utf-8") as lines:
            for line in lines:
                sentences = re.split(r"(?<=[.!?])\s+", json.loads(line)["text"].strip())
                found.extend(" ".join(sentences[first : first + 3]) for first in range(0, len(sentences), 3))
    return [paragraph for paragraph in found if paragraph]


def write_corpus(folder: Path, count: int, source: Sequence[str], chance: random.Random) -> None:
    """Write so many articles, a hundred to a folder."""
    for number in range(count):
        path = folder / f"{number // 100:03d}" / f"{number:05d}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(article(source, chance, WORDS), encoding="utf-8")


def article(source: Sequence[str], chance: random.Random, words: int) -> str:
    """Paragraphs in a new order, about as many words as wanted."""
    chosen: list[str] = []
    while sum(len(paragraph.split()) for paragraph in chosen) < words:
        chosen.append(chance.choice(source))
    return "\n\n".join(chosen) + "\n"


def write_new(path: Path, lanterns: int, source: Sequence[str]) -> None:
    """Write an article with a fact in its middle that no other one has."""
    text = article(source, random.Random(lanterns), NEW_WORDS)
    middle = text.index("\n\n", len(text) // 2)
    path.write_text(f"{text[:middle]}\n\n{FACT.format(lanterns, lanterns + 3)}{text[middle:]}", encoding="utf-8")


# --- what is measured ------------------------------------------------------------------------


def built(settings: Settings) -> dict[str, float]:
    """Build; how long that took once the model was loaded."""
    return {"seconds": build(settings).seconds}


def answered(settings: Settings, lanterns: int) -> dict[str, float]:
    """Build, open and ask, in a process that has just begun."""
    build(settings)
    _ask(Library.open(settings), lanterns)
    return {}


def answered_warm(settings: Settings, articles: Sequence[int], source: Sequence[str]) -> dict[str, float]:
    """Write new articles; after each build, open and ask, as a server does that has answered from the index before."""
    library = Library.open(settings)
    library.ask(QUESTION)
    seconds = []
    for lanterns in articles:
        write_new(settings.corpus_dir / f"new-{lanterns}.txt", lanterns, source)
        begin = time.perf_counter()
        kept: list[Store] = []
        build(settings, embedder=library.embedder, keep=kept.append)
        library = Library.open(settings, library.embedder, library.reader)
        _ask(library, lanterns)
        seconds.append(time.perf_counter() - begin)
    return {"first": seconds[0], "later": statistics.median(seconds[1:])}


def _ask(library: Library, lanterns: int) -> None:
    """Ask for the new article's fact; it must be quoted from where it stands."""
    citations = library.ask(QUESTION, filters=Filters(doc_ids=(f"new-{lanterns}.txt",))).citations
    [cited] = [one for one in citations if one.quote == FACT.format(lanterns, lanterns + 3)]
    assert library.article(cited.doc_id).text[cited.char_start : cited.char_end] == cited.quote


def in_a_process(measure: Callable[..., dict[str, float]], *arguments: Any) -> dict[str, float]:
    """What was measured in a new process, with the ``wall`` seconds of its life and its ``peak`` memory in MB."""
    begin = time.perf_counter()
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        found = pool.apply(_measured, (measure, arguments))
    return {"wall": time.perf_counter() - begin, **found}


def _measured(measure: Callable[..., dict[str, float]], arguments: Sequence[Any]) -> dict[str, float]:
    found = measure(*arguments)
    return {**found, "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


def life(count: int, source: Sequence[str], embedder: str, seed: int, folder: Path) -> Iterator[tuple[str, str]]:
    """The life of an index of so many articles: names and values of what was measured."""
    settings = aliqa_settings.load(
        corpus_dir=folder / "corpus",
        index_dir=folder / "index",
        embedding={"model": embedder},
        answering={"threshold": 0},  # among hashed words no confidence means anything
    )
    write_corpus(settings.corpus_dir, count, source, random.Random(seed))
    first = in_a_process(built, settings)
    yield "full build", f"{first['seconds']:.1f} s"
    yield "full build, peak memory", f"{first['peak']:,.0f} MB"
    size = sum(path.stat().st_size for path in settings.index_dir.glob("0*/**/*") if path.is_file())
    yield "index on disk", f"{size / 1e6:,.0f} MB"
    idle = in_a_process(built, settings)
    yield "rebuild, nothing changed", f"{idle['seconds']:.2f} s"
    yield "rebuild, nothing changed, with start-up and model", f"{idle['wall']:.2f} s"
    write_new(settings.corpus_dir / "new-17.txt", 17, source)
    fresh = in_a_process(answered, settings, 17)
    yield "a new article answers, new process, with start-up and model", f"{fresh['wall']:.2f} s"
    yield "that process, peak memory", f"{fresh['peak']:,.0f} MB"
    warm = in_a_process(answered_warm, settings, range(20, 26), source)
    yield "a new article answers, running process, its first build", f"{warm['first']:.2f} s"
    yield "a new article answers, running process, median of 5 more", f"{warm['later']:.2f} s"
    yield "running process, peak memory", f"{warm['peak']:,.0f} MB"


def main() -> None:
    """Measure, and print a table in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--texts", type=Path, nargs="+", required=True, help="folders with a corpus.jsonl")
    parser.add_argument("--articles", type=int, nargs="+", default=[2000, 20000])
    parser.add_argument("--embedder", default="benchmarks.index_life:HashedCorpus")
    parser.add_argument("--seed", type=int, default=7)
    chosen = parser.parse_args()
    source = paragraphs(chosen.texts)
    columns = []
    for count in chosen.articles:
        with tempfile.TemporaryDirectory() as folder:
            columns.append(dict(life(count, source, chosen.embedder, chosen.seed, Path(folder))))
    print("|", " | ".join(["", *(f"{count:,} articles" for count in chosen.articles)]), "|")
    print("|---" * (1 + len(columns)) + "|")
    for name in columns[0]:
        print("|", " | ".join([name, *(column[name] for column in columns)]), "|")


if __name__ == "__main__":
    main()
