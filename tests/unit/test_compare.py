"""What the comparison with peers measures: with a system whose answers are known."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from benchmarks import compare
from benchmarks.peers import measure


class Words:
    """Finds passages, here whole articles, by the words that they share with a query."""

    def index(self, articles: Sequence[tuple[str, str]]) -> None:
        self.held = dict(articles)

    def search(self, query: str, k: int) -> list[tuple[str, str]]:
        wanted = set(query.lower().split())
        ranked = sorted(self.held.items(), key=lambda pair: -len(wanted & set(pair[1].lower().split())))
        return ranked[:k]

    def add(self, name: str, text: str) -> None:
        self.held[name] = text


@pytest.fixture
def eval_set(tmp_path: Path) -> Path:
    rows = [
        {"doc_id": "a", "title": "Ferries", "text": "The ferry crosses the strait. It is electric."},
        {"doc_id": "b", "title": None, "text": "Frost doubled the price of coffee."},
        {"doc_id": "c", "title": "Glass", "text": "The oven melts sand."},
    ]
    questions = [
        {"question": "what does the ferry cross", "relevant_doc_ids": ["a"]},
        {"question": "price of coffee", "relevant_doc_ids": ["b", "c"]},
        {"question": "unknown", "relevant_doc_ids": []},
    ]
    for name, lines in (("corpus", rows), ("questions", questions)):
        (tmp_path / f"{name}.jsonl").write_text("".join(json.dumps(one) + "\n" for one in lines), "utf-8")
    return tmp_path


def test_an_evaluation_set_becomes_articles_and_questions_with_known_answers(eval_set: Path) -> None:
    job = compare.from_set(eval_set, None)
    assert job["articles"][0] == ("a.txt", "Ferries\n\nThe ferry crosses the strait. It is electric.")
    assert [one["relevant"] for one in job["questions"]] == [["a.txt"], ["b.txt", "c.txt"]]
    assert [name for name, _ in compare.from_set(eval_set, 2)["articles"]] == ["a.txt", "b.txt"]


def test_what_is_found_is_scored_and_a_new_article_must_be_found(eval_set: Path) -> None:
    job = compare.from_set(eval_set, None)
    system = Words()
    found = measure.indexed(system, job) | measure.finished(system, job)
    assert found["ndcg_at_10"] == pytest.approx(0.9599, abs=1e-4)  # one of three is found third, not second
    assert found["new_is_found"] == 1.0
    assert found["index_s"] >= 0
    assert "evidence_at_5" not in found


def test_questions_are_timed_a_few_at_a_time(eval_set: Path) -> None:
    job = compare.from_set(eval_set, None)
    system = Words()
    measure.indexed(system, job)
    found = measure.searched(system, job, 1, 2)
    assert [len(found[name]) for name in ("search_ms", "search_cpu_ms")] == [1, 1]


def test_systems_take_turns(eval_set: Path) -> None:
    turns: list[tuple[str, str]] = []

    class Told:
        def __init__(self, system: str, *_: object) -> None:
            self.system, self.values = system, {"load_s": 0.0}

        def do(self, what: str) -> dict[str, object]:
            turns.append((self.system, what))
            return {"search_ms": [4.0], "search_cpu_ms": [2.0]} if what.startswith("search") else {what: 1.0}

        def close(self) -> None:
            turns.append((self.system, "close"))

    found = compare.measured(["aliqa", "txtai"], compare.from_set(eval_set, None), eval_set, 1, Told, in_a_turn=1)
    assert turns[:4] == [("aliqa", "index"), ("txtai", "index"), ("aliqa", "search 0 1"), ("txtai", "search 0 1")]
    assert turns[-2:] == [("txtai", "close"), ("aliqa", "close")]
    assert found["txtai"]["search_p50_ms"] == 4.0
    assert found["aliqa"]["finish"] == 1.0


def test_ranks_below_the_first_count_less() -> None:
    system = Words()
    system.index([("a.txt", "ferry strait"), ("b.txt", "ferry")])
    question = {"question": "ferry strait", "relevant": ["b.txt"]}
    assert measure.ndcg(system, question) == pytest.approx(0.6309, abs=1e-4)


def test_evidence_counts_by_groups_whatever_its_line_breaks() -> None:
    system = Words()
    system.index([("a.txt", "The ferry\ncrosses  the strait.")])
    groups = [["crosses the strait", "no such words"], ["nor these"]]
    assert measure.evidence(system, {"question": "ferry", "evidence": groups}) == 0.5


def test_the_table_names_what_was_measured() -> None:
    own = {"index_s": 10, "index_cpu_s": 18, "search_p50_ms": 4, "search_cpu_ms": 5, "bare_s": 9, "bare_cpu_s": 16}
    own |= {"tokens": 50_000, "gflops": 200, "matrix_cpu_s": 8}
    peer = {"index_s": 30, "index_cpu_s": 54, "search_p50_ms": 8, "search_cpu_ms": 10}
    results = {"aliqa": own, "txtai": peer}
    assert "| aliqa | 10 s | 18.0 s | 4.0 ms | 5.0 ms |" in compare.table(results)
    assert "3.0 times as fast as txtai hybrid" in compare.ratios(results)[0]
    assert "1.11 times as long as the bare forward passes" in compare.ratios(results)[2]


def test_each_machine_keeps_its_table() -> None:
    told = compare.replaced("\n\n### On A, AMX\n\n#### set\n\n| 1 |\n\n### On B, AVX2\n\n| 2 |\n\n", "B, AVX2", "| 3 |")
    assert told == "\n\n### On A, AMX\n\n#### set\n\n| 1 |\n\n### On B, AVX2\n\n| 3 |\n\n"
    assert compare.replaced(told, "C, AVX-512", "| 4 |") == f"{told}### On C, AVX-512\n\n| 4 |\n\n"
    assert compare.replaced("\n\n", "A", "new") == "\n\n### On A\n\nnew\n\n"
