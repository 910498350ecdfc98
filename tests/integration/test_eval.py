"""`aliqa eval`, run as a user runs it."""

import json
from pathlib import Path
from typing import Any

import pytest
from tests.integration.test_cli import failed, run
from tests.unit.test_evaluating import FERRIES

from aliqa.foundations.settings import Settings

pytestmark = pytest.mark.slow

QUESTIONS: tuple[dict[str, Any], ...] = (
    FERRIES,
    {
        "qid": "blame",
        "type": "[why]",
        "question": "How many shops will Marlowe Stores close?",
        "answerable": True,
        "evidence": [[{"source": "retail/marlowe.txt", "text": "Priya Raman blames high rents"}]],
    },
    {"qid": "moon", "type": "none", "question": "Who flies to the moon?", "answerable": False},
)


@pytest.fixture
def gold(tmp_path: Path) -> Path:
    path = tmp_path / "gold.jsonl"
    path.write_text("".join(json.dumps(one) + "\n" for one in QUESTIONS), encoding="utf-8")
    return path


def test_eval_prints_a_table_keeps_the_run_and_draws_it(gold: Path, settings: Settings) -> None:
    out, plot = gold.with_name("run.json"), gold.with_name("curve.svg")
    done = run("eval", gold, "--index", settings.index_dir, "--misses", "--out", out, "--plot", plot)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    lines = [" ".join(line.split()) for line in done.stdout.splitlines()]
    assert lines[0].startswith("3 questions of gold.jsonl, index 000001-")
    for line in (
        "answered 1.000 2",
        "first quote is evidence 0.500 2",
        "evidence in passages 1.000 2",
        "false answers 0.000 1",
        "[why] 1 1.000 0.000 0.000 1.000",
        "number 1 1.000 1.000 1.000 1.000",
        "none 1 0.000",
        "1 miss",
    ):
        assert line in lines, done.stdout
    assert "expected retail/marlowe.txt:" in done.stdout
    assert '"Priya Raman blames high rents"' in done.stdout

    kept = json.loads(out.read_bytes())
    assert [row["qid"] for row in kept["rows"]] == ["ferries", "blame", "moon"]
    assert kept["models"] == {"embedding": "hashing-1", "reader": "linear"}
    assert kept["settings"]["answering"]["threshold"] == 0.1
    assert set(kept["settings"]) <= {"embedding", "chunking", "reading", "answering"}
    assert plot.read_bytes().startswith(b"<?xml")


def test_eval_compares_with_an_earlier_run(gold: Path, settings: Settings) -> None:
    old = gold.with_name("old.json")
    first = run("eval", gold, "--index", settings.index_dir, "--json", ALIQA_ANSWERING__THRESHOLD="1")
    assert first.returncode == 0, first.stderr
    old.write_text(first.stdout, encoding="utf-8")
    done = run("eval", gold, "--index", settings.index_dir, "--compare", old)
    lines = [" ".join(line.split()) for line in done.stdout.splitlines()]
    assert "against old.json old new difference 95 % interval better in" in lines
    assert "answered 0.000 1.000 +1.000 1.000 to 1.000 100%" in lines, done.stdout
    new = json.loads(run("eval", gold, "--index", settings.index_dir, "--compare", old, "--json").stdout)
    assert new["comparison"]["measures"]["answered"]["difference"] == 1
    assert new["comparison"]["version"] == json.loads(first.stdout)["index"]["version"]
    with gold.open("a", encoding="utf-8") as more:
        more.write('{"qid": "new", "question": "New?", "answerable": false}\n')
    assert "old.json lacks 1 question (new)" in failed(
        run("eval", gold, "--index", settings.index_dir, "--compare", old)
    )


def test_eval_says_what_is_wrong_before_it_asks(gold: Path, settings: Settings, tmp_path: Path) -> None:
    index = ("--index", settings.index_dir)
    assert "must end in .svg or .png" in failed(run("eval", gold, *index, "--plot", tmp_path / "a.doc"), 2)
    assert "is no run to compare with" in failed(run("eval", gold, *index, "--compare", gold))
    with gold.open("a", encoding="utf-8") as more:
        more.write(
            '{"qid": "x", "question": "X?", "answerable": true, "evidence": [[{"source": "x.md", "text": "X"}]]}\n'
        )
    assert "gold.jsonl, line 4: the index holds no article 'x.md'" in failed(run("eval", gold, *index))
