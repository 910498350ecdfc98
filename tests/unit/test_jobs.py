"""Builds in the background: one at a time, each told to its end, and a deletion is never forgotten."""

import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import ClassVar

import pytest
from pydantic import TypeAdapter
from tests.doubles import HashingEmbedder

from aliqa.doors.running.current_library import CurrentLibrary
from aliqa.doors.running.jobs import REMEMBERED, Jobs
from aliqa.foundations import settings as aliqa_settings
from aliqa.foundations.errors import (
    ArticleNotDeletable,
    ArticleNotFound,
    FormatUnknown,
    InvalidRequest,
    JobNotFound,
    JobRunning,
)
from aliqa.foundations.protocols import Embedded, EmbeddingInput
from aliqa.foundations.settings import Settings
from aliqa.foundations.types import BuildOptions, Job
from aliqa.index.folder.catalog import Catalog
from aliqa.library import build


class HeldEmbedder(HashingEmbedder):
    """Embeds passages only while it is let go."""

    go: ClassVar[threading.Event] = threading.Event()
    reached: ClassVar[threading.Event] = threading.Event()

    def embed_passages(self, inputs: "list[EmbeddingInput]") -> list[Embedded]:  # type: ignore[override]
        self.reached.set()
        assert self.go.wait(60)
        return super().embed_passages(inputs)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    for name in ("tea", "coffee", "rail"):
        (corpus / f"{name}.txt").write_text(f"The {name} came from Narvik.", encoding="utf-8")
    model = f"{__name__}:HeldEmbedder"
    return aliqa_settings.load(
        corpus_dir=corpus, index_dir=tmp_path / "index", embedding={"model": model}, reading={"model": "none"}
    )


@pytest.fixture
def current(settings: Settings) -> CurrentLibrary:
    HeldEmbedder.go.set()
    build(settings)
    HeldEmbedder.reached.clear()
    return CurrentLibrary(settings)


@pytest.fixture
def jobs(settings: Settings, current: CurrentLibrary) -> Iterator[Jobs]:
    jobs = Jobs(settings, current)
    yield jobs
    HeldEmbedder.go.set()
    jobs.close()


def hold(jobs: Jobs) -> Job:
    """A job that embeds, and waits with it until `HeldEmbedder.go` is set."""
    HeldEmbedder.go.clear()
    job = jobs.upload("held.txt", b"A ferry is held.")
    assert HeldEmbedder.reached.wait(60)
    return job


def test_a_job_begins_queued_and_ends_with_counts(jobs: Jobs, current: CurrentLibrary) -> None:
    job = jobs.submit_build()
    assert (job.kind, job.state, job.progress, job.index_version) == ("index", "queued", 0, None)
    done = jobs.wait(job.id, 60)
    assert (done.state, done.progress, done.counts.unchanged) == ("succeeded", 1, 3)
    assert done.index_version == current.library().info.version
    assert jobs.get(job.id) == done


def test_a_running_job_tells_its_progress(jobs: Jobs) -> None:
    job = hold(jobs)
    running = jobs.get(job.id)
    assert running.state == "running"
    assert 0 < running.progress < 1
    HeldEmbedder.go.set()
    assert jobs.wait(job.id, 60).state == "succeeded"


def test_rebuilds_do_not_pile_up(jobs: Jobs) -> None:
    hold(jobs)
    queued = jobs.submit_build(BuildOptions(full=True))
    with pytest.raises(JobRunning, match=queued.id):
        jobs.submit_build()
    HeldEmbedder.go.set()
    assert jobs.wait(queued.id, 60).counts.unchanged == 4
    assert jobs.wait(jobs.submit_build().id, 60).state == "succeeded"


def test_one_build_serves_all_that_wait(jobs: Jobs, settings: Settings) -> None:
    hold(jobs)
    waiting = [jobs.upload(f"{number}.txt", b"Many ferries wait.") for number in range(5)]
    assert jobs.follow() == waiting[0]
    waiting.append(jobs.delete("tea.txt"))
    before = Catalog(settings.index_dir).current().name
    HeldEmbedder.go.set()
    done = [jobs.wait(job.id, 60) for job in waiting]
    assert {(job.state, job.counts.added, job.counts.removed) for job in done} == {("succeeded", 5, 1)}
    [version] = {job.index_version for job in done}
    assert version
    assert int(version.split("-")[0]) == int(before.split("-")[0]) + 2


def test_an_upload_replaces_and_answers_when_it_is_done(jobs: Jobs, current: CurrentLibrary) -> None:
    job = jobs.upload("sub/new article.md", "A café opened.".encode())
    assert jobs.wait(job.id, 60).counts.added == 1
    assert current.library().article("sub/new article.md").text == "A café opened."
    job = jobs.upload("sub/new article.md", b"It closed.")
    assert jobs.wait(job.id, 60).counts.changed == 1
    assert current.library().article("sub/new article.md").text == "It closed."


def test_of_files_that_cannot_all_be_taken_none_is_written(jobs: Jobs, settings: Settings) -> None:
    for name, refusal in (("../b.txt", InvalidRequest), ("b.exe", FormatUnknown)):
        with pytest.raises(refusal):
            jobs.upload_all([("a.txt", b"text"), (name, b"text")])
    assert not (settings.corpus_dir / "a.txt").exists()


def test_a_deletion_needs_no_force(jobs: Jobs, current: CurrentLibrary, settings: Settings) -> None:
    for doc_id in ("tea.txt", "coffee.txt"):
        assert jobs.wait(jobs.delete(doc_id).id, 60).counts.removed == 1
        with pytest.raises(ArticleNotFound):
            current.library().article(doc_id)
        with pytest.raises(ArticleNotFound):
            jobs.delete(doc_id)
    with pytest.raises(ArticleNotDeletable, match="it is the last article"):
        jobs.delete("rail.txt")
    assert (settings.corpus_dir / "rail.txt").exists()


def test_of_two_deletions_at_once_one_article_stays(jobs: Jobs, settings: Settings) -> None:
    hold(jobs)
    for doc_id in ("tea.txt", "coffee.txt"):
        jobs.delete(doc_id)
    with pytest.raises(ArticleNotDeletable):
        jobs.delete("rail.txt")  # held.txt is not indexed yet
    HeldEmbedder.go.set()
    assert jobs.wait(jobs.submit_build().id, 60).state == "succeeded"
    assert sorted(path.name for path in settings.corpus_dir.iterdir()) == ["held.txt", "rail.txt"]


def test_a_file_that_is_gone_already_can_be_deleted(jobs: Jobs, settings: Settings) -> None:
    for name in ("tea.txt", "coffee.txt"):
        (settings.corpus_dir / name).unlink()
    first = jobs.delete("tea.txt")
    assert jobs.wait(first.id, 60).counts.removed == 2  # one of three is lost: no more than half


def test_loss_by_accident_still_needs_force(jobs: Jobs, settings: Settings) -> None:
    for name in ("tea.txt", "coffee.txt"):
        (settings.corpus_dir / name).unlink()
    failed = jobs.wait(jobs.submit_build().id, 60)
    assert failed.state == "failed"
    assert "--force" in (failed.error or "")
    assert jobs.wait(jobs.submit_build(BuildOptions(force=True)).id, 60).counts.removed == 2


def test_all_lines_of_a_file_go_with_it(jobs: Jobs, current: CurrentLibrary) -> None:
    lines = "".join(json.dumps({"text": f"Line {number} tells of ferries."}) + "\n" for number in range(9))
    jobs.wait(jobs.upload("export.jsonl", lines.encode()).id, 60)
    with pytest.raises(ArticleNotDeletable, match=r"export\.jsonl"):
        jobs.delete("export.jsonl#3")
    assert jobs.wait(jobs.delete("export.jsonl").id, 60).counts.removed == 9
    assert {one.doc_id for one in current.library().articles()} == {"tea.txt", "coffee.txt", "rail.txt"}


def test_failures_are_told_and_kept_out_of_the_way(jobs: Jobs, current: CurrentLibrary) -> None:
    done = jobs.wait(jobs.upload("broken.pdf", b"%PDF-1.7\nbroken").id, 60)
    assert (done.state, done.counts.failed, [one.doc_id for one in done.failures]) == ("succeeded", 1, ["broken.pdf"])
    assert jobs.wait(jobs.delete("broken.pdf").id, 60).failures == ()
    assert not [one for one in current.library().articles() if one.state == "failed"]


def test_an_error_names_no_folder_and_ends_nothing(jobs: Jobs, settings: Settings) -> None:
    aside = settings.corpus_dir.rename(settings.corpus_dir.with_name("aside"))
    failed = jobs.wait(jobs.submit_build().id, 60)
    assert failed.state == "failed"
    assert "There is no folder corpus." in (failed.error or "")
    assert str(settings.corpus_dir.parent) not in (failed.error or "")
    aside.rename(settings.corpus_dir)
    assert jobs.wait(jobs.submit_build().id, 60).state == "succeeded"


def test_a_defect_fails_the_job_and_not_the_thread(settings: Settings, current: CurrentLibrary) -> None:
    class Broken(HashingEmbedder):
        def embed_passages(self, inputs: object) -> list[Embedded]:
            raise ZeroDivisionError("/secret")

    class BrokenLibrary(CurrentLibrary):
        def embedder(self) -> HashingEmbedder:
            return Broken(settings.embedding)

    jobs = Jobs(settings, BrokenLibrary(settings))
    failed = jobs.wait(jobs.upload("a.txt", b"text").id, 60)
    assert failed.state == "failed"
    assert failed.error
    assert "secret" not in failed.error
    assert jobs.wait(jobs.delete("a.txt").id, 60).state == "succeeded"
    jobs.close()


def test_closing_gives_the_build_up(jobs: Jobs, settings: Settings) -> None:
    version = Catalog(settings.index_dir).current().name
    lines = "".join(json.dumps({"text": f"Line {number} tells of ferries."}) + "\n" for number in range(600))
    HeldEmbedder.go.clear()
    job = jobs.upload("export.jsonl", lines.encode())
    assert HeldEmbedder.reached.wait(60)
    closing = threading.Thread(target=jobs.close)
    closing.start()
    while not jobs._stopping:
        pass
    HeldEmbedder.go.set()
    closing.join()
    assert jobs.get(job.id).state == "failed"
    assert Catalog(settings.index_dir).current().name == version


def test_the_last_hundred_jobs_are_known(jobs: Jobs) -> None:
    with pytest.raises(JobNotFound):
        jobs.get("none")
    ids = []
    for _ in range(REMEMBERED + 5):
        ids.append(jobs.follow().id)
        jobs.wait(ids[-1], 60)
    jobs.get(ids[-1])
    with pytest.raises(JobNotFound):
        jobs.get(ids[0])


def test_a_job_is_the_contracts_object(jobs: Jobs) -> None:
    shown: Callable[[Job], bytes] = TypeAdapter(Job).dump_json
    assert json.loads(shown(jobs.wait(jobs.follow().id, 60))).keys() == {
        "id", "kind", "state", "progress", "counts", "failures", "index_version", "error", "skipped",
    }  # fmt: skip
