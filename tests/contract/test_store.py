"""What every store must do, on every store there is."""

from datetime import date
from pathlib import Path

import numpy as np
import pytest
from tests.doubles import HashingEmbedder

from aliqa.catalog import Catalog, read_manifest
from aliqa.chunking import Chunker, embedding_input
from aliqa.errors import ArticleNotFound, IndexDamaged
from aliqa.lexical import terms
from aliqa.protocols import Store
from aliqa.settings import ChunkingSettings, EmbeddingSettings
from aliqa.store import FaissStore, VersionWriter
from aliqa.types import Article, ArticleMeta, Filters, SentenceKind

EMBEDDER = HashingEmbedder(EmbeddingSettings())
CHUNKER = Chunker(ChunkingSettings(tokens=30, overlap=10), EMBEDDER)
ARTICLES = [
    Article(ArticleMeta("a/ferry.md", "1" * 64, "Ferries", source="Gazette", published=date(2025, 3, 4)),
            "# Ferries\n\nThe harbour bought four ferries 😀. " + "Each ferry carries 120 cars. " * 8),
    Article(ArticleMeta("b.txt", "2" * 64, "云", published=date(2024, 1, 1)), "青岚云增长了。\r\n\r\n公司计划扩建。"),
    Article(ArticleMeta("c.txt", "3" * 64, "Coffee"), "Coffee prices doubled.\u2028Frost hit the plantations\ud83d."),
]  # fmt: skip


def write(folder: Path) -> FaissStore:
    catalog = Catalog(folder)
    with catalog.building() as workshop:
        writer = VersionWriter(workshop, EMBEDDER.dimension)
        for article in ARTICLES:
            chunks = CHUNKER.chunk(article)
            inputs = [embedding_input(article, chunks, one) for one in chunks.passages]
            writer.add(article, chunks, EMBEDDER.embed_passages(inputs))
        fields = {**writer.finish(), "embedding": "hashing-1", "chunking": CHUNKER.fingerprint}
        catalog.publish(workshop, catalog.seal(workshop, fields))
    return FaissStore(catalog.current(), read_manifest(catalog.current()))


@pytest.fixture(params=[write], ids=["faiss"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    store: Store = request.param(tmp_path)
    return store


def test_articles_come_back_as_they_went_in(store: Store) -> None:
    assert [store.article(one.meta.doc_id) for one in ARTICLES] == ARTICLES
    assert list(store.metas()) == [one.meta for one in ARTICLES]
    with pytest.raises(ArticleNotFound, match="nowhere"):
        store.article("nowhere.txt")


def test_an_article_without_copies_is_its_own(store: Store) -> None:
    assert store.copied() == {}
    assert list(store.copies("b.txt")) == [ARTICLES[1].meta]
    with pytest.raises(ArticleNotFound, match="nowhere"):
        store.copies("nowhere.txt")


def test_passages_and_sentences_are_slices_of_their_articles(store: Store) -> None:
    assert store.info.passages == sum(store.passage_counts().values())
    for record in store.records(range(store.info.passages)):
        text = store.article(record.meta.doc_id).text
        assert record.passage.span.cut(text) == record.text
        for sentence in record.sentences:
            start = record.passage.span.start
            assert sentence.span.cut(text) == record.text[sentence.span.start - start : sentence.span.end - start]
    assert {one.kind for record in store.records([0]) for one in record.sentences} >= {SentenceKind.PROSE}


def test_every_passage_is_nearest_to_its_own_vector(store: Store) -> None:
    for article in ARTICLES:
        chunks = CHUNKER.chunk(article)
        for one in chunks.passages:
            [embedded] = EMBEDDER.embed_passages([embedding_input(article, chunks, one)])
            rows, cosines = store.dense(embedded.passage, 3, None)
            [found] = store.records(rows[:1].tolist())
            assert cosines[0] == pytest.approx(1, abs=1e-5)
            assert store.cosines(embedded.passage, rows) == pytest.approx(cosines, abs=1e-5)
            if found.passage.span == one.span:
                vectors = store.sentence_vectors(found.sentence_row, len(found.sentences))
                assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-2)


def test_asking_for_more_than_there_is_gives_what_there_is(store: Store) -> None:
    rows, _ = store.dense(EMBEDDER.embed_query("ferry"), 1000, None)
    assert sorted(rows) == list(range(store.info.passages))


def test_words_find_their_passages(store: Store) -> None:
    rows, scores = store.lexical(terms("frosty plantations"), 5, None)
    assert [record.meta.doc_id for record in store.records(rows.tolist())] == ["c.txt"]
    assert scores[0] > 0
    assert store.document_frequency(terms("coffee")[0]) == 1
    assert store.document_frequency("absent") == 0


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (Filters(since=date(2025, 1, 1)), {"a/ferry.md"}),
        (Filters(until=date(2024, 12, 31)), {"b.txt"}),
        (Filters(doc_ids=("c.txt", "nowhere.txt")), {"c.txt"}),
        (Filters(sources=("gazette",)), {"a/ferry.md"}),
        (Filters(sources=("gazette",), until=date(2024, 1, 1)), set()),
    ],
)
def test_filters_hold_in_both_searches(store: Store, filters: Filters, expected: set[str]) -> None:
    admitted = store.rows_admitted(filters)
    assert admitted is not None
    rows, _ = store.dense(EMBEDDER.embed_query("ferry coffee"), 100, admitted)
    assert {record.meta.doc_id for record in store.records(rows.tolist())} == expected
    matched, _ = store.lexical(terms("ferry coffee 增长"), 100, admitted)
    assert {record.meta.doc_id for record in store.records(matched.tolist())} == expected
    assert store.rows_admitted(Filters()) is None


def test_files_that_do_not_fit_together_are_refused(tmp_path: Path) -> None:
    write(tmp_path)
    current = Catalog(tmp_path).current()
    manifest = read_manifest(current)
    lines = (current / "articles.jsonl").read_text().splitlines()
    (current / "articles.jsonl").write_text("\n".join(lines[:-1]) + "\n")
    with pytest.raises(IndexDamaged):
        FaissStore(current, manifest)
