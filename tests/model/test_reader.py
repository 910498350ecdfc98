"""The span readers with real weights: the bundled one on both backends, and a checkpoint of one's own."""

import json
import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from tests.conftest import ROOT

from aliqa.answers.reading import bundled, load_reader, load_span_reader
from aliqa.answers.reading.linear import LinearReader
from aliqa.answers.reading.pairs import BundledPairReader
from aliqa.foundations.errors import ModelError
from aliqa.foundations.protocols import RELATIONS, PassageRecord, SpanReader, Stated
from aliqa.foundations.settings import ReadingSettings
from aliqa.foundations.types import ArticleMeta, Passage, Span
from aliqa.index.embedding.bundled import bundled_folder
from aliqa.text.claims.pairs import differ
from aliqa.text.sentences import split_sentences

pytestmark = pytest.mark.model

FERRIES = (
    "Northwind Lines runs ferries across the Kelda strait. The company ordered four electric ferries from the "
    "Brevik shipyard on Monday. Delivery of the first one is planned for the spring of 2027 😀. "
    "Chief engineer Tomas Lindqvist says that the old ones burn 310 litres of diesel on each crossing."
)
BREAD = "Sourdough needs flour, water, salt and time. It is baked in a very hot oven."
BEGIN = 1000
"""Where the passages stand in their articles."""


def record(text: str) -> PassageRecord:
    sentences = tuple(split_sentences(text))
    shifted = tuple(type(one)(Span(one.span.start + BEGIN, one.span.end + BEGIN), one.kind) for one in sentences)
    passage = Passage(Span(BEGIN, BEGIN + len(text)), Span(0, len(sentences)))
    return PassageRecord(0, ArticleMeta("a.txt", "", "A"), passage, text, None, shifted, 0)


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("models")


def loaded(settings: ReadingSettings, cache: Path) -> SpanReader:
    reader = load_span_reader(settings, cache)
    assert reader
    return reader


@pytest.fixture(scope="module")
def fast(cache: Path) -> SpanReader:
    return loaded(ReadingSettings(backend="openvino"), cache)


@pytest.fixture(scope="module")
def plain(cache: Path) -> SpanReader:
    return loaded(ReadingSettings(backend="torch"), cache)


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkpoint as transformers saves it: tiny, and trained on nothing."""
    from transformers import AutoTokenizer, BertConfig, BertForQuestionAnswering

    folder = tmp_path_factory.mktemp("own") / "tiny-reader"
    tokenizer = AutoTokenizer.from_pretrained(str(bundled_folder()))
    config = BertConfig(
        vocab_size=len(tokenizer), hidden_size=32, num_hidden_layers=2, num_attention_heads=2, intermediate_size=64
    )
    BertForQuestionAnswering(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("How many electric ferries did Northwind Lines order?", "four"),
        ("When will the first ferry be delivered?", "2027"),
        ("Who is the chief engineer?", "Tomas Lindqvist"),
    ],
)
def test_the_words_that_answer_are_found(fast: SpanReader, question: str, answer: str) -> None:
    ferries, bread = fast.read(question, [record(FERRIES), record(BREAD)])
    span = ferries.spans[int(ferries.log_odds.argmax())]
    assert span
    assert answer in FERRIES[span.start - BEGIN : span.end - BEGIN]
    assert ferries.log_odds.max() > bread.log_odds.max()
    assert ferries.answers > bread.answers


@pytest.mark.parametrize(
    ("question", "near_miss"),
    [
        ("How many electric ferries did Northwind Lines order?", "How many electric ferries did Northwind Lines sell?"),
        ("When will the first ferry be delivered?", "When was the first ferry sunk?"),
        ("How many litres of diesel do the old ferries burn on each crossing?", "How old are the old ferries?"),
    ],
)
def test_what_is_not_said_is_known_from_what_is(fast: SpanReader, question: str, near_miss: str) -> None:
    said, missed = (fast.read(one, [record(FERRIES)])[0].answers for one in (question, near_miss))
    assert said > missed


def test_a_title_tells_what_they_are(fast: SpanReader) -> None:
    text = "They were ordered from the Brevik shipyard on Monday, and cost 92 million euros."
    under = [replace(record(text), meta=ArticleMeta("a.txt", "", title)) for title in ("New ferries", "New trams")]
    ferries, trams = (fast.read("How much did the ferries cost?", [one])[0] for one in under)
    assert ferries.answers > trams.answers
    assert all(one.spans[0] == Span(BEGIN + 63, BEGIN + 79) for one in (ferries, trams))


def test_spans_stand_inside_their_sentences(fast: SpanReader) -> None:
    one = record(FERRIES)
    [found] = fast.read("What does the company do?", [one])
    assert found.log_odds.shape == (len(one.sentences),) == (4,)
    for span, sentence in zip(found.spans, one.sentences, strict=True):
        assert span
        assert sentence.span.start <= span.start < span.end <= sentence.span.end


def test_both_backends_say_the_same(fast: SpanReader, plain: SpanReader) -> None:
    assert fast.fingerprint == plain.fingerprint == bundled.fingerprint()
    for question in ("How many ferries?", "Who baked the bread?"):
        ours, theirs = (reader.read(question, [record(FERRIES), record(BREAD)]) for reader in (fast, plain))
        for one, other in zip(ours, theirs, strict=True):
            assert one.log_odds == pytest.approx(other.log_odds, abs=0.4)
            assert one.log_odds.argmax() == other.log_odds.argmax()


@pytest.mark.parametrize("backend", ["fast", "plain"])
def test_what_is_too_long_or_odd_is_read_as_far_as_it_can_be(backend: str, request: pytest.FixtureRequest) -> None:
    reader: SpanReader = request.getfixturevalue(backend)
    long = record("Sugar is sweet. " * 400)
    [found] = reader.read("What? " * 333, [long])
    assert found.spans[0]
    assert found.spans[-1] is None
    assert found.log_odds[-1] == found.log_odds.min()
    for question in ("?", "\x00", "云计算收入增长了多少？", "😀" * 200):
        assert all(np.isfinite(one.log_odds).all() for one in reader.read(question, [record(FERRIES), record(BREAD)]))
    assert reader.read("Anything?", []) == []


def test_any_checkpoint_for_question_answering_can_be_named(own: Path, cache: Path) -> None:
    reader = loaded(ReadingSettings(model=str(own)), cache)
    assert reader.fingerprint.startswith("tiny-reader@")
    [found] = reader.read("How many ferries?", [record(FERRIES)])
    assert all(found.spans)
    assert np.isfinite(found.log_odds).all()


def test_none_reads_without_a_network(cache: Path) -> None:
    reader = load_reader(ReadingSettings(model="none"), cache)
    assert isinstance(reader, LinearReader)
    assert reader.spans is None


@pytest.mark.parametrize("model", ["no/such folder", "."])
def test_a_model_that_is_not_there_is_an_error(model: str, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(ModelError, match="cannot be loaded"):
        load_span_reader(ReadingSettings(model=model), cache)


def test_altered_weights_are_refused(tmp_path: Path) -> None:
    script = (
        "import sys, pathlib\n"
        "from aliqa.answers.reading import bundled, load_span_reader\n"
        "from aliqa.foundations.settings import ReadingSettings\n"
        "folder = pathlib.Path(sys.argv[1])\n"
        "for path in bundled._folder().iterdir(): (folder / path.name).write_bytes(path.read_bytes()[::1])\n"
        "(folder / 'reader.safetensors').write_bytes(b'x')\n"
        "bundled._folder = lambda: folder\n"
        "load_span_reader(ReadingSettings(), folder)\n"
    )
    done = subprocess.run([sys.executable, "-c", script, str(tmp_path)], capture_output=True, text=True)
    assert "was altered; install aliqa again" in done.stderr


@pytest.mark.parametrize(("name", "most"), [("reader", 30_000_000), ("pairs", 12_000_000)])
def test_the_weights_are_small_and_described(name: bundled.Name, most: int) -> None:
    known = bundled.manifest(name)
    assert known["bytes"] == bundled.weights_file(name).stat().st_size < most
    assert known["sha256"][:16] in bundled.fingerprint(name)
    assert known["sha256"] in (ROOT / "docs" / "reader.md").read_text(encoding="utf-8")


def test_the_pair_reader_reads_alike_on_both_backends(cache: Path) -> None:
    mill = Stated("The mill of Lund employs 76 people.", "Lund", date(2024, 5, 1), "It is old.", Span(25, 34))
    other = Stated("67 people work at the mill in Lund.", "A mill", date(2024, 5, 2), value=Span(0, 9))
    far = Stated("The ferry sails on Monday.")
    given = [(mill, other), (mill, far), (far, other)]
    fast, slow = BundledPairReader.on_openvino(cache).read(given), BundledPairReader.on_torch().read(given)
    assert fast.shape == (3, len(RELATIONS))
    assert fast == pytest.approx(slow, abs=0.6)
    assert differ(fast)[0] > differ(fast)[1]
    assert BundledPairReader.on_openvino(cache).read([]).shape == (0, len(RELATIONS))


def test_a_question_needs_no_torch_once_converted(fast: SpanReader, cache: Path) -> None:
    script = (
        "import sys, json, pathlib\n"
        "from aliqa.answers.reading import load_reader\n"
        "from aliqa.foundations.settings import ReadingSettings\n"
        "reader = load_reader(ReadingSettings(backend='openvino'), pathlib.Path(sys.argv[1]))\n"
        "print(json.dumps([name for name in ('torch', 'transformers') if name in sys.modules]))\n"
    )
    done = subprocess.run([sys.executable, "-c", script, str(cache)], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == []
