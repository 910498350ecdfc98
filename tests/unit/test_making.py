"""What is made of articles survives packing; a journal gives back what it keeps, and never anything else."""

from collections.abc import Iterator
from pathlib import Path
from typing import cast

import numpy as np
import pytest
from tests.conftest import ARTICLES
from tests.doubles import HashingEmbedder

from aliqa.foundations.settings import ChunkingSettings, EmbeddingSettings
from aliqa.foundations.types import Article, ArticleMeta
from aliqa.index.chunking import Chunker
from aliqa.index.making import Journal, Made, Maker, in_blocks, pack, unpack

TEXTS = {**ARTICLES, "blank.txt": " \r\n", "endless.txt": "word " * 3000, "odd.txt": "One\u2028two 😀. \ud800 three."}


def maker(tokens: int = 200) -> Maker:
    embedder = HashingEmbedder(EmbeddingSettings())
    return Maker(embedder, Chunker(ChunkingSettings(tokens=tokens), embedder))


def articles() -> list[Article]:
    return [Article(ArticleMeta(doc_id, "", "A title"), text) for doc_id, text in TEXTS.items()]


def same(one: Made, other: Made) -> bool:
    vectors = zip(one[2], other[2], strict=True)
    return one[:2] == other[:2] and all(
        np.array_equal(a.passage, b.passage) and np.array_equal(a.sentences, b.sentences) for a, b in vectors
    )


def test_what_was_packed_comes_back() -> None:
    for made in maker().make(articles()):
        article, chunks, embedded = made
        assert same(made, (article, *unpack(pack(chunks, embedded))))


def test_blocks_hold_every_article_once_in_order() -> None:
    assert list(in_blocks([])) == []
    assert list(in_blocks(articles())) == [articles()]
    blocks = list(in_blocks(articles(), 500))
    assert len(blocks) > 2
    assert [article for block in blocks for article in block] == articles()


def test_blocks_come_in_order_while_the_next_are_made() -> None:
    blocks = [[article] for article in articles()]
    taken: list[int] = []

    def given() -> Iterator[list[Article]]:
        for number, block in enumerate(blocks):
            taken.append(number)
            yield block

    made = maker().make_each(given())
    first = next(made)
    assert taken == [0, 1, 2]
    for one, block in zip((first, *made), blocks, strict=True):
        assert same(one[0], maker().make(block)[0])


def test_a_block_that_cannot_be_made_ends_it() -> None:
    broken = Maker(HashingEmbedder(EmbeddingSettings()), cast(Chunker, None))
    with pytest.raises(AttributeError):
        list(broken.make_each([articles()[:1]] * 9))


def test_a_name_changes_with_what_the_vectors_depend_on() -> None:
    article = articles()[0]
    moved = Article(ArticleMeta("elsewhere.txt", "other bytes", "A title"), article.text)
    renamed = Article(ArticleMeta(article.meta.doc_id, "", "Another title"), article.text)
    longer = Article(article.meta, article.text + " More.")
    assert maker().name(moved) == maker().name(article)
    others = {maker().name(renamed), maker().name(longer), maker(100).name(article)}
    assert len(others - {maker().name(article)}) == 3


def test_a_journal_keeps_what_is_whole(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "embedded")
    assert journal.names() == frozenset()
    assert journal.read("nothing") is None
    [(article, chunks, embedded)] = maker().make(articles()[:1])
    name = maker().name(article)
    journal.keep(name, pack(chunks, embedded))
    kept = journal.read(name)
    assert kept is not None
    assert same((article, chunks, embedded), (article, *kept))
    whole = (tmp_path / "embedded" / name).read_bytes()
    for damaged in (b"", whole[: len(whole) // 2], whole[:200] + bytes(50) + whole[250:], b"something else"):
        (tmp_path / "embedded" / name).write_bytes(damaged)
        assert journal.read(name) is None
    journal.clear()
    assert not (tmp_path / "embedded").exists()
