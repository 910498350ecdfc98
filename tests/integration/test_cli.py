"""The command line, run as a user runs it: exit codes, what stands on stdout and what on stderr."""

import json
import re
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import TypeAdapter
from tests import commands
from tests.conftest import ARTICLES, ROOT, environment

from aliqa import __version__
from aliqa.foundations.settings import Settings
from aliqa.foundations.types import Answer, Verification

pytestmark = pytest.mark.slow

FERRIES = "How many electric ferries did Northwind Lines order?"
QUOTE = "Northwind Lines ordered four electric ferries from the Brevik shipyard on Monday."


def run(*words: str | Path, folder: Path = ROOT, **variables: str) -> subprocess.CompletedProcess[str]:
    """The finished command; ``folder`` is where it runs."""
    return commands.run(*words, env=environment(**variables), cwd=folder)


def failed(finished: subprocess.CompletedProcess[str], code: int = 1) -> str:
    """The one line on stderr of a command that failed on purpose."""
    assert finished.returncode == code, finished.stderr
    assert finished.stdout == ""
    lines = finished.stderr.splitlines()
    assert len(lines) == 1, finished.stderr
    assert lines[0].startswith("aliqa: ")
    return lines[0]


def plain(text: str) -> str:
    """The text without the codes that help and usage messages may carry."""
    return re.sub(r"\x1b\[[0-9;]*m", "", text)


# --- index and status --------------------------------------------------------------------------


def test_index_then_status(corpus: Path, tmp_path: Path) -> None:
    finished = run("index", "--corpus", corpus, "--index", tmp_path / "index")
    assert finished.returncode == 0, finished.stderr
    assert finished.stderr == ""
    assert finished.stdout.startswith(f"Indexed {len(ARTICLES)} articles, ")
    assert "1 file could not be read:\n  broken.txt: " in finished.stdout

    report = json.loads(run("index", "--corpus", corpus, "--index", tmp_path / "index", "--full", "--json").stdout)
    assert report["index"]["articles"] == len(ARTICLES)
    assert [failure["doc_id"] for failure in report["failures"]] == ["broken.txt"]

    finished = run("status", "--index", tmp_path / "index")
    assert finished.returncode == 0
    for line in (
        f"version   {report['index']['version']}",
        "articles  4",
        "newest    2025-06-30",
        "model     hashing-1",
    ):
        assert line in finished.stdout.splitlines()
    assert "  broken.txt: " in finished.stdout
    status = json.loads(run("status", "--index", tmp_path / "index", "--json").stdout)
    assert status["index"] == report["index"]
    assert status["failures"] == report["failures"]
    assert status["model"] == "hashing-1"


def test_settings_come_from_flags_then_environment_then_the_files(corpus: Path, tmp_path: Path) -> None:
    (tmp_path / "aliqa.toml").write_text('corpus_dir = "nowhere"\nindex_dir = "from-file"\n')
    assert "nowhere" in failed(run("index", folder=tmp_path))
    assert "noplace" in failed(run("--corpus", "noplace", folder=tmp_path))
    assert run("index", folder=tmp_path, ALIQA_CORPUS_DIR=str(corpus)).returncode == 0
    assert (tmp_path / "from-file").is_dir()
    (tmp_path / ".env").write_text(f'OTHER=1\nALIQA_CORPUS_DIR="{corpus}"\nexport ALIQA_INDEX_DIR=from-dotenv\n')
    assert run("index", folder=tmp_path).returncode == 0
    assert (tmp_path / "from-dotenv").is_dir()
    assert "nowhere" in failed(run("index", folder=tmp_path, ALIQA_CORPUS_DIR="nowhere"))
    assert run("index", "--index", "from-flag", folder=tmp_path, ALIQA_CORPUS_DIR=str(corpus)).returncode == 0
    assert (tmp_path / "from-flag").is_dir()


# --- versions ----------------------------------------------------------------------------------


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder with a small corpus, indexed; commands run in it need no flags."""
    (tmp_path / "corpus").mkdir()
    for name in ("tea", "coffee", "rail"):
        (tmp_path / "corpus" / f"{name}.txt").write_text(f"The {name} came from Narvik.\n")
    assert run("index", folder=tmp_path).returncode == 0
    return tmp_path


def version(place: Path) -> str:
    found: str = json.loads(run("status", "--json", folder=place).stdout)["index"]["version"]
    return found


def test_diff_and_rollback_go_between_versions(place: Path) -> None:
    first = version(place)
    for command in ("rollback", "diff"):
        assert "no version before" in failed(run(command, folder=place))
    (place / "corpus" / "tea.txt").write_text("The tea came from Assam.\n")
    (place / "corpus" / "rail.txt").unlink()
    (place / "corpus" / "café.txt").write_text("A café opened.\n")
    assert run("index", folder=place).returncode == 0
    second = version(place)
    assert f"earlier   {first}" in run("status", folder=place).stdout.splitlines()

    said = run("diff", folder=place).stdout.splitlines()
    assert said == [
        f"From {first} to {second}:",
        "  added    café.txt  0 -> 1 passages",
        "  changed  tea.txt  1 -> 1 passages",
        "    - The tea came from Narvik.",
        "    + The tea came from Assam.",
        "  removed  rail.txt  1 -> 0 passages",
        "1 added, 1 changed, 1 removed, 1 unchanged; 3 -> 3 passages.",
    ]
    found = json.loads(run("diff", "--json", folder=place).stdout)
    assert [one["doc_id"] for kind in ("added", "changed", "removed") for one in found[kind]] == [
        "café.txt",
        "tea.txt",
        "rail.txt",
    ]
    back = json.loads(run("diff", "2", first, "--json", folder=place).stdout)
    assert [one["doc_id"] for one in back["added"]] == ["rail.txt"]
    assert "no version '7'" in failed(run("diff", "7", folder=place))

    assert run("rollback", folder=place).stdout.startswith(f"Version {first} is published again: 3 articles")
    assert version(place) == first
    assert json.loads(run("rollback", "--json", folder=place).stdout)["version"] == second
    assert version(place) == second


def test_force_and_retry_failed(place: Path) -> None:
    for name in ("tea.txt", "coffee.txt"):
        (place / "corpus" / name).unlink()
    (place / "corpus" / "broken.txt").write_bytes(b"\x80\x81\x00\x02")
    assert "--force" in failed(run("index", folder=place))
    assert "2 removed" in run("index", "--force", folder=place).stdout
    for flags in ((), ("--retry-failed",)):
        finished = run("index", *flags, folder=place)
        assert finished.returncode == 0
        assert "broken.txt" in finished.stdout


def test_status_diff_and_verify_need_no_model(place: Path) -> None:
    (place / "corpus" / "tea.txt").write_text("The tea came from Assam.\n")
    assert run("index", folder=place).returncode == 0
    answer = run("ask", "Where did the tea come from?", "--json", folder=place).stdout
    (place / "answer.json").write_text(answer)
    for words in (("status",), ("diff",), ("verify", "answer.json")):
        finished = run(*words, folder=place, ALIQA_EMBEDDING__MODEL="nonsense:Model")
        assert finished.returncode == 0, finished.stderr


# --- verify ------------------------------------------------------------------------------------


def test_verify_says_what_became_of_each_citation(settings: Settings, tmp_path: Path) -> None:
    corpus = shutil.copytree(settings.corpus_dir, tmp_path / "corpus")
    (tmp_path / "answer.json").write_text(run("ask", FERRIES, "--index", settings.index_dir, "--json").stdout)
    given = ("verify", tmp_path / "answer.json", "--corpus", corpus)
    finished = run(*given)
    assert finished.returncode == 0, finished.stderr
    assert finished.stdout.startswith("[1] found          shipping/northwind.md: ")
    article = corpus / "shipping" / "northwind.md"
    article.write_text(article.read_text().replace("# The order", "# The new order"))
    finished = run(*given, "--json")
    assert finished.returncode == 1
    verification = TypeAdapter(Verification).validate_json(finished.stdout)
    assert verification.citations[0].verdict == "source_changed"
    article.unlink()
    assert "[1] missing" in run(*given).stdout


def test_verify_refuses_what_is_no_answer(tmp_path: Path) -> None:
    (tmp_path / "answer.json").write_text('{"question": "why?"}')
    assert "answer" in failed(run("verify", tmp_path / "answer.json"), 2)
    assert run("verify", tmp_path / "none.json").returncode == 2


# --- ask and search ----------------------------------------------------------------------------


def test_ask_prints_the_answer_then_its_sources(settings: Settings) -> None:
    finished = run("ask", FERRIES, "--index", settings.index_dir)
    assert finished.returncode == 0, finished.stderr
    assert finished.stderr == ""
    start = ARTICLES["shipping/northwind.md"].index(QUOTE)
    lines = finished.stdout.splitlines()
    assert lines[0].startswith(f"{QUOTE} [1]")
    place = f"shipping/northwind.md:{start}-{start + len(QUOTE)}"
    source = lines.index(f"[1] Northwind Lines goes electric (Harbour Gazette, 2025-03-04) {place}")
    assert lines[source + 1] == f'    "{QUOTE}"'
    assert "\x1b" not in finished.stdout


def test_earlier_questions_complete_a_follow_up(settings: Settings) -> None:
    earlier = ("--history", "Who is Ada?", "--history", "What does Marlowe Stores say about its shops?")
    finished = run("ask", "And Northwind Lines?", *earlier, "--index", settings.index_dir)
    assert re.match(r"Searched for: What does Northwind .*\?\n", finished.stdout)


def test_articles_that_mention_something_are_listed_with_a_quote(settings: Settings) -> None:
    asked = ("articles", "--index", settings.index_dir, "--mentions")
    assert run(*asked, "northwind lines").stdout.splitlines() == [
        "Northwind Lines goes electric (Harbour Gazette, 2025-03-04), 1 mention  shipping/northwind.md",
        f'    "{QUOTE}"',
    ]
    found = json.loads(run(*asked, "ferries", "--limit", "1", "--json").stdout)
    assert [(one["doc_id"], one["mentions"] > 1) for one in found["articles"]] == [("shipping/northwind.md", True)]
    assert run(*asked, "ferries", "--until", "2024-12-31").stdout == "No article mentions “ferries”.\n"
    assert "Did you mean “Lindqvist”?" in run(*asked, "Lindqvest").stdout
    assert len(run("articles", "--index", settings.index_dir).stdout.splitlines()) > len(ARTICLES)
    listed = run("articles", "--index", settings.index_dir, "--source", "Retail Observer")
    assert listed.stdout.startswith("retail/marlowe.txt")
    assert len(listed.stdout.splitlines()) == 1


def test_ask_json_is_the_contracts_object(settings: Settings) -> None:
    finished = run("ask", FERRIES, "--index", settings.index_dir, "--json", "--top-k", "2")
    assert finished.returncode == 0
    answer = TypeAdapter(Answer).validate_json(finished.stdout)
    assert answer.citations[0].quote == QUOTE
    assert len(answer.passages) == 2
    assert TypeAdapter(Answer).dump_json(answer).decode() + "\n" == finished.stdout


@pytest.mark.parametrize(("style", "begins"), [("markdown", f"{QUOTE}[^1]"), ("html", "<p"), ("bibtex", "@article{")])
def test_ask_prints_an_answer_to_paste(settings: Settings, style: str, begins: str) -> None:
    finished = run("ask", FERRIES, "--index", settings.index_dir, "--format", style)
    assert finished.returncode == 0, finished.stderr
    assert finished.stdout.startswith(begins)
    assert "https://harbour.example/northwind#:~:text=Northwind%20Lines" in finished.stdout


def test_ask_format_json_and_text_are_what_one_gets_without_it(settings: Settings) -> None:
    asked: list[str | Path] = ["ask", FERRIES, "--index", settings.index_dir]
    assert run(*asked, "--format", "json").stdout.startswith('{"id":')
    assert run(*asked, "--format", "json", "--json").stdout.startswith('{"id":')
    assert run(*asked, "--format", "text").stdout == run(*asked).stdout


def test_an_undated_article_is_said_to_be_undated(settings: Settings) -> None:
    finished = run("ask", "Why did Arabica prices double within one year?", "--index", settings.index_dir)
    assert finished.returncode == 0
    assert "(undated) undated-note.txt:" in finished.stdout
    assert finished.stdout.endswith("\n1 outlet · undated\n")


def test_a_timeline_is_printed_oldest_first(settings: Settings) -> None:
    finished = run("timeline", "ferries", "--index", settings.index_dir)
    assert finished.returncode == 0, finished.stderr
    lines = finished.stdout.splitlines()
    assert lines[0] == "1968"
    assert lines[1].startswith('    "Diesel ferries first crossed the Kelda strait in 1968.')
    assert lines[2].startswith("    Northwind Lines goes electric (Harbour Gazette, 2025-03-04) shipping/northwind.md:")
    assert "2025-03-04 (date of the article)" in lines
    told = json.loads(run("timeline", "ferries", "--index", settings.index_dir, "--json").stdout)
    assert told["statements"][0]["when"] == "1968"
    page = run("timeline", "ferries", "--index", settings.index_dir, "--offset", "1", "--limit", "1").stdout
    assert told["statements"][1]["quote"] in page
    assert told["statements"][0]["quote"] not in page
    assert page.endswith(f"2 to 2 of {told['total']} statements; --offset 2 goes on.\n")
    assert "No article says when" in run("timeline", "zeppelins", "--index", settings.index_dir).stdout


def test_ask_without_an_answer_exits_with_three(settings: Settings) -> None:
    finished = run("ask", FERRIES, "--index", settings.index_dir, "--since", "2031-01-01")
    assert finished.returncode == 3
    assert finished.stdout.strip()
    assert finished.stderr == ""
    finished = run("ask", "Xylofoon zwemt quantum?", "--index", settings.index_dir, "--json")
    assert finished.returncode == 3
    answer = json.loads(finished.stdout)
    assert answer["answered"] is False
    said = run("ask", "Xylofoon zwemt quantum?", "--index", settings.index_dir).stdout
    assert said.startswith(f"The articles do not answer this. {answer['abstention']['detail']}")
    for term in answer["abstention"]["absent_terms"]:
        assert term in said
    assert ("Closest passages" in said) == bool(answer["passages"])


def test_search_prints_passages(settings: Settings) -> None:
    finished = run("search", "electric ferries", "--index", settings.index_dir, "--top-k", "1")
    assert finished.returncode == 0
    assert finished.stdout.startswith("1. Northwind Lines goes electric (Harbour Gazette, 2025-03-04) shipping/")
    assert QUOTE in finished.stdout
    found = json.loads(run("search", "新的数据中心", "--index", settings.index_dir, "--json").stdout)["passages"]
    assert found[0]["doc_id"] == "云计算.md"


def test_filters_choose_the_articles(settings: Settings) -> None:
    for flags, admitted in (
        (
            ("--source", "harbour gazette", "--source", "Retail Observer"),
            {"shipping/northwind.md", "retail/marlowe.txt"},
        ),
        (("--doc", "undated-note.txt"), {"undated-note.txt"}),
        (("--since", "2024-01-01", "--until", "2024-12-31"), {"retail/marlowe.txt"}),
    ):
        finished = run("search", "prices of shops and ferries", "--index", settings.index_dir, "--json", *flags)
        assert {passage["doc_id"] for passage in json.loads(finished.stdout)["passages"]} == admitted


def test_output_is_utf8_and_whole_whatever_the_locale(settings: Settings) -> None:
    finished = run("search", "青岚云", "--index", settings.index_dir, "--top-k", "1", LC_ALL="C", COLUMNS="20")
    assert finished.returncode == 0, finished.stderr
    assert (
        "青岚云第二季度收入增长了二十六个百分点。公司首席执行官林远表示，人工智能产品贡献了五分之一的收入。"
        in finished.stdout
    )


def test_characters_that_steer_a_terminal_are_not_printed(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "evil.txt").write_text("The harbour of Skarvik \x1b[31mmust build\x07 a charging station first.\n")
    assert run("index", "--corpus", corpus, "--index", tmp_path / "index").returncode == 0
    finished = run("search", "charging station", "--index", tmp_path / "index")
    assert "�[31mmust build� a charging station" in finished.stdout


# --- wrong usage -------------------------------------------------------------------------------


@pytest.mark.parametrize("question", ["", "  \n", "a" * 2001])
def test_questions_that_cannot_be_asked_are_misuse(settings: Settings, question: str) -> None:
    """They are refused before the model is loaded."""
    for command in ("ask", "search"):
        asked = (command, question, "--index", settings.index_dir)
        assert failed(run(*asked, ALIQA_EMBEDDING__MODEL="nonsense:Model"), 2)


def test_since_after_until_is_misuse(settings: Settings) -> None:
    flags = ("--since", "2025-02-01", "--until", "2025-01-01")
    assert "since" in failed(run("ask", FERRIES, "--index", settings.index_dir, *flags), 2)


@pytest.mark.parametrize(
    "words",
    [
        ("ask",),
        ("ask", "why", "--format", "pdf"),
        ("ask", "why", "--format", "html", "--json"),
        ("ask", "why?", "--top-k", "0"),
        ("ask", "why?", "--top-k", "21"),
        ("ask", "why?", "--top-k", "many"),
        ("search", "why?", "--top-k", "101"),
        ("ask", "why?", "--since", "yesterday"),
        ("ask", "why?", "--since", "2025-02-30"),
        ("ask", "why?", "--colour"),
        ("ask", "not UTF-8: \udcff"),
        ("search", "not UTF-8: \udcff"),
        ("serve", "--port", "65536"),
        ("answer", "why?"),
    ],
)
def test_wrong_usage_is_explained(words: tuple[str, ...]) -> None:
    finished = run(*words)
    assert finished.returncode == 2
    assert finished.stdout == ""
    assert "Usage: " in plain(finished.stderr)
    assert "Traceback" not in finished.stderr


# --- failures ----------------------------------------------------------------------------------


@pytest.mark.parametrize("words", [("ask", "why?"), ("ask", "why?", "--json"), ("search", "why?"), ("status",)])
def test_without_an_index_the_remedy_is_said(tmp_path: Path, words: tuple[str, ...]) -> None:
    assert "aliqa index" in failed(run(*words, "--index", tmp_path / "none"))


def test_a_corpus_that_is_missing_or_empty_or_a_file(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").write_text("not a folder")
    for name in ("missing", "empty", "file"):
        assert name in failed(run("index", "--corpus", tmp_path / name, "--index", tmp_path / "index"))


def test_a_port_in_use_is_told_at_once(settings: Settings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        said = failed(run("serve", "--index", settings.index_dir, "--host", "127.0.0.1", "--port", str(port)))
    assert f"Port {port} on 127.0.0.1 is in use" in said


def test_a_host_that_is_not_here(settings: Settings) -> None:
    assert "203.0.113.7" in failed(run("serve", "--index", settings.index_dir, "--host", "203.0.113.7", "--port", "0"))


def test_unknown_settings_are_refused(settings: Settings, tmp_path: Path) -> None:
    asked = ("ask", FERRIES, "--index", settings.index_dir)
    assert "treshold" in failed(run(*asked, ALIQA_ANSWERING__TRESHOLD="0.5"))
    assert "threshold" in failed(run(*asked, ALIQA_ANSWERING__THRESHOLD="high"))
    assert "nonsense" in failed(run(*asked, ALIQA_EMBEDDING__MODEL="nonsense:Model"))
    assert "ALIQA_NONSENSE" in failed(run(*asked, ALIQA_NONSENSE="1"))
    assert "ALIQA_NONSENSE__MODEL" in failed(run("status", ALIQA_NONSENSE__MODEL="1"))
    (tmp_path / ".env").write_text("ALIQA_NONSENSE=1\n")
    assert "ALIQA_NONSENSE" in failed(run("status", folder=tmp_path))
    (tmp_path / ".env").unlink()
    (tmp_path / "aliqa.toml").write_text("corpus_folder = 'x'\n")
    assert "corpus_folder" in failed(run(*asked, folder=tmp_path))
    (tmp_path / "aliqa.toml").write_text("corpus_dir = \n")
    failed(run(*asked, folder=tmp_path))


def test_a_reader_that_goes_away_is_no_crash(settings: Settings) -> None:
    if shutil.which("head") is None:
        pytest.skip("there is no head here")
    command = f"{sys.executable} -m aliqa search ferries --index {settings.index_dir} --json | head -c 1"
    finished = subprocess.run(
        command,
        shell=True,
        cwd=ROOT,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in finished.stderr


# --- what is quick -----------------------------------------------------------------------------


def test_version_and_help() -> None:
    finished = run("--version")
    assert (finished.returncode, finished.stdout) == (0, f"aliqa {__version__}\n")
    finished = run("--help")
    assert finished.returncode == 0
    for command in ("index", "ask", "search", "serve", "status", "rollback", "diff", "verify"):
        assert re.search(rf"\b{command}\b", finished.stdout)


def test_help_imports_nothing_heavy() -> None:
    script = (
        "import sys\nfrom aliqa.doors.cli import app\n"
        "try: app(['--help'])\nexcept SystemExit: pass\n"
        "heavy = {'torch', 'sentence_transformers', 'gradio', 'fastapi', 'faiss', 'numpy'} & sys.modules.keys()\n"
        "sys.exit(f'imported: {heavy}' if heavy else 0)"
    )
    finished = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert finished.returncode == 0, finished.stderr
