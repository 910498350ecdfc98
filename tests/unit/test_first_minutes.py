"""The first minutes with Python: names, days as words, answers as JSON, in print and in a notebook."""

import json
import shutil
from dataclasses import asdict, replace
from datetime import date, datetime
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from tests.conftest import QUICK, THRESHOLD

import aliqa
from aliqa import Filters, Library
from aliqa.doors.http import create_app
from aliqa.foundations import settings as aliqa_settings
from aliqa.foundations.errors import CorpusMissing, SettingsError
from aliqa.foundations.settings import CORPUS_NOTE, Settings
from aliqa.library import build

FERRIES = "How many electric ferries did Northwind Lines order?"


def test_the_package_shows_its_names() -> None:
    assert set(aliqa.__all__) <= set(dir(aliqa))
    assert all(getattr(aliqa, name) for name in aliqa.__all__)
    with pytest.raises(AttributeError):
        aliqa.Libary  # noqa: B018


def test_days_may_be_words_and_are_looked_at_at_once() -> None:
    assert Filters("2025-01-31").since == date(2025, 1, 31)  # type: ignore[arg-type]
    assert Filters(until=datetime(2025, 1, 31, 12)).until == date(2025, 1, 31)
    assert Filters(sources=["Harbour Gazette"]) == Filters(sources=("Harbour Gazette",))  # type: ignore[arg-type]
    assert Filters(sources="Harbour Gazette").sources == ("Harbour Gazette",)  # type: ignore[arg-type]
    assert not Filters()
    with pytest.raises(ValueError, match="2025-01-31"):
        Filters(since="January")  # type: ignore[arg-type]


def test_an_answer_is_json_and_short_in_print(settings: Settings, library: Library) -> None:
    answer = library.ask(FERRIES)
    with TestClient(create_app(settings, library)) as client:
        told = client.post("/ask", json={"question": FERRIES}).json()
    assert answer.to_dict() | {"id": "", "timings_ms": {}} == told | {"id": "", "timings_ms": {}}
    assert json.loads(answer.to_json()) == answer.to_dict()
    assert str(answer).splitlines()[0] == answer.answer
    assert answer.citations[0].title in str(answer)
    assert len(repr(answer)) < 300
    assert answer.citations[0].quote.split()[0] in answer._repr_markdown_()
    assert asdict(answer)["question"] == FERRIES
    marked = replace(answer, answer="<b>*a*</b> [1]", citations=())
    assert marked._repr_markdown_() == "**\\<b\\>\\*a\\*\\</b\\> \\[1\\]**\n"
    nothing = library.ask("Who invented the telescope?")
    assert nothing.abstention
    assert str(nothing) == nothing.abstention.detail


def test_a_folder_is_enough_to_open_an_index(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALIQA_EMBEDDING__MODEL", settings.embedding.model)
    monkeypatch.setenv("ALIQA_READING__MODEL", "none")
    monkeypatch.setenv("ALIQA_ANSWERING__THRESHOLD", str(THRESHOLD))
    for folder in (settings.index_dir, str(settings.index_dir)):
        assert Library.open(folder).ask(FERRIES).answered


def test_an_index_remembers_its_articles(tmp_path: Path) -> None:
    beside, far = tmp_path / "news" / "corpus", tmp_path / "elsewhere"
    for folder in (beside, far):
        folder.mkdir(parents=True)
        (folder / "a.txt").write_text("The ferry came from Narvik.", encoding="utf-8")
        build(aliqa_settings.load(corpus_dir=folder, index_dir=tmp_path / "news" / "index", **QUICK))
        assert aliqa_settings.load(index_dir=tmp_path / "news" / "index").corpus_dir == folder
    build(aliqa_settings.load(corpus_dir=beside, index_dir=tmp_path / "news" / "index", **QUICK))
    shutil.move(tmp_path / "news", tmp_path / "moved")
    moved = tmp_path / "moved" / "index"
    assert aliqa_settings.load(index_dir=moved).corpus_dir == tmp_path / "moved" / "corpus"
    assert aliqa_settings.load(index_dir=moved, corpus_dir=far).corpus_dir == far
    assert aliqa_settings.load(index_dir=tmp_path / "none").corpus_dir == Path("corpus")
    (moved / CORPUS_NOTE).write_bytes(b"\xff")
    assert aliqa_settings.load(index_dir=moved).corpus_dir == Path("corpus")


def test_a_mistyped_corpus_leaves_nothing_behind(tmp_path: Path) -> None:
    with pytest.raises(CorpusMissing):
        build(aliqa_settings.load(corpus_dir=tmp_path / "corups", index_dir=tmp_path / "index"))
    assert not list(tmp_path.iterdir())


def test_a_setting_that_nobody_knows_is_told_what_was_meant(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SettingsError, match=r"answering\.treshold; did you mean answering\.threshold\?"):
        aliqa_settings.load(answering={"treshold": 0.5})
    monkeypatch.setenv("ALIQA_ANSWERNG__THRESHOLD", "0.5")
    with pytest.raises(SettingsError, match=r"ALIQA_ANSWERNG__THRESHOLD; did you mean ALIQA_ANSWERING"):
        aliqa_settings.load()
    monkeypatch.delenv("ALIQA_ANSWERNG__THRESHOLD")
    (tmp_path / "aliqa.toml").write_text("corpus_dir = \n", encoding="utf-8")
    with pytest.raises(SettingsError, match=r"aliqa\.toml cannot be read: .*line 1"):
        aliqa_settings.load()
