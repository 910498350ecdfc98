"""The life of an index: what changes in the folder changes in the answers, and nothing else is lost."""

import json
import os
import shutil
from dataclasses import replace
from itertools import takewhile
from pathlib import Path

import numpy as np
import pytest
from tests.conftest import EMBEDDER, NOBODY, QUICK, unprivileged
from tests.doubles import HashingEmbedder

from aliqa import __version__
from aliqa.articles.loading import list_articles, read_article
from aliqa.foundations import settings as aliqa_settings
from aliqa.foundations.errors import CorpusEmpty, CorpusMissing, IndexIncompatible, IndexShrinking
from aliqa.foundations.protocols import Embedded, EmbeddingInput, Store
from aliqa.foundations.settings import EmbeddingSettings, Settings
from aliqa.foundations.types import BuildOptions
from aliqa.index.chunking import Chunker
from aliqa.index.folder.catalog import Catalog
from aliqa.index.making import Journal, Maker, pack
from aliqa.index.places import index_of
from aliqa.library import JOURNAL, Library, build, make_embedder

FERRY = "The harbour of Skarvik bought four electric ferries for 92 million euros.\n"
COFFEE = "Arabica prices doubled because frost hit the plantations of Minas Gerais.\n"
SHOPS = "Marlowe Stores will close 46 of its 138 shops before the summer.\n"


class CountingEmbedder(HashingEmbedder):
    """Notes what it was asked to embed."""

    seen: list[str] = []  # noqa: RUF012 - shared on purpose: the settings name the class

    def embed_passages(self, inputs: "list[EmbeddingInput]") -> list[Embedded]:  # type: ignore[override]
        self.seen.extend(one.text for one in inputs)
        return super().embed_passages(inputs)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    for name, text in (("ferry.txt", FERRY), ("coffee.txt", COFFEE), ("sub.txt", SHOPS)):
        (corpus / name).write_text(text, encoding="utf-8")
    CountingEmbedder.seen.clear()
    model = f"{__name__}:CountingEmbedder"
    return aliqa_settings.load(
        corpus_dir=corpus, index_dir=tmp_path / "index", embedding={"model": model}, reading={"model": "none"}
    )


def texts(settings: Settings) -> dict[str, str]:
    library = Library.open(settings)
    return {one.doc_id: library.article(one.doc_id).text for one in library.articles() if one.state == "indexed"}


def files(settings: Settings) -> dict[str, str]:
    return {path.name: path.read_text(encoding="utf-8") for path in settings.corpus_dir.iterdir()}


def test_a_first_build_embeds_everything_once(settings: Settings) -> None:
    report = build(settings)
    assert (report.added, report.changed, report.removed, report.unchanged) == (3, 0, 0, 0)
    assert sorted(CountingEmbedder.seen) == sorted(text.strip() for text in (FERRY, COFFEE, SHOPS))
    assert texts(settings) == files(settings)


def test_nothing_changed_publishes_nothing(settings: Settings) -> None:
    first = build(settings)
    CountingEmbedder.seen.clear()
    again = build(settings)
    assert again.index == first.index
    assert (again.added, again.changed, again.removed, again.unchanged) == (0, 0, 0, 3)
    assert not CountingEmbedder.seen


def test_added_changed_removed_and_renamed_articles_follow(settings: Settings) -> None:
    build(settings)
    CountingEmbedder.seen.clear()
    corpus = settings.corpus_dir
    (corpus / "coffee.txt").write_text("Robusta prices fell in Vietnam.\n", encoding="utf-8")
    (corpus / "sub.txt").rename(corpus / "a-new-name.txt")
    (corpus / "rail.txt").write_text("A night train will run to Narvik.\n", encoding="utf-8")
    report = build(settings)
    assert (report.added, report.changed, report.removed, report.unchanged) == (2, 1, 1, 1)
    assert CountingEmbedder.seen == ["Robusta prices fell in Vietnam.", "A night train will run to Narvik."]
    assert texts(settings) == files(settings)
    library = Library.open(settings)
    for query, doc_id in (("Marlowe shops", "a-new-name.txt"), ("Vietnam", "coffee.txt"), ("night train", "rail.txt")):
        [found, *_] = library.search(query)
        assert found.doc_id == doc_id
        assert found.text == files(settings)[doc_id][found.char_start : found.char_end]
    assert not any("Arabica" in found.text for found in library.search("Arabica frost plantations", top_k=100))


AT_ONCE = BuildOptions(rest=-1)
"""Files need not rest before their state counts."""


def test_what_did_not_change_is_not_read(settings: Settings) -> None:
    (settings.corpus_dir / "bad.txt").write_bytes(b"\x80\x81\x00\x02")
    read: list[int] = []

    def progress(what: str, done: int, total: int) -> None:
        if what == "reading" and done < total:
            read.append(done)

    build(settings, AT_ONCE, progress=progress)
    assert read == [1, 2, 3]  # and the fourth
    (settings.corpus_dir / "a.txt").write_text("A night train will run to Narvik.\n", encoding="utf-8")
    read.clear()
    assert build(settings, AT_ONCE, progress=progress).unchanged == 3
    assert read == [1, 2]  # the new file, and the one that could not be read
    read.clear()
    build(settings, replace(AT_ONCE, full=True), progress=progress)
    assert read == [1, 2, 3, 4]


def test_a_change_that_keeps_size_and_time_is_noticed(settings: Settings) -> None:
    build(settings, AT_ONCE)
    path = settings.corpus_dir / "ferry.txt"
    before = path.stat()
    path.write_text(FERRY.replace("four", "nine"), encoding="utf-8")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert (path.stat().st_size, path.stat().st_mtime_ns) == (before.st_size, before.st_mtime_ns)
    assert build(settings, AT_ONCE).changed == 1
    assert texts(settings) == files(settings)
    fresh = settings.corpus_dir.parent / "fresh.txt"
    fresh.write_text(FERRY.replace("four", "five"), encoding="utf-8")
    os.utime(fresh, ns=(before.st_atime_ns, before.st_mtime_ns))
    fresh.replace(path)
    assert build(settings, AT_ONCE).changed == 1
    assert texts(settings) == files(settings)


def test_the_lines_of_a_file_that_did_not_change_stay(settings: Settings) -> None:
    lines = [json.dumps({"text": text}) for text in ("The tram runs.", "The bus waits.")]
    path = settings.corpus_dir / "export.jsonl"
    path.write_text("\n".join(lines), encoding="utf-8")
    build(settings, AT_ONCE)
    (settings.corpus_dir / "a.txt").write_text("A night train will run to Narvik.\n", encoding="utf-8")
    assert build(settings, AT_ONCE).unchanged == 5
    path.write_text("\n".join([lines[1], "{"]), encoding="utf-8")
    assert build(settings, AT_ONCE).removed == 1
    assert build(settings, AT_ONCE).failures[0].doc_id == "export.jsonl#2"
    assert texts(settings)["export.jsonl#1"] == "The bus waits."


def test_a_new_version_that_is_kept_is_not_opened_again(settings: Settings) -> None:
    kept: list[Store] = []
    build(settings, keep=kept.append)
    opened = Library.open(settings)
    assert kept == [opened.store]
    assert opened.search("Skarvik ferries")[0].doc_id == "ferry.txt"
    build(settings, keep=kept.append)
    assert len(kept) == 1
    (settings.corpus_dir / "sub.txt").unlink()
    build(settings, keep=kept.append)
    assert Library.open(settings).store is kept[1]
    assert len(opened.articles()) == 3


def test_a_copy_of_an_article_is_an_article(settings: Settings) -> None:
    build(settings)
    shutil.copy(settings.corpus_dir / "ferry.txt", settings.corpus_dir / "zz-copy.txt")
    build(settings)
    assert {found.doc_id for found in Library.open(settings).search("electric ferries", top_k=2)} == {
        "ferry.txt",
        "zz-copy.txt",
    }


def test_a_copy_or_a_return_embeds_nothing(settings: Settings) -> None:
    build(settings)
    shutil.copy(settings.corpus_dir / "ferry.txt", settings.corpus_dir / "zz-copy.txt")
    aside = (settings.corpus_dir / "sub.txt").rename(settings.corpus_dir.parent / "sub.txt")
    CountingEmbedder.seen.clear()
    assert build(settings).removed == 1
    aside.rename(settings.corpus_dir / "back-again.txt")
    assert build(settings).added == 1
    assert not CountingEmbedder.seen
    assert texts(settings) == files(settings)
    assert [one.doc_id for one in Library.open(settings).search("Marlowe shops", top_k=1)] == ["back-again.txt"]


def test_an_index_inside_the_corpus_is_no_article(settings: Settings) -> None:
    inside = settings.model_copy(update={"index_dir": settings.corpus_dir / "index"})
    build(inside)
    assert build(inside).unchanged == 3
    assert set(texts(inside)) == {"ferry.txt", "coffee.txt", "sub.txt"}


def test_many_builds_end_like_one_full_build(settings: Settings) -> None:
    build(settings)
    corpus = settings.corpus_dir
    for step in range(6):
        (corpus / f"{step % 3}.txt").write_text(f"Step {step} of the walk is taken. " * (step + 1), encoding="utf-8")
        if step > 3:
            (corpus / f"{step % 2}.txt").unlink(missing_ok=True)
        build(settings)
    queries = ("step", "ferries", "frost", "shops", "walk")
    grown = [Library.open(settings).search(query, top_k=50) for query in queries]
    build(settings, BuildOptions(full=True))
    assert [
        {(one.doc_id, one.char_start, one.text) for one in found} for found in grown
    ] == [
        {(one.doc_id, one.char_start, one.text) for one in Library.open(settings).search(query, top_k=50)}
        for query in queries
    ]  # fmt: skip


def test_one_bad_file_is_listed_and_stops_nothing(settings: Settings) -> None:
    (settings.corpus_dir / "bad.txt").write_bytes(b"\x80\x81\x00\x02")
    report = build(settings)
    assert [failure.doc_id for failure in report.failures] == ["bad.txt"]
    [failed] = [one for one in Library.open(settings).articles() if one.state == "failed"]
    assert (failed.doc_id, failed.reason) == ("bad.txt", report.failures[0].reason)
    (settings.corpus_dir / "bad.txt").write_text("Now it is text.\n", encoding="utf-8")
    assert not build(settings).failures
    assert texts(settings) == files(settings)


def test_a_bad_file_is_parsed_again_when_it_may_help(settings: Settings) -> None:
    bad = settings.corpus_dir / "bad.txt"
    bad.write_bytes(b"\x80\x81\x00\x02")
    [real] = build(settings).failures

    def remember(reason: str, release: str) -> None:
        """Make the index say that this release gave this reason."""
        manifest = Catalog(settings.index_dir).current() / "manifest.json"
        fields = json.loads(manifest.read_text())
        del fields["sha256"]
        fields["failures"][0]["reason"], fields["aliqa"] = reason, release
        manifest.write_text(json.dumps(fields))

    remember("as remembered", __version__)
    assert [one.reason for one in build(settings).failures] == ["as remembered"]
    assert build(settings, BuildOptions(retry_failed=True)).failures == (real,)
    remember("as remembered", "0.0.1")
    assert build(settings).failures == (real,)
    remember("as remembered", __version__)
    bad.write_bytes(b"\x80\x81\x00\x02\x03")
    [changed] = build(settings).failures
    assert (changed.reason, changed.sha256 == real.sha256) == (real.reason, False)


def test_what_was_deleted_on_purpose_is_not_lost(settings: Settings) -> None:
    build(settings)
    for name in ("ferry.txt", "sub.txt"):
        (settings.corpus_dir / name).unlink()
    with pytest.raises(IndexShrinking):
        build(settings, BuildOptions(deleted=["coffee.txt"]))
    assert build(settings, BuildOptions(deleted=["ferry.txt"])).removed == 2


@pytest.mark.skipif(os.geteuid() != 0, reason="becomes another user, which only root can")
def test_an_article_that_cannot_be_read_now_is_not_deleted(settings: Settings, tmp_path: Path) -> None:
    build(settings)
    for path in (tmp_path, *tmp_path.rglob("*")):
        os.chown(path, NOBODY, NOBODY)
    for parent in takewhile(lambda parent: not parent.stat().st_mode & 1, tmp_path.parents):
        parent.chmod(0o755)
    (settings.corpus_dir / "ferry.txt").chmod(0)
    with unprivileged():
        report = build(settings)
        assert (report.removed, report.unchanged) == (0, 3)
        assert [failure.doc_id for failure in report.failures] == ["ferry.txt"]
        assert texts(settings)["ferry.txt"] == FERRY


def test_losing_most_articles_needs_force(settings: Settings) -> None:
    version = build(settings).index.version
    for name in ("ferry.txt", "sub.txt"):
        (settings.corpus_dir / name).unlink()
    for full in (False, True):
        with pytest.raises(IndexShrinking, match=r"2 of the index's 3 articles.*--force"):
            build(settings, BuildOptions(full=full))
        assert Catalog(settings.index_dir).current().name == version
    assert build(settings, BuildOptions(force=True)).removed == 2
    assert set(texts(settings)) == {"coffee.txt"}


def test_an_empty_or_missing_corpus_changes_nothing(settings: Settings) -> None:
    version = build(settings).index.version
    aside = settings.corpus_dir.rename(settings.corpus_dir.parent / "aside")
    with pytest.raises(CorpusMissing, match="--corpus"):
        build(settings, BuildOptions(force=True))
    settings.corpus_dir.mkdir()
    with pytest.raises(CorpusEmpty, match="holds no readable article"):
        build(settings, BuildOptions(force=True))
    assert Catalog(settings.index_dir).current().name == version
    aside.rename(settings.corpus_dir / "back")


def test_an_index_of_other_settings_is_refused_then_rebuilt(settings: Settings) -> None:
    build(settings)
    other = settings.model_copy(update={"embedding": EmbeddingSettings(model=EMBEDDER)})
    assert Library.open(other).info.articles == 3  # the same vectors by another name
    shorter = aliqa_settings.load(
        corpus_dir=settings.corpus_dir,
        index_dir=settings.index_dir,
        **QUICK,
        chunking={"tokens": 50},
    )
    with pytest.raises(IndexIncompatible, match="chunking"):
        Library.open(shorter)
    assert build(shorter).unchanged == 3
    assert texts(shorter) == files(shorter)


def test_an_index_of_another_format_says_so_and_the_next_build_makes_it_anew(settings: Settings) -> None:
    old = settings.index_dir / build(settings).index.version
    fields = json.loads((old / "manifest.json").read_text("utf-8"))
    del fields["sha256"]
    (old / "manifest.json").write_text(json.dumps(fields | {"format": fields["format"] - 1}), encoding="utf-8")
    with pytest.raises(IndexIncompatible, match="rebuild with: aliqa index"):
        Library.open(settings)
    assert build(settings).added == len(Library.open(settings).articles())


def test_what_a_build_that_died_had_kept_is_used_if_it_is_whole(settings: Settings) -> None:
    embedder = make_embedder(settings)
    maker = Maker(embedder, Chunker(settings.chunking, embedder))
    articles = [read_article(settings.corpus_dir / name, name) for name in list_articles(settings.corpus_dir)]
    journal = Journal(settings.index_dir / JOURNAL)
    for article, chunks, embedded in maker.make(articles):
        marked = [Embedded(-one.passage, one.sentences) for one in embedded]
        journal.keep(maker.name(article), pack(chunks, marked))
    build(settings)
    _hold_vectors(settings, maker, sign=-1)
    for article in articles:
        journal.keep(maker.name(article), b"torn")
    build(settings, BuildOptions(full=True))
    _hold_vectors(settings, maker, sign=1)
    assert not (settings.index_dir / JOURNAL).exists()


def _hold_vectors(settings: Settings, maker: Maker, sign: int) -> None:
    """The index holds what is made of its articles, every vector with this sign."""
    published = index_of(settings).published()
    for entry in published.entries():
        [(_, _, expected)] = maker.make([published.article(entry.doc_id)])
        for found, one in zip(published.remake(entry.key)[1], expected, strict=True):
            assert np.array_equal(found.passage, sign * one.passage)
