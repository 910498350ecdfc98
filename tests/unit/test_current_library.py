"""The library that answers now: newer versions take its place, older ones are freed."""

import gc
import logging
import threading
import weakref
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from tests.doubles import HashingEmbedder

from aliqa.doors.running.current_library import CurrentLibrary
from aliqa.foundations import settings as aliqa_settings
from aliqa.foundations.errors import IndexMissing
from aliqa.foundations.settings import EmbeddingSettings, Settings
from aliqa.library import Library, build
from aliqa.text.names import ALIASES_FILE


class OnceEmbedder(HashingEmbedder):
    """Notes how often it was made."""

    made = 0

    def __init__(self, settings: EmbeddingSettings) -> None:
        super().__init__(settings)
        OnceEmbedder.made += 1


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    OnceEmbedder.made = 0
    (tmp_path / "corpus").mkdir()
    return aliqa_settings.load(
        corpus_dir=tmp_path / "corpus",
        index_dir=tmp_path / "index",
        embedding={"model": f"{__name__}:OnceEmbedder"},
        reading={"model": "none"},
    )


def publish(settings: Settings, text: str) -> str:
    (settings.corpus_dir / "a.txt").write_text(text, encoding="utf-8")
    return build(settings, embedder=HashingEmbedder(settings.embedding)).index.version


def test_a_newer_version_takes_the_place_and_shares_the_model(settings: Settings) -> None:
    current = CurrentLibrary(settings)
    with pytest.raises(IndexMissing):
        current.library()
    first = publish(settings, "Tea is green.")
    old = current.library()
    assert old is current.library()
    assert old.info.version == first
    second = publish(settings, "Tea is black.")
    assert current.library().info.version == second
    assert current.embedder() is old.embedder
    assert OnceEmbedder.made == 1
    assert old.article("a.txt").text == "Tea is green."  # who holds it reads it to the end


def test_the_file_of_aliases_is_read_again_when_it_changes(settings: Settings) -> None:
    publish(settings, "The tea of Ada Moss is green. In May Ada Moss met Jo Lund, and Jo Lund left.")
    current = CurrentLibrary(settings)
    assert {one.aliases for one in current.library().names()} == {()}
    aliases = settings.index_dir / ALIASES_FILE
    for also in ("", " = A. Moss"):
        aliases.write_text(f"Ada Moss = Jo Lund{also}\n", encoding="utf-8")
        [one] = current.library().names()
        assert len(one.aliases) == 1 + bool(also)
        assert current.library() is current.library()
    aliases.unlink()
    assert {one.aliases for one in current.library().names()} == {()}
    assert OnceEmbedder.made == 1


def test_the_old_one_is_freed_when_its_last_request_ends(settings: Settings) -> None:
    publish(settings, "Tea is green.")
    current = CurrentLibrary(settings)
    request = current.library()
    request.ask("What is tea?")
    freed = weakref.ref(request)
    store = weakref.ref(request.store)
    publish(settings, "Tea is black.")
    assert current.library() is not request
    gc.collect()
    assert freed() is request
    del request
    gc.collect()
    assert freed() is None
    assert store() is None


def test_a_version_that_a_request_holds_is_not_pruned(settings: Settings) -> None:
    publish(settings, "Tea is green.")
    current = CurrentLibrary(settings)
    request = current.library()
    for step in range(4):
        publish(settings, f"Tea is black, {step}.")
        current.library()
    assert (settings.index_dir / request.info.version).is_dir()
    assert request.article("a.txt").text == "Tea is green."
    assert request.search("green tea")[0].text == "Tea is green."


def test_a_version_that_cannot_be_opened_leaves_the_old_one(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    first = publish(settings, "Tea is green.")
    current = CurrentLibrary(settings)
    current.warm()
    second = publish(settings, "Tea is black.")
    [texts] = (settings.index_dir / second).glob("*-texts.utf8")
    texts.write_bytes(b"damaged")
    with caplog.at_level(logging.ERROR):
        assert {current.library().info.version for _ in range(3)} == {first}
    assert len(caplog.records) == 1
    assert "damaged" in caplog.text
    third = publish(settings, "Tea is white.")
    assert current.library().info.version == third


def test_an_index_that_is_taken_away_goes_on_answering(settings: Settings) -> None:
    publish(settings, "Tea is green.")
    current = CurrentLibrary(settings)
    current.warm()
    (settings.index_dir / "CURRENT").unlink()
    assert current.library().article("a.txt").text == "Tea is green."


def test_all_who_ask_after_a_version_was_published_get_that(settings: Settings) -> None:
    publish(settings, "Tea number 0 is green.")
    current = CurrentLibrary(settings, patience=60)
    current.warm()
    with ThreadPoolExecutor(8) as askers:
        for step in range(1, 8):
            version = publish(settings, f"Tea number {step} is green.")
            asked = [askers.submit(current.library) for _ in range(8)]
            assert {one.result().info.version for one in asked} == {version}


def test_many_ask_while_versions_are_published(settings: Settings) -> None:
    publish(settings, "Tea number 0 is green.")
    current = CurrentLibrary(settings)
    texts = {current.library().info.version: "Tea number 0 is green."}
    seen: list[tuple[str, str]] = []
    stop = threading.Event()

    def ask() -> None:
        while not stop.wait(0.001):  # or the builder hardly ever has its turn
            library = current.library()
            seen.append((library.info.version, library.search("green tea")[0].text))

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for step in range(1, 8):
        text = f"Tea number {step} is green."
        texts[publish(settings, text)] = text
    stop.set()
    for thread in threads:
        thread.join()
    assert all(texts[version] == text for version, text in seen)
    assert Library.open(settings).info.version == current.library().info.version
