"""How versions share segments, and how a large one is searched by its inverted-file index."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from aliqa.foundations.protocols import Embedded, Matrix
from aliqa.foundations.types import Article, ArticleMeta, Filters, Passage, Sentence, Span
from aliqa.index.chunking import Chunks
from aliqa.index.folder import FaissStore
from aliqa.index.folder.index import FolderIndex
from aliqa.index.folder.limits import Limits
from aliqa.index.folder.vectors import RECALL

DIMENSION = 16
PASSAGES = 4
NEAREST = 10


def passages(number: int) -> Matrix:
    """The vectors of an article's passages."""
    drawn = np.random.default_rng(number).standard_normal((PASSAGES, DIMENSION), np.float32)
    made: Matrix = drawn / np.linalg.norm(drawn, axis=1, keepdims=True)
    return made


def word(number: int) -> str:
    """A word of the article's own; it is no number and no name, so that there is nothing to compare when indexing.

    >>> word(12)
    'wordcd'
    """
    return "word" + str(number).translate(str.maketrans("0123456789", "bcdfghjklm"))


def made(number: int) -> tuple[Article, Chunks, list[Embedded]]:
    """An article whose `PASSAGES` passages are a sentence each."""
    lines = [f"a {word(number)} stands in line {line}. " for line in "abcd"]
    ends = np.cumsum([len(line) for line in lines]).tolist()
    spans = [Span(end - len(line), end) for end, line in zip(ends, lines, strict=True)]
    cut = [Passage(span, Span(place, place + 1)) for place, span in enumerate(spans)]
    meta = ArticleMeta(
        f"{number:05d}.txt", f"{number:064x}", f"Article {number}", source="odd" if number % 2 else "even"
    )
    chunks = Chunks(tuple(Sentence(span) for span in spans), tuple(cut))
    return Article(meta, "".join(lines)), chunks, [Embedded(one, one[None]) for one in passages(number)]


def publish(index: FolderIndex, numbers: Sequence[int], gone: Collection[int] = ()) -> FaissStore:
    """Add articles to what is published, and take others out of it."""
    with index.building() as build:
        base = build.published
        kept = {entry.doc_id: entry.key for entry in base.entries()} if base else {}
        kept = {doc_id: key for doc_id, key in kept.items() if int(doc_id[:5]) not in gone}
        new = {f"{number:05d}.txt": number for number in numbers}
        build.begin(DIMENSION, anew=base is None)
        for doc_id in sorted(kept.keys() | new.keys()):
            if doc_id in new:
                build.add(*made(new[doc_id]), None)
            else:
                build.keep([kept[doc_id]], [doc_id], [None])
        build.publish({"embedding": "e", "chunking": "c", "failures": []}, list(new), lambda _: None)
    return index.published()


def files(store: FaissStore) -> dict[str, int]:
    """The inodes of the files of segments."""
    return {path.name: path.stat().st_ino for path in store.folder.glob("0*-*")}


def check(store: FaissStore, numbers: Collection[int]) -> None:
    """Every article is there once, with its own words and vectors (of many, some are read); nothing else is found."""
    assert [meta.doc_id for meta in store.metas()] == [f"{number:05d}.txt" for number in sorted(numbers)]
    assert store.info.passages == PASSAGES * len(numbers)
    for number in sorted(numbers)[:: 1 + len(numbers) // 100]:
        article, chunks, embedded = made(number)
        assert store.article(article.meta.doc_id) == article
        rows, _ = store.lexical([word(number)], 9, Filters())
        records = sorted(store.records(rows.tolist()), key=lambda one: one.passage.span)
        assert tuple(one.passage for one in records) == chunks.passages
        assert store.vectors([one.row for one in records]) == pytest.approx(passages(number))
        assert all(
            found == pytest.approx(one.sentences, abs=1e-3)
            for found, one in zip(store.sentence_vectors(records), embedded, strict=True)
        )
    found = store.records(store.dense(passages(1)[0], 10_000, Filters())[0].tolist())
    assert {int(one.meta.doc_id[:5]) for one in found} <= set(numbers)


def recall(store: FaissStore, filters: Filters = Filters()) -> float:
    """How many of the truly nearest passages are found for new vectors."""
    rows = store.rows_admitted(filters)
    found = []
    for vector in np.concatenate([passages(number) for number in range(90_000, 90_020)]):
        nearest = rows[np.argsort(-(store.vectors(rows.tolist()) @ vector), kind="stable")[:NEAREST]]
        near, cosines = store.dense(vector, NEAREST, filters)
        assert cosines == pytest.approx(store.cosines(vector, near), abs=1e-6)
        assert set(near.tolist()) <= set(rows.tolist())
        found.append(len(np.intersect1d(near, nearest)) / NEAREST)
    return float(np.mean(found))


def test_a_new_article_leaves_the_files_of_the_others_as_they_are(tmp_path: Path) -> None:
    index = FolderIndex(tmp_path)
    before = publish(index, range(40))
    after = publish(index, [50])
    assert files(before).items() < files(after).items()
    check(after, [*range(40), 50])
    check(before, range(40))
    again = publish(index, [], gone={0, 50})
    assert [one.number for one in again.segments] == [1]
    check(again, range(1, 40))
    assert recall(again) == 1


def test_rows_of_large_files_are_read_and_are_what_is_mapped(tmp_path: Path) -> None:
    index = FolderIndex(tmp_path, Limits(mapped=0))
    publish(index, range(40))
    store = publish(index, [50], gone={7})
    check(store, [*range(7), *range(8, 40), 50])
    assert recall(store) == 1
    rows = np.array([9, 2, 3, 4, 2, 163, 100])
    [large, small] = store.table.segments
    assert np.array_equal(store.vectors(rows.tolist()), np.concatenate([large.vectors, small.vectors])[rows])
    assert large.vectors_of(np.empty(0, np.int64)).shape == (0, DIMENSION)
    chunks, embedded = store.remake(store.keys()["00050.txt"])
    assert (chunks, len(embedded)) == (made(50)[1], PASSAGES)


def test_segments_stay_few_and_lose_what_is_gone(tmp_path: Path) -> None:
    index, there = FolderIndex(tmp_path), set(range(20))
    publish(index, sorted(there))
    for number in range(20, 50):
        store = publish(index, [number], gone={number - 18})
        there = there - {number - 18} | {number}
        assert len(store.segments) <= 5
    check(store, there)
    assert sum(one.passages for one in store.segments) <= 2 * store.info.passages + PASSAGES
    assert store.table.signatures().shape[0] == len(there)


def test_a_copy_in_eight_bits_finds_the_nearest_until_a_version_is_large(tmp_path: Path) -> None:
    index = FolderIndex(tmp_path, Limits(exact=400, one_list=2400, looked_at=100))
    assert publish(index, range(100)).lists is None
    copied = publish(index, range(100, 300))
    assert copied.lists is not None
    assert (copied.lists.passages, copied.lists.lists, copied.lists.recall) == (1200, 1, 1.0)
    assert recall(copied) == recall(copied, Filters(sources=("odd",))) == 1
    assert recall(copied, Filters(doc_ids=("00003.txt", "00004.txt", "00204.txt"))) == 1

    later = publish(index, range(300, 320), gone=set(range(20)))
    assert later.lists == copied.lists, "later passages are compared exactly"
    assert recall(later) == recall(later, Filters(sources=("even",))) == 1
    check(later, range(20, 320))

    merged = publish(index, range(320, 420))
    assert merged.lists is not None
    assert (merged.lists.passages, merged.lists.lists) == (1600, 1)
    assert len(merged.segments) == 1, "the copy is made anew rather than segments kept apart"
    check(merged, range(20, 420))
    lists = [publish(index, range(number, number + 7)).lists for number in range(420, 525, 7)]
    assert len(set(lists)) == 2, "small segments, which are often written anew, are left out"
    extended = lists[-1]
    assert extended is not None
    assert (extended.trained, extended.lists, extended.recall) == (1600, 1, 1.0)
    assert 1800 < extended.passages < 2020
    assert recall(index.published()) == 1
    large = publish(index, range(525, 640))
    assert large.lists is not None
    assert large.lists.lists > 1, "sorted into lists, though not twice as many"
    assert large.lists.passages == large.lists.trained == 2480
    check(large, range(20, 640))


def test_a_large_version_is_searched_by_lists_with_the_recall_that_it_states(tmp_path: Path) -> None:
    limits = Limits(exact=1000, one_list=1000, few=100, looked_at=100)
    index = FolderIndex(tmp_path, limits)
    assert publish(index, range(200)).lists is None
    large = publish(index, range(200, 700))
    assert large.lists is not None
    assert (large.lists.passages, large.lists.trained) == (2800, 2800)
    assert large.lists.recall >= RECALL
    assert recall(large) >= 0.95
    assert recall(large, Filters(sources=("odd",))) >= 0.95
    assert recall(large, Filters(doc_ids=("00003.txt", "00004.txt", "00600.txt"))) == 1

    later = publish(index, range(700, 720), gone=set(range(100)))
    assert later.lists == large.lists, "later passages are compared exactly"
    assert recall(later) >= 0.95
    check(later, range(100, 720))

    index = FolderIndex(tmp_path, replace(limits, looked_at=2000))
    extended = publish(index, range(720, 1000))
    assert extended.lists is not None
    assert (extended.lists.passages, extended.lists.trained) == (4000, 2800)
    assert extended.lists.probes * 2 >= extended.lists.lists, "half of the passages are to be looked at"
    assert recall(extended) >= 0.95
    trained = publish(index, range(1000, 1500))
    assert trained.lists is not None
    assert trained.lists.trained == trained.lists.passages == 6000
    check(trained, range(100, 1500))

    small = publish(index, [], gone=set(range(300, 1500)))
    assert small.lists is None
    check(small, range(100, 300))
