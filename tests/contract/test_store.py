from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import cast

import numpy as np
import pytest
from tests.doubles import HashingEmbedder
from tests.postgres_server import PostgresServer

from aliqa.foundations.errors import (
    ArticleNotFound,
    IndexBusy,
    IndexDamaged,
    IndexMissing,
    NoEarlierVersion,
    VersionNotFound,
)
from aliqa.foundations.protocols import Embedded, PassageRecord
from aliqa.foundations.settings import ChunkingSettings, EmbeddingSettings
from aliqa.foundations.types import Article, ArticleMeta, Failure, Filters, SentenceKind
from aliqa.index.chunking import Chunker, Chunks, embedding_input
from aliqa.index.folder import FaissStore
from aliqa.index.folder.catalog import Catalog, read_manifest
from aliqa.index.folder.index import FolderIndex
from aliqa.index.places import Index, Version, index_at
from aliqa.index.postgres import PostgresIndex
from aliqa.text.terms import terms

HALF = 2e-3
"""The error of a cosine where vectors are kept in half precision."""

EMBEDDER = HashingEmbedder(EmbeddingSettings())
CHUNKER = Chunker(ChunkingSettings(tokens=30, overlap=10), EMBEDDER)
ARTICLES = [
    Article(ArticleMeta("a/ferry.md", "1" * 64, "Ferries", source="Gazette", published=date(2025, 3, 4)),
            "# Ferries\n\nThe harbour bought four ferries 😀. " + "Each ferry carries 120 cars. " * 8),
    Article(ArticleMeta("b.txt", "2" * 64, "云", published=date(2024, 1, 1)), "青岚云增长了。\r\n\r\n公司计划扩建。"),
    Article(ArticleMeta("c.txt", "3" * 64, "Coffee"), "Coffee prices doubled.\u2028Frost hit the plantations\ud83d."),
]  # fmt: skip
NEWER = Article(
    ArticleMeta("d.txt", "4" * 64, "Glass", url="https://glass.example/1", pages=(0, 9)), "Glass is\0 blown in Murano."
)


def write(index: Index) -> Version:
    """Publish the articles; the version comes back."""
    with index.building() as build:
        build.begin(EMBEDDER.dimension, anew=True)
        for article in ARTICLES:
            build.add(article, *made(article), None)
        fields = {"embedding": "hashing-1", "chunking": CHUNKER.fingerprint, "failures": []}
        build.publish(fields, [one.meta.doc_id for one in ARTICLES], lambda _: None)
    return index.published()


def made(article: Article) -> tuple[Chunks, list[Embedded]]:
    chunks = CHUNKER.chunk(article)
    return chunks, EMBEDDER.embed_passages([embedding_input(article, chunks, one) for one in chunks.passages])


@pytest.fixture(
    params=["folder", *(pytest.param(name, marks=pytest.mark.postgres) for name in ("postgres", "postgres-hnsw"))]
)
def index(request: pytest.FixtureRequest, tmp_path: Path) -> Index:
    """An index that holds nothing yet, on every backend; at last where even a few passages are found by HNSW."""
    if request.param == "folder":
        return FolderIndex(tmp_path)
    server: PostgresServer = request.getfixturevalue("postgres")
    index = index_at(server.address(options=f"?corpus={tmp_path.name}-{request.param}"))
    if request.param == "postgres-hnsw":
        cast(PostgresIndex, index).database.exact = 0
    return index


@pytest.fixture
def store(index: Index) -> Version:
    """A published version."""
    return write(index)


def test_articles_come_back_as_they_went_in(store: Version) -> None:
    assert [store.article(one.meta.doc_id) for one in ARTICLES] == ARTICLES
    assert list(store.metas()) == [one.meta for one in ARTICLES]
    with pytest.raises(ArticleNotFound, match="nowhere"):
        store.article("nowhere.txt")


def test_an_article_without_copies_is_its_own(store: Version) -> None:
    assert store.copied() == {}
    assert list(store.copies("b.txt")) == [ARTICLES[1].meta]
    with pytest.raises(ArticleNotFound, match="nowhere"):
        store.copies("nowhere.txt")


def test_passages_and_sentences_are_slices_of_their_articles(store: Version) -> None:
    assert store.info.passages == sum(store.passage_counts().values())
    for record in every(store):
        text = store.article(record.meta.doc_id).text
        assert record.passage.span.cut(text) == record.text
        for sentence in record.sentences:
            start = record.passage.span.start
            assert sentence.span.cut(text) == record.text[sentence.span.start - start : sentence.span.end - start]
    assert {one.kind for record in every(store) for one in record.sentences} >= {SentenceKind.PROSE}


def test_every_passage_is_nearest_to_its_own_vector(store: Version) -> None:
    for article in ARTICLES:
        for embedded in made(article)[1]:
            rows, cosines = store.dense(embedded.passage, 3, Filters())
            [found] = store.records(rows[:1].tolist())
            assert cosines[0] == pytest.approx(1, abs=HALF)
            assert list(cosines) == sorted(cosines, reverse=True)
            assert store.cosines(embedded.passage, rows) == pytest.approx(cosines, abs=HALF)
            assert found.meta == article.meta
            [vectors] = store.sentence_vectors([found])
            assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-2)


def test_overlapping_passages_share_their_sentences(store: Version) -> None:
    rows, _ = store.dense(EMBEDDER.embed_query("ferry"), 1000, Filters(doc_ids=("a/ferry.md",)))
    places: dict[int, object] = {}
    records = store.records(rows.tolist())
    for record, vectors in zip(records, store.sentence_vectors(records), strict=True):
        for number, (sentence, vector) in enumerate(zip(record.sentences, vectors, strict=True), record.sentence_row):
            assert places.setdefault(number, (sentence, vector.tobytes())) == (sentence, vector.tobytes())
    assert len(places) < sum(len(record.sentences) for record in records)


def test_nothing_asked_for_is_nothing(store: Version) -> None:
    assert store.records([]) == []
    assert store.sentence_vectors([]) == []
    assert store.document_frequencies([]) == {}
    for rows, scores in (store.lexical([], 5, Filters()), store.lexical(["absent"], 5, Filters())):
        assert (len(rows), len(scores)) == (0, 0)
    assert store.cosines(EMBEDDER.embed_query("ferry"), np.empty(0, np.int64)).shape == (0,)


def test_asking_for_more_than_there_is_gives_what_there_is(store: Version) -> None:
    rows, _ = store.dense(EMBEDDER.embed_query("ferry"), 1000, Filters())
    assert len(rows) == len(set(rows.tolist())) == store.info.passages


def test_words_find_their_passages(store: Version) -> None:
    rows, scores = store.lexical(terms("frosty plantations"), 5, Filters())
    assert [record.meta.doc_id for record in store.records(rows.tolist())] == ["c.txt"]
    assert scores[0] > 0
    [coffee] = terms("coffee")
    assert store.document_frequencies([coffee, "absent"]) == {coffee: 1, "absent": 0}


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
def test_filters_hold_in_both_searches(store: Version, filters: Filters, expected: set[str]) -> None:
    rows, _ = store.dense(EMBEDDER.embed_query("ferry coffee"), 100, filters)
    assert {record.meta.doc_id for record in store.records(rows.tolist())} == expected
    matched, _ = store.lexical(terms("ferry coffee 增长"), 100, filters)
    assert {record.meta.doc_id for record in store.records(matched.tolist())} == expected


def test_a_version_that_was_asked_for_stays_as_it_is(index: Index) -> None:
    old, stamp = write(index), index.stamp()
    with index.building() as build:
        build.begin(EMBEDDER.dimension, anew=False)
        keys = {entry.meta.doc_id: entry.key for entry in old.entries()}
        build.keep([keys["a/ferry.md"], keys["b.txt"]], ["a/moved.md", "b.txt"], [None, (1, 2, 3, 4)])
        build.add(NEWER, *made(NEWER), None)
        fields = {"embedding": "hashing-1", "chunking": CHUNKER.fingerprint, "failures": [Failure("x.txt", "Why.")]}
        build.publish(fields, [NEWER.meta.doc_id], lambda _: None)
    new = index.published()
    assert index.stamp() != stamp
    assert [one.meta for one in new.entries()] == [
        *[replace(ARTICLES[0].meta, doc_id="a/moved.md"), ARTICLES[1].meta],
        NEWER.meta,
    ]
    assert [one.state for one in new.entries()] == [None, (1, 2, 3, 4), None]
    assert new.manifest.failures == [Failure("x.txt", "Why.")]
    assert index.earlier() == old.info
    assert list(old.metas()) == [one.meta for one in ARTICLES]
    for store, present, absent in ((old, "frost", "glass"), (new, "glass", "frost")):
        counts = store.document_frequencies(terms(f"{present} {absent} ferry"))
        assert (counts[present], counts[absent], counts["ferri"]) == (1, 0, len(ferries(old)))
        assert {one.meta for one in every(store)} == set(store.metas())
        assert len(store.lexical(terms(absent), 9, Filters())[0]) == 0
        assert len(store.lexical(terms(present), 9, Filters())[0]) == 1
    assert old.article("c.txt") == ARTICLES[2]
    with pytest.raises(ArticleNotFound):
        new.article("c.txt")
    assert new.article("a/moved.md").text == ARTICLES[0].text


def test_the_way_back_and_forward_again(index: Index) -> None:
    first = write(index).info
    with pytest.raises(NoEarlierVersion):
        index.rollback()
    second = write(index).info
    assert index.version(first.version).info == first
    assert index.version(str(int(second.version.split("-")[0]))).info == second
    with pytest.raises(VersionNotFound, match="nowhere"):
        index.version("nowhere")
    assert index.rollback().info == first
    assert index.published().info == first
    assert index.earlier() == second
    third = write(index)
    assert int(third.info.version.split("-")[0]) > int(second.version.split("-")[0])
    assert index.earlier() == first
    assert [store.article(ARTICLES[2].meta.doc_id) for store in (third,)] == [ARTICLES[2]]
    assert len(every(third)) == third.info.passages == first.passages


def test_what_was_made_of_an_article_comes_back(store: Version) -> None:
    for entry, article in zip(store.entries(), ARTICLES, strict=True):
        chunks, embedded = store.remake(entry.key)
        expected, vectors = made(article)
        assert chunks == expected
        for one, other in zip(embedded, vectors, strict=True):
            assert one.passage == pytest.approx(other.passage, abs=HALF)
            assert one.sentences.shape == other.sentences.shape
            assert one.sentences == pytest.approx(other.sentences, abs=HALF)


def test_only_one_builds(index: Index) -> None:
    write(index)
    with index.building(), pytest.raises(IndexBusy), index.building():
        pass
    with pytest.raises(ZeroDivisionError), index.building() as build:
        build.begin(EMBEDDER.dimension, anew=True)
        build.add(NEWER, *made(NEWER), None)
        raise ZeroDivisionError
    assert list(index.published().metas()) == [one.meta for one in ARTICLES]
    assert len(every(write(index))) == index.published().info.passages


def test_an_empty_index_has_nothing(index: Index) -> None:
    with pytest.raises(IndexMissing):
        index.published()
    assert index.stamp() is None
    with index.building() as build:
        assert build.published is None
        assert list(build.recall(["1" * 64])) == []


def every(store: Version) -> list[PassageRecord]:
    """All passages of a version."""
    return store.records(store.dense(EMBEDDER.embed_query("ferry"), 1000, Filters())[0].tolist())


def ferries(store: Version) -> list[PassageRecord]:
    return [one for one in every(store) if "ferr" in f"{one.section} {one.meta.title} {one.text}".casefold()]


def test_files_that_do_not_fit_together_are_refused(tmp_path: Path) -> None:
    write(FolderIndex(tmp_path))
    current = Catalog(tmp_path).current()
    manifest = read_manifest(current)
    names = (current / "names.utf8").read_bytes()
    (current / "names.utf8").write_bytes(names[:-1])
    with pytest.raises(IndexDamaged):
        FaissStore(current, manifest)
