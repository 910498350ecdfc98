"""aliqa beside its peers: one run, one machine, the same articles and the same embedding model.

    python -m benchmarks.compare [--set EVAL_SET] [--gold QUESTIONS.jsonl --articles FOLDER]

The ``EVAL_SET`` is a folder with ``corpus.jsonl`` (doc_id, title, text) and ``questions.jsonl`` (question,
relevant_doc_ids); ``QUESTIONS.jsonl`` has questions with their evidence in the articles of ``FOLDER``, as
`aliqa eval` reads them. Every peer gets an environment of its own, made from ``benchmarks/peers/PEER.txt``
on the first run, and a process of its own for each corpus, so that its peak memory is its own. Peers index what lies
in memory and keep it there; aliqa reads files and publishes an index on disk.

The tables go to ``docs/performance.md``, between its two marks, under the name of the processor and its instruction
set; those of other processors stay. The plot goes beside it.
"""

import argparse
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final, Protocol

from aliqa.index.embedding.bundled import bundled_folder
from benchmarks.machine import machine

PEERS: Final = ("llamaindex", "langchain", "haystack", "txtai")
NAMES: Final = {
    "aliqa": "aliqa", "llamaindex": "LlamaIndex + FAISS", "langchain": "LangChain + FAISS",
    "haystack": "Haystack in memory", "txtai": "txtai hybrid",
}  # fmt: skip
COLUMNS: Final = {
    "index_s": ("index", "{:,.0f} s"), "index_cpu_s": ("of processors", "{:,.1f} s"),
    "peak_mb": ("peak memory", "{:,.0f} MB"), "search_p50_ms": ("search p50", "{:.1f} ms"),
    "search_p95_ms": ("p95", "{:.1f} ms"), "search_cpu_ms": ("of processors", "{:.1f} ms"),
    "add_s": ("add one article", "{:.2f} s"), "add_cpu_s": ("of processors", "{:.2f} s"),
    "ndcg_at_10": ("nDCG@10", "{:.3f}"), "evidence_at_5": ("evidence in five passages", "{:.2f}"),
}  # fmt: skip
NEW_WORDS: Final = 1000
IN_A_TURN: Final = 10
"""So many questions a system answers before it is another one's turn."""

REST: Final = 0.2
"""Seconds between turns: threads of the last one go on turning for a while."""

HERE: Final = Path(__file__).parent
DOCS: Final = HERE.parent / "docs"
MARKS: Final = ("<!-- comparison: written by make bench -->", "<!-- end of comparison -->")

Values = dict[str, Any]


# --- what is asked ---------------------------------------------------------------------------


def read_lines(path: Path) -> list[Values]:
    """The objects of a file with one JSON object a line."""
    with open(path, encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def from_set(folder: Path, limit: int | None) -> Values:
    """A job out of an evaluation set, of at most so many articles: half of them or more that no question wants."""
    rows = read_lines(folder / "corpus.jsonl")
    asked = [one for one in read_lines(folder / "questions.jsonl") if one.get("relevant_doc_ids")]
    if limit:
        asked, wanted = _first_questions(asked, limit // 2)
        rows = sorted(rows, key=lambda one: one["doc_id"] not in wanted)[:limit]
    texts = {f"{one['doc_id']}.txt": "\n\n".join(filter(None, (one.get("title"), one["text"]))) for one in rows}
    questions = [
        {"question": one["question"], "relevant": [f"{doc_id}.txt" for doc_id in one["relevant_doc_ids"]]}
        for one in asked
    ]
    return {"articles": list(texts.items()), "questions": questions, "new": new_article(list(texts.values()))}


def _first_questions(asked: Sequence[Values], most: int) -> tuple[list[Values], set[str]]:
    """The first questions that want at most so many articles, and these."""
    kept: list[Values] = []
    wanted: set[str] = set()
    for one in asked:
        if len(wanted.union(one["relevant_doc_ids"])) > most:
            break
        kept.append(one)
        wanted.update(one["relevant_doc_ids"])
    return kept, wanted


def from_gold(gold: Path, folder: Path) -> Values:
    """A job out of a folder of articles and questions with evidence."""
    texts = {path.name: path.read_text("utf-8") for path in sorted(folder.iterdir()) if path.suffix in (".txt", ".md")}
    questions = [
        {"question": one["question"], "evidence": [[place["text"] for place in group] for group in one["evidence"]]}
        for one in read_lines(gold)
        if one["answerable"] and not one.get("history")
    ]
    return {"articles": list(texts.items()), "questions": questions, "new": new_article(list(texts.values()))}


def new_article(texts: Sequence[str]) -> tuple[str, str]:
    """An article of about a thousand words: the sentences of others, the last ones first."""
    sentences = re.split(r"(?<=[.!?])\s+", " ".join(reversed(texts[:40])))[::-1]
    chosen: list[str] = []
    while sentences and sum(len(one.split()) for one in chosen) < NEW_WORDS:
        chosen.append(sentences.pop())
    return "zz-new.txt", "A new article on lanterns at Vardnes\n\n" + " ".join(chosen)


# --- who is asked ----------------------------------------------------------------------------


def python_of(system: str, environments: Path) -> Path:
    """The Python of a system's environment, which is made if it is not there."""
    if system == "aliqa":
        return Path(sys.executable)
    folder, requirements = environments / system, HERE / "peers" / f"{system}.txt"
    python, done = folder / "bin" / "python", folder / ".installed"
    if not (done.exists() and done.read_text("utf-8") == requirements.read_text("utf-8")):
        print(f"installing {system} into {folder}", flush=True)
        venv.create(folder, with_pip=True)
        pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", str(requirements)]
        subprocess.run(pip, check=True)
        done.write_text(requirements.read_text("utf-8"), "utf-8")
    return python


_AVX2: Final = {
    "ATEN_CPU_CAPABILITY": "avx2",
    "FAISS_OPT_LEVEL": "avx2",
    "MKL_ENABLE_INSTRUCTIONS": "AVX2",
    "OPENBLAS_CORETYPE": "Haswell",
}
HELD: Final = {each: {**_AVX2, "ONEDNN_MAX_CPU_ISA": each} for each in ("AVX2", "AVX2_VNNI")}
"""What holds the libraries below all systems to an instruction set. Layer norms of OpenVINO are not held by it."""


class Running:
    """A system in a process of its own on so many cores: see `benchmarks.peers.measure`."""

    def __init__(self, system: str, job: Path, scratch: Path, environments: Path, cores: int) -> None:
        """Load it."""
        offline = {"HF_HUB_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "true", "PYTHONWARNINGS": "ignore"}
        command = [str(one) for one in (python_of(system, environments), HERE / "peers" / "measure.py", system, job)]
        allowed = sorted(os.sched_getaffinity(0))[:cores]
        self.system = system
        self._errors = open(scratch / "errors.txt", "w+", encoding="utf-8")  # noqa: SIM115 - closed by close
        self._process = subprocess.Popen(
            [*command, str(scratch)], env={**os.environ, **offline}, cwd=scratch, stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=self._errors, text=True,
            preexec_fn=lambda: os.sched_setaffinity(0, allowed),
        )  # fmt: skip
        self.values = self._answer()

    def do(self, what: str) -> Values:
        """Have it do something; the names and values that it gives."""
        assert self._process.stdin
        print(what, file=self._process.stdin, flush=True)
        return self._answer()

    def close(self) -> None:
        """End it."""
        self._process.kill()
        self._process.wait()
        self._errors.close()

    def _answer(self) -> Values:
        assert self._process.stdout
        line = self._process.stdout.readline()
        if not line:
            self._errors.seek(0)
            raise SystemExit(f"{self.system} failed:\n{self._errors.read()[-3000:]}")
        values: Values = json.loads(line)
        return values


class System(Protocol):
    """What is measured: `Running`, or what behaves like it."""

    system: str
    values: Values

    def do(self, what: str) -> Values:
        """Have it do something; the names and values that it gives."""

    def close(self) -> None:
        """End it."""


Start = Callable[[str, Path, Path, Path, int], System]
"""Starts a system, given its name, the job, a folder to write to, the environments and the number of cores."""


def measured(
    systems: Sequence[str],
    job: Values,
    environments: Path,
    cores: int,
    start: Start = Running,
    in_a_turn: int = IN_A_TURN,
) -> dict[str, Values]:
    """What systems were measured to do with a job.

    They index one after the other. Then they take turns with a few questions each, so that a machine that is faster
    at one time than at another is so for all of them.
    """
    with tempfile.TemporaryDirectory() as folder, ExitStack() as open_ones:
        asked = Path(folder, "job.json")
        asked.write_text(json.dumps({**job, "model": str(bundled_folder())}), "utf-8")
        running: list[System] = []
        for system in systems:
            scratch = Path(folder, system)
            scratch.mkdir()
            one = start(system, asked, scratch, environments, cores)
            open_ones.callback(one.close)
            before = os.getloadavg()[0]
            one.values |= {**one.do("index"), "loadavg": [before, os.getloadavg()[0]]}
            print(system, json.dumps(one.values), flush=True)
            running.append(one)
        _search_in_turns(running, len(job["questions"]), in_a_turn)
        for one in running:
            one.values |= one.do("finish")
    return {one.system: one.values for one in running}


def _search_in_turns(running: Sequence[System], questions: int, in_a_turn: int) -> None:
    """Have systems answer all questions, and summarise how long they took."""
    wall: dict[str, list[float]] = {one.system: [] for one in running}
    busy: dict[str, list[float]] = {one.system: [] for one in running}
    for first in range(0, questions, in_a_turn):
        for one in running:
            time.sleep(REST)
            found = one.do(f"search {first} {min(first + in_a_turn, questions)}")
            wall[one.system] += found["search_ms"]
            busy[one.system] += found["search_cpu_ms"]
    for one in running:
        ordered = sorted(wall[one.system])
        one.values |= {
            "search_p50_ms": statistics.median(ordered),
            "search_p95_ms": ordered[int(0.95 * (len(ordered) - 1))],
            "search_cpu_ms": statistics.median(busy[one.system]),
        }


def answering(articles: Path, gold: Path) -> Values:
    """How long aliqa takes to answer: in a process that runs, in a new one, and until a server does."""
    questions = [one["question"] for one in read_lines(gold)]
    found: Values = {}
    with tempfile.TemporaryDirectory() as folder:
        index = ["--index", str(Path(folder, "index"))]
        aliqa = [sys.executable, "-m", "aliqa"]
        subprocess.run([*aliqa, "index", "--corpus", str(articles), *index], check=True, capture_output=True)
        for name, more in (("ask_p50_ms", {}), ("ask_unread_p50_ms", {"ALIQA_READING__MODEL": "none"})):
            script = [sys.executable, "-m", "benchmarks.asking", str(Path(folder, "index")), *questions]
            told = subprocess.run(script, check=True, capture_output=True, text=True, env={**os.environ, **more})
            found[name] = float(told.stdout)
        times = []
        for _ in range(5):
            begin = time.perf_counter()
            subprocess.run([*aliqa, "ask", questions[0], *index], capture_output=True, check=False)
            times.append(time.perf_counter() - begin)
        found["cold_ask_s"] = min(times)
        begin = time.perf_counter()
        command = [*aliqa, "serve", "--corpus", str(articles), *index, "--port", "0"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
            assert server.stdout
            server.stdout.readline()
            found["serves_s"] = time.perf_counter() - begin
            server.terminate()
    return found


# --- what is told ----------------------------------------------------------------------------


def table(results: dict[str, Values]) -> str:
    """The results of one corpus as a table in Markdown."""
    shown = {key: column for key, column in COLUMNS.items() if any(key in values for values in results.values())}
    rows = [["", *(title for title, _ in shown.values())], ["---"] * (1 + len(shown))]
    for system, values in results.items():
        cells = [form.format(values[key]) if key in values else "" for key, (_, form) in shown.items()]
        rows.append([NAMES[system], *cells])
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def ratios(results: dict[str, Values]) -> list[str]:
    """How aliqa does against the fastest peer and against what the machine allows, as lines of a list."""
    own = results["aliqa"]
    peers = {system: values for system, values in results.items() if system != "aliqa"}
    lines = []
    for what, key, busy in (("indexes", "index_s", "index_cpu_s"), ("searches", "search_p50_ms", "search_cpu_ms")):
        if peers:
            quickest, thriftiest = (min(peers, key=lambda system: float(peers[system][one])) for one in (key, busy))
            times, work = peers[quickest][key] / own[key], peers[thriftiest][busy] / own[busy]
            lines.append(
                f"- aliqa {what} {times:.1f} times as fast as {NAMES[quickest]}, the"
                " fastest peer by the clock; counting the"
                f" time of processors, {work:.1f} times as fast as {NAMES[thriftiest]}, which takes least of it"
            )
    lines.append(
        f"- indexing takes {own['index_s'] / own['bare_s']:.2f} times as long as the bare forward passes of its"
        f" {own['tokens'] / 1e3:,.0f} thousand word pieces,"
        f" {own['index_cpu_s'] / own['bare_cpu_s']:.2f} times the processor"
        f" time; their matrix products alone ({own['gflops']:,.0f} GFLOP/s a core) would take"
        f" {own['matrix_cpu_s'] / own['bare_cpu_s']:.2f} of theirs"
    )
    return lines


def told(sections: dict[str, dict[str, Values]], answers: Values, cores: int) -> str:
    """All results in Markdown."""
    parts = []
    for title, results in sections.items():
        loads = [one for values in results.values() for one in values["loadavg"]]
        parts += [f"#### {title}", table(results), "\n".join(ratios(results))]
        parts.append(
            f"Each system had {cores} of {os.cpu_count()} cores; the load average"
            f" was {min(loads):.1f} to {max(loads):.1f}."
        )
    asked = (
        f"- `/ask` in-process, p50: {answers['ask_unread_p50_ms']:.0f} ms without the reader,"
        f" {answers['ask_p50_ms']:.0f} ms with it\n"
        f"- `aliqa ask` in a new process, best of 5: {answers['cold_ask_s']:.2f} s\n"
        f"- `aliqa serve` until it answers: {answers['serves_s']:.2f} s"
    )
    return "\n\n".join([*parts, "#### Answering", asked])


def draw(results: dict[str, Values], path: Path) -> None:
    """Bars of how long indexing and searching take, with the bare forward passes as a line."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(1, 2, figsize=(9, 3), layout="constrained")
    names = [NAMES[system] for system in results][::-1]
    for axis, key, title in zip(axes, ("index_s", "search_p50_ms"), ("Index, s", "Search p50, ms"), strict=True):
        lengths = [values[key] for values in results.values()][::-1]
        bars = axis.barh(names, lengths, color=["#9aa7b1"] * (len(names) - 1) + ["#1f6f8b"])
        axis.bar_label(bars, fmt="%.0f" if key == "index_s" else "%.1f", padding=3)
        axis.set_title(title)
        axis.spines[["top", "right"]].set_visible(False)
        axis.margins(x=0.15)
    axes[0].axvline(results["aliqa"]["bare_s"], color="#b4452f", linestyle="--", linewidth=1)
    axes[0].set_xlabel("dashed: aliqa's bare forward passes")
    figure.savefig(path, metadata={"Date": None})
    plt.close(figure)


def publish(text: str, results: dict[str, Values], name: str) -> None:
    """Put text and plot into the documentation, in the place of what was told of the same machine."""
    path = DOCS / "performance.md"
    before, rest = path.read_text("utf-8").split(MARKS[0])
    others, after = rest.split(MARKS[1])
    image = f"performance-{re.sub(r'[^a-z0-9]+', '-', name.casefold()).strip('-')}.svg"
    plot = f"![How long indexing and searching take, for aliqa and its peers](images/{image})"
    tables = replaced(others, name, f"{plot}\n\n{text}")
    path.write_text(f"{before}{MARKS[0]}{tables}{MARKS[1]}{after}", "utf-8")
    draw(results, DOCS / "images" / image)


def replaced(told: str, name: str, text: str) -> str:
    """What is told of machines, each under its heading, with new text for one of them."""
    parts = (part.partition("\n\n") for part in told.strip("\n").split("### On ") if part.strip())
    machines = {heading.strip(): rest.strip("\n") for heading, _, rest in parts} | {name: text}
    return "\n\n" + "".join(f"### On {heading}\n\n{rest}\n\n" for heading, rest in machines.items())


def main() -> None:
    """Measure, print and publish."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--set", type=Path, help="folder with corpus.jsonl and questions.jsonl")
    parser.add_argument("--gold", type=Path, default=HERE / "questions.jsonl")
    parser.add_argument("--articles", type=Path, default=HERE.parent / "corpus")
    parser.add_argument("--systems", nargs="+", choices=tuple(NAMES), default=list(NAMES))
    parser.add_argument("--environments", type=Path, default=HERE.parent / ".bench")
    parser.add_argument("--cores", type=int, default=os.cpu_count(), help="how many cores each system gets")
    parser.add_argument("--limit", type=int, help="only so many articles of the set")
    parser.add_argument("--hold", choices=tuple(HELD), help="hold all to an older instruction set than the processor's")
    parser.add_argument("--publish", action="store_true", help="put table and plot into docs/")
    chosen = parser.parse_args()
    os.environ.update(HELD.get(chosen.hold, {}))
    jobs = {chosen.set.name: from_set(chosen.set, chosen.limit)} if chosen.set else {}
    jobs[chosen.gold.stem] = from_gold(chosen.gold, chosen.articles)
    for system in chosen.systems:
        python_of(system, chosen.environments)
    sections: dict[str, dict[str, Values]] = {}
    for name, job in jobs.items():
        title = f"{name}: {len(job['articles']):,} articles, {len(job['questions'])} questions"
        sections[title] = measured(chosen.systems, job, chosen.environments, chosen.cores)
        print(json.dumps(sections[title]), flush=True)
    text = told(sections, answering(chosen.articles, chosen.gold), chosen.cores)
    print(f"On {machine()}\n\n{text}")
    if chosen.publish:
        publish(text, next(iter(sections.values())), machine())


if __name__ == "__main__":
    main()
