"""Segments: articles with their texts, passages, sentences and vectors, written once and shared by later versions.

====================  ==========================================================================
``ends.i64``          four columns of where each article's text, record, passages and sentences end; the first row is 0
``texts.utf8``        the texts, one after another
``records.jsonl``     a line an article: what is known of it but its name
``passages.i64``      a row a passage: start, end, its sentences from and to, heading from and to
``vectors.f32``       a row a passage: its vector
``sentences.i64``     a row a sentence: start, end, kind
``sentences.f16``     a row a sentence: its vector
``signatures.u32``    a row an article: what tells near-copies of it
``names-N.tsv``       a line an article: its key and the names in it, see `aliqa.text.names`
====================  ==========================================================================
"""

import json
import os
import shutil
import weakref
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any, BinaryIO, Final

import numpy as np
from numpy.typing import NDArray

from aliqa.foundations.protocols import Embedded, Matrix
from aliqa.foundations.types import Article, ArticleMeta, Passage, Sentence, SentenceKind, Span
from aliqa.index.chunking import Chunks, sentence_matrix
from aliqa.index.copies import PLACES, Signatures
from aliqa.index.folder.limits import LIMITS, Limits
from aliqa.text.names import NAMES_RULES

NAMES_FILE: Final = f"names-{NAMES_RULES}.tsv"
TEXT, RECORD, PASSAGES, SENTENCES = range(4)
"""The columns of ``ends.i64``."""

_KINDS: Final = tuple(SentenceKind)
_NO_HEADING: Final = -1
_RECORDED: Final = tuple(field.name for field in fields(ArticleMeta) if field.name != "doc_id")
_FILES: Final = ("texts.utf8", "records.jsonl", "passages.i64", "sentences.i64")
"""The files that are copied by the columns of ``ends.i64``, in their order."""


@dataclass(frozen=True, slots=True)
class SegmentInfo:
    """What a manifest says of a segment; the numbers of a version's segments rise."""

    number: int
    articles: int
    passages: int
    sentences: int

    def path(self, folder: Path, part: str) -> Path:
        """Where one of its files is."""
        return folder / f"{self.number:06d}-{part}"


class Segment:
    """An open segment. Articles, passages and sentences are numbered from 0 inside it."""

    def __init__(self, folder: Path, info: SegmentInfo, dimension: int, limits: Limits = LIMITS) -> None:
        """Map its files. Raises OSError or ValueError if one is missing or has not the size that it should have."""
        self.info = info
        self._limits = limits
        self._folder = folder
        self._large: dict[str, int] = {}
        self.ends: NDArray[np.int64] = self._map("ends.i64", np.int64, (4, info.articles + 1))
        if self.ends[[PASSAGES, SENTENCES], -1].tolist() != [info.passages, info.sentences]:
            raise ValueError("the counts of a segment differ")
        self.texts: NDArray[np.uint8] = self._map("texts.utf8", np.uint8, (int(self.ends[TEXT, -1]),))
        self.records: NDArray[np.uint8] = self._map("records.jsonl", np.uint8, (int(self.ends[RECORD, -1]),))
        self.passages: NDArray[np.int64] = self._map("passages.i64", np.int64, (info.passages, 6))
        self.sentences: NDArray[np.int64] = self._map("sentences.i64", np.int64, (info.sentences, 3))
        self.vectors: Matrix = self._map("vectors.f32", np.float32, (info.passages, dimension))
        self.sentence_vectors: NDArray[np.float16] = self._map("sentences.f16", np.float16, (info.sentences, dimension))
        self.signatures: Signatures = self._map("signatures.u32", np.uint32, (info.articles, PLACES))
        self.has_names = info.path(folder, NAMES_FILE).exists()
        """Whether the names in its articles were found by the rules of this release."""
        size = info.path(folder, NAMES_FILE).stat().st_size if self.has_names else 0
        self._names: NDArray[np.uint8] = self._map(NAMES_FILE, np.uint8, (size,)) if size else np.empty(0, np.uint8)

    def names(self) -> dict[int, str]:
        """The names in its articles as they are written, by the keys of the articles; none if they were not found."""
        if not self.has_names:
            return {}
        lines = self._between(NAMES_FILE, self._names, 0, len(self._names)).tobytes().decode("ascii").splitlines()
        return {int(key): found for key, _, found in (line.partition("\t") for line in lines)}

    def _map(self, part: str, kind: Any, shape: tuple[int, ...]) -> NDArray[Any]:
        path = self.info.path(self._folder, part)
        if path.stat().st_size != np.dtype(kind).itemsize * int(np.prod(shape)):
            raise ValueError(f"{part} has not the size that it should have")
        if path.stat().st_size > self._limits.mapped:
            self._large[part] = os.open(path, os.O_RDONLY)
            weakref.finalize(self, os.close, self._large[part])
        return np.asarray(np.memmap(path, kind, "r", shape=shape)) if np.prod(shape) else np.empty(shape, kind)

    def _between(self, part: str, mapped: NDArray[Any], first: int, last: int) -> NDArray[Any]:
        """Some rows of a file. Raises OSError or ValueError if they are no longer there."""
        if part not in self._large:
            return mapped[first:last]
        size = mapped.itemsize * int(np.prod(mapped.shape[1:]))
        read = os.pread(self._large[part], (last - first) * size, first * size)
        return np.frombuffer(read, mapped.dtype).reshape(last - first, *mapped.shape[1:])

    def vectors_of(self, passages: NDArray[np.int64]) -> Matrix:
        """The vectors (n, d) of these passages; those of passages that follow one another are read at once."""
        if "vectors.f32" not in self._large:
            return self.vectors[passages]
        made = np.empty((len(passages), self.vectors.shape[1]), np.float32)
        breaks = np.flatnonzero(np.diff(passages) != 1) + 1
        for first, last in pairwise((0, *breaks.tolist(), len(passages))):
            if last:
                begin = int(passages[first])
                made[first:last] = self._between("vectors.f32", self.vectors, begin, begin + last - first)
        return made

    def sentence_vectors_between(self, first: int, last: int) -> Matrix:
        """The vectors (n, d) of the sentences of these rows, as float32."""
        return self._between("sentences.f16", self.sentence_vectors, first, last).astype(np.float32)

    def span(self, article: int, column: int) -> Span:
        """Where an article's part stands in the file of a column."""
        return Span(*self.ends[column, article : article + 2].tolist())

    def article_of(self, passages: NDArray[np.int64]) -> NDArray[np.int64]:
        """The article of each of these passages."""
        return np.searchsorted(self.ends[PASSAGES], passages, side="right") - 1

    def meta(self, article: int, doc_id: str) -> ArticleMeta:
        """What is known of an article, under a name."""
        start, end = self.span(article, RECORD)
        record = json.loads(self._between("records.jsonl", self.records, start, end).tobytes())
        record["published"] = date.fromisoformat(record["published"]) if record["published"] else None
        record["pages"] = tuple(record["pages"])
        return ArticleMeta(doc_id, **record)

    def text(self, article: int) -> str:
        """The text of an article."""
        read = self._between("texts.utf8", self.texts, *self.span(article, TEXT))
        return read.tobytes().decode("utf-8", "surrogatepass")

    def sentence_list(self, article: int) -> tuple[Sentence, ...]:
        """The sentences of an article."""
        return self.sentences_between(*self.span(article, SENTENCES))

    def sentences_between(self, first: int, last: int) -> tuple[Sentence, ...]:
        """The sentences of these rows."""
        starts, ends, kinds = self._between("sentences.i64", self.sentences, first, last).T.tolist()
        return tuple(map(Sentence, map(Span, starts, ends), map(_KINDS.__getitem__, kinds)))

    def passage(self, number: int) -> Passage:
        """One passage."""
        [row] = self._between("passages.i64", self.passages, number, number + 1).tolist()
        start, end, first, last, heading_start, heading_end = row
        heading = None if heading_start == _NO_HEADING else Span(heading_start, heading_end)
        return Passage(Span(start, end), Span(first, last), heading)


class SegmentWriter:
    """Writes a segment, article by article."""

    def __init__(self, folder: Path, number: int) -> None:
        """Begin a segment of a number that the version has not yet."""
        self._folder = folder
        self._number = number
        self._ends: list[NDArray[np.int64]] = [np.zeros((4, 1), np.int64)]
        self._files = {
            part: open(self._path(part), "wb")  # noqa: SIM115 - closed by close
            for part in (*_FILES, "vectors.f32", "sentences.f16", "signatures.u32")
        }

    @property
    def articles(self) -> int:
        """How many articles it has so far."""
        return sum(int(ends.shape[1]) for ends in self._ends) - 1

    @property
    def passages(self) -> int:
        """How many passages it has so far."""
        return int(self._ends[-1][PASSAGES, -1])

    def add(self, article: Article, chunks: Chunks, embedded: Sequence[Embedded], signature: Signatures) -> None:
        """Write an article behind the others."""
        text = article.text.encode("utf-8", "surrogatepass")
        record = json.dumps({name: getattr(article.meta, name) for name in _RECORDED}, default=date.isoformat)
        self._files["texts.utf8"].write(text)
        self._files["records.jsonl"].write(f"{record}\n".encode())
        _write(self._files["passages.i64"], map(_passage_row, chunks.passages))
        _write(
            self._files["sentences.i64"],
            ((*sentence.span, _KINDS.index(sentence.kind)) for sentence in chunks.sentences),
        )
        self._files["vectors.f32"].write(
            np.stack([vectors.passage for vectors in embedded]).astype(np.float32).tobytes()
        )
        self._files["sentences.f16"].write(sentence_matrix(chunks, embedded).astype(np.float16).tobytes())
        self._files["signatures.u32"].write(signature.tobytes())
        sizes = len(text), len(record) + 1, len(chunks.passages), len(chunks.sentences)
        self._ends.append(self._ends[-1][:, -1:] + np.array(sizes)[:, None])

    def take(self, other: Segment, articles: NDArray[np.int64]) -> NDArray[np.int64]:
        """Write these articles of another segment, in ascending order, behind the others; their numbers here."""
        first = self.articles
        breaks = np.flatnonzero(np.diff(articles) != 1) + 1
        for run in np.split(articles, breaks) if len(articles) else ():
            self._take_run(other, int(run[0]), int(run[-1]) + 1)
        return first + np.arange(len(articles))

    def _take_run(self, other: Segment, first: int, last: int) -> None:
        starts, stops = other.ends[:, first].tolist(), other.ends[:, last].tolist()
        parts: tuple[NDArray[Any], ...] = (other.texts, other.records, other.passages, other.sentences)
        for part, data, start, stop in zip(_FILES, parts, starts, stops, strict=True):
            self._files[part].write(data[start:stop].data)
        self._files["vectors.f32"].write(other.vectors[starts[PASSAGES] : stops[PASSAGES]].data)
        self._files["sentences.f16"].write(other.sentence_vectors[starts[SENTENCES] : stops[SENTENCES]].data)
        self._files["signatures.u32"].write(other.signatures[first:last].data)
        moved = self._ends[-1][:, -1:] - other.ends[:, first : first + 1]
        self._ends.append(other.ends[:, first + 1 : last + 1] + moved)

    def close(self) -> SegmentInfo | None:
        """Write the rest; what the manifest has to say of it. None, and no files, if it is empty."""
        for part, file in self._files.items():
            file.close()
            if not self.articles:
                self._path(part).unlink()
        if not self.articles:
            return None
        ends = np.concatenate(self._ends, axis=1)
        self._path("ends.i64").write_bytes(ends.tobytes())
        return SegmentInfo(self._number, ends.shape[1] - 1, *ends[[PASSAGES, SENTENCES], -1].tolist())

    def _path(self, part: str) -> Path:
        return SegmentInfo(self._number, 0, 0, 0).path(self._folder, part)


def take_over(info: SegmentInfo, base: Path, folder: Path) -> None:
    """Bring a segment's files into another folder, but for names read by other rules, and claims. Raises OSError."""
    current = info.path(base, NAMES_FILE).name
    for path in sorted(base.glob(f"{info.number:06d}-*")):
        if path.name == current or not path.name.partition("-")[2].startswith(("claims-", "names-")):
            link(path, folder / path.name)


def write_names(folder: Path, info: SegmentInfo, names: Iterable[tuple[int, str]]) -> None:
    """Write the names in a segment's articles, by the articles' keys. Raises OSError."""
    with open(info.path(folder, NAMES_FILE), "w", encoding="ascii", newline="\n") as lines:
        lines.writelines(f"{key}\t{found}\n" for key, found in names)


def link(path: Path, there: Path) -> None:
    """Give a file that never changes another name, or copy it where that does not work. Raises OSError."""
    try:
        os.link(path, there)
    except OSError:
        shutil.copy2(path, there)


def _write(file: BinaryIO, rows: Iterable[Sequence[int]]) -> None:
    file.write(np.array(list(rows), np.int64).tobytes())


def _passage_row(passage: Passage) -> tuple[int, ...]:
    heading = passage.heading or Span(_NO_HEADING, _NO_HEADING)
    return (*passage.span, *passage.sentences, *heading)
