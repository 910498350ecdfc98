"""A backup comes back whole or not at all: hashes, names that lead elsewhere, files that are there already."""

import io
import json
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest
from tests import commands
from tests.conftest import ARTICLES, QUICK

from aliqa.articles.feeds import Feeds
from aliqa.doors.kept import backup
from aliqa.doors.kept.access import Keys
from aliqa.doors.kept.watchlist import Watchlist
from aliqa.foundations import settings as aliqa_settings
from aliqa.foundations.errors import ArchiveDamaged, BackupFailed
from aliqa.foundations.settings import Settings


def places(folder: Path) -> Settings:
    return aliqa_settings.load(corpus_dir=folder / "corpus", index_dir=folder / "index", **QUICK)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    chosen = places(tmp_path / "old")
    for doc_id, text in ARTICLES.items():
        path = chosen.corpus_dir / doc_id
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    (chosen.corpus_dir / ".undated-note.txt.origin").write_text("{}")
    (chosen.corpus_dir / "link.txt").symlink_to("/etc/hostname")
    Keys(chosen.index_dir).add("desk", ("ask",))
    Watchlist(chosen.index_dir).add("Who?")
    Feeds(chosen.index_dir).add("https://news.example/feed", ["news.example"], "news")
    return chosen


def files(folder: Path) -> dict[str, bytes]:
    found = (path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    return {str(path.relative_to(folder)): path.read_bytes() for path in found if ".lock" not in path.name}


def test_everything_comes_back(tmp_path: Path, settings: Settings) -> None:
    archive = tmp_path / "a.tar"
    manifest = backup.export(settings, archive)
    assert archive.stat().st_mode & 0o077 == 0
    assert backup.verify(archive) == manifest
    new = places(tmp_path / "new")
    assert backup.restore(new, archive) == manifest
    assert files(new.corpus_dir) == files(settings.corpus_dir)
    assert Keys(new.index_dir).listed() == Keys(settings.index_dir).listed()
    assert Watchlist(new.index_dir).questions() == Watchlist(settings.index_dir).questions()
    assert Feeds(new.index_dir).listed() == Feeds(settings.index_dir).listed()
    with pytest.raises(BackupFailed, match="there already"):
        backup.export(settings, archive)


def test_nothing_is_overwritten(tmp_path: Path, settings: Settings) -> None:
    archive = tmp_path / "a.tar"
    backup.export(settings, archive)
    new = places(tmp_path / "new")
    mine = new.corpus_dir / "undated-note.txt"
    mine.parent.mkdir(parents=True)
    mine.write_text("mine")
    with pytest.raises(BackupFailed, match="there already"):
        backup.restore(new, archive)
    assert files(tmp_path / "new") == {"corpus/undated-note.txt": b"mine"}


def remade(archive: Path, change: Callable[[list[tuple[tarfile.TarInfo, bytes]]], object]) -> None:
    """The archive with its members changed."""
    with tarfile.open(archive) as tar:
        members = [(member, (tar.extractfile(member) or io.BytesIO()).read()) for member in tar.getmembers()]
    change(members)
    with tarfile.open(archive, "w") as tar:
        for member, data in members:
            member.size = len(data) if member.isreg() else 0
            tar.addfile(member, io.BytesIO(data))


def renamed(members: list[tuple[tarfile.TarInfo, bytes]], name: str) -> None:
    """The second file goes by another name, in the manifest, too."""
    manifest = json.loads(members[0][1])
    manifest["files"][0]["name"] = members[1][0].name = name
    members[0] = members[0][0], json.dumps(manifest).encode()


def linked(members: list[tuple[tarfile.TarInfo, bytes]]) -> None:
    members[1][0].type, members[1][0].linkname = tarfile.SYMTYPE, "/etc/passwd"


def more(members: list[tuple[tarfile.TarInfo, bytes]]) -> None:
    members.append((tarfile.TarInfo("corpus/more.txt"), b"more"))


def altered(members: list[tuple[tarfile.TarInfo, bytes]]) -> None:
    members[1] = members[1][0], members[1][1][:-1] + b"!"


@pytest.mark.parametrize(
    "change",
    [
        altered, linked, more, lambda members: members.pop(), lambda members: members.pop(0),
        lambda members: members.reverse(),
        *(
            (lambda members, name=name: renamed(members, name))
            for name in (
                "../up.txt",
                "/etc/x",
                "corpus/../../x",
                "kept/CURRENT",
                "corpus/a\\b",
                "corpus//x",
                "elsewhere/x",
            )
        ),
    ],
)  # fmt: skip
def test_an_archive_that_is_not_what_it_was_writes_nothing(
    tmp_path: Path, settings: Settings, change: Callable[[list[tuple[tarfile.TarInfo, bytes]]], object]
) -> None:
    archive = tmp_path / "a.tar"
    backup.export(settings, archive)
    remade(archive, change)
    with pytest.raises(ArchiveDamaged):
        backup.restore(places(tmp_path / "new"), archive)
    assert not (tmp_path / "new").exists()


def test_what_is_cut_off_or_no_archive_is_refused(tmp_path: Path, settings: Settings) -> None:
    archive = tmp_path / "a.tar"
    backup.export(settings, archive)
    whole = archive.read_bytes()
    for data in (whole[: len(whole) // 2], b"", b"no archive"):
        archive.write_bytes(data)
        with pytest.raises(ArchiveDamaged):
            backup.verify(archive)


@pytest.mark.slow
def test_the_commands(tmp_path: Path, settings: Settings) -> None:
    def said(*words: str, folder: str) -> str:
        there = ["--corpus", str(tmp_path / folder / "corpus"), "--index", str(tmp_path / folder / "index")]
        done = commands.run(*words, *there)
        done.check_returncode()
        return done.stdout

    archive = str(tmp_path / "a.tar")
    assert said("export", archive, folder="old").startswith(f"Exported {archive}: 8 files")
    assert said("import", archive, "--check", folder="new").startswith(f"Whole: {archive}: 8 files")
    assert not (tmp_path / "new").exists()
    assert "Index it: aliqa index" in said("import", archive, folder="new")
    assert (tmp_path / "new" / "corpus" / "shipping" / "northwind.md").exists()
