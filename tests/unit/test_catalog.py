import json
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from aliqa.foundations.errors import IndexBusy, IndexDamaged, IndexIncompatible, IndexMissing, IndexUnwritable
from aliqa.foundations.types import Failure
from aliqa.index.folder import catalog
from aliqa.index.folder.catalog import Catalog, Manifest, read_manifest

CONTENT: dict[str, Any] = {
    "embedding": "e", "dimension": 3, "chunking": "c", "articles": 1, "passages": 1, "sentences": 1, "next_key": 2,
    "newest_published": "2025-03-04", "failures": [Failure("bad.txt", "It is empty.")],
}  # fmt: skip


def publish(folder: Path, word: str) -> Manifest:
    catalog = Catalog(folder)
    with catalog.building() as workshop:
        (workshop / "sub").mkdir()
        (workshop / "sub" / "data").write_text(word)
        return catalog.publish(workshop, catalog.seal(workshop, CONTENT))


def test_the_published_version_is_current_and_whole(tmp_path: Path) -> None:
    manifest = publish(tmp_path / "index", "one")
    current = Catalog(tmp_path / "index").current()
    assert current.name == manifest.version
    assert read_manifest(current) == manifest
    assert (current / "sub" / "data").read_text() == "one"
    assert not list((tmp_path / "index").glob(".building-*"))


def test_a_new_version_keeps_the_one_before_it(tmp_path: Path) -> None:
    names = [publish(tmp_path, word).version for word in ("one", "two", "three")]
    assert Catalog(tmp_path).versions() == names[1:]
    assert Catalog(tmp_path).current().name == names[2]


def test_a_failed_build_leaves_the_old_version(tmp_path: Path) -> None:
    version = publish(tmp_path, "one").version
    with pytest.raises(FileExistsError), Catalog(tmp_path).building() as workshop:
        (workshop / "data").write_text("half")
        (workshop / "data").mkdir()
    assert Catalog(tmp_path).current().name == version
    assert not list(tmp_path.glob(".building-*"))


def test_what_a_killed_builder_left_is_cleared_away(tmp_path: Path) -> None:
    (tmp_path / ".building-99999").mkdir(parents=True)
    publish(tmp_path, "one")
    assert not list(tmp_path.glob(".building-*"))


def test_no_index_says_how_to_build_one(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "nowhere"):
        with pytest.raises(IndexMissing, match="aliqa index --corpus"):
            Catalog(folder).current()


def test_a_second_builder_is_told_to_wait(tmp_path: Path) -> None:
    script = (
        "import sys; from aliqa.index.folder.catalog import Catalog; from pathlib import Path\n"
        "with Catalog(Path(sys.argv[1])).building():\n print('building', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout
        assert other.stdout.readline() == "building\n"
        with pytest.raises(IndexBusy, match="Another process"), Catalog(tmp_path).building():
            pass
        other.kill()
        other.wait()
    publish(tmp_path, "its lock died with it")


@pytest.mark.parametrize("damage", ["missing", "short", "altered", "manifest", "gone"])
def test_damage_is_noticed(tmp_path: Path, damage: str) -> None:
    publish(tmp_path, "one")
    current = Catalog(tmp_path).current()
    data = current / "sub" / "data"
    if damage == "missing":
        data.unlink()
    elif damage in ("short", "altered"):
        data.write_text({"short": "on", "altered": "0ne"}[damage])
    elif damage == "manifest":
        (current / "manifest.json").write_text("{")
    else:
        shutil.rmtree(current)
    with pytest.raises(IndexDamaged, match="aliqa index --full"):
        read_manifest(Catalog(tmp_path).current())


def test_damage_to_what_was_read_before_is_noticed(tmp_path: Path) -> None:
    manifest = publish(tmp_path, "one")
    current = Catalog(tmp_path).current()
    time.sleep(2 * catalog._REST / 1e9)
    for _ in range(2):
        assert read_manifest(current) == manifest
    (current / "sub" / "data").write_text("0ne")
    for _ in range(2):
        with pytest.raises(IndexDamaged):
            read_manifest(current)


def test_every_flipped_bit_of_a_manifest_is_noticed(tmp_path: Path) -> None:
    manifest = publish(tmp_path, "one")
    path = Catalog(tmp_path).current() / "manifest.json"
    written = path.read_bytes()
    for place in range(len(written)):
        damaged = bytearray(written)
        damaged[place] ^= 1 << place % 7
        path.write_bytes(damaged)
        try:
            assert read_manifest(path.parent) == manifest  # a blank between the words of JSON says nothing
        except IndexDamaged:
            continue
    path.write_bytes(written.replace(manifest.built_at.encode(), b"2031-01-01T00:00:00+00:00"))
    with pytest.raises(IndexDamaged, match="not what was written"):
        read_manifest(path.parent)


def test_a_version_in_the_place_of_another_one_is_noticed(tmp_path: Path) -> None:
    publish(tmp_path, "one")
    older = Catalog(tmp_path).current()
    publish(tmp_path, "two")
    newer = Catalog(tmp_path).current()
    shutil.rmtree(newer)
    shutil.copytree(older, newer)
    with pytest.raises(IndexDamaged, match=older.name):
        read_manifest(Catalog(tmp_path).current())


def test_another_format_is_no_damage(tmp_path: Path) -> None:
    publish(tmp_path, "one")
    manifest = Catalog(tmp_path).current() / "manifest.json"
    said = json.loads(manifest.read_text())
    del said["sha256"]
    manifest.write_text(json.dumps(said | {"format": 0}))
    with pytest.raises(IndexIncompatible, match="format 0"):
        read_manifest(manifest.parent)


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(IndexUnwritable, match="still stands"), Catalog(tmp_path / "file" / "index").building():
        pass
