"""The embedders with the real weights."""

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from aliqa.foundations.errors import ModelError
from aliqa.foundations.protocols import Embedder, EmbeddingInput
from aliqa.foundations.settings import EmbeddingSettings
from aliqa.foundations.types import Span
from aliqa.index.embedding import load_model
from aliqa.index.embedding.bundled import bundled_file

pytestmark = pytest.mark.model

TEXT = "Alibaba was founded in 1999. Its head office is in Hangzhou 😀. Bread is baked in an oven."
INPUT = EmbeddingInput("A title", TEXT, (Span(0, 28), Span(29, 62), Span(63, 90)))


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("models")


@pytest.fixture(scope="module")
def fast(cache: Path) -> Embedder:
    return load_model(EmbeddingSettings(backend="openvino"), cache)


@pytest.fixture(scope="module")
def plain(cache: Path) -> Embedder:
    return load_model(EmbeddingSettings(backend="torch"), cache)


@pytest.fixture(params=["fast", "plain"])
def embedder(request: pytest.FixtureRequest) -> Embedder:
    chosen: Embedder = request.getfixturevalue(request.param)
    return chosen


def test_vectors_have_length_one_and_find_the_sentence(embedder: Embedder) -> None:
    [one, other] = embedder.embed_passages([INPUT, EmbeddingInput("", "x", (Span(0, 1),))])
    assert one.passage.shape == (embedder.dimension,)
    assert one.sentences.shape == (3, embedder.dimension)
    for vectors in (one.passage[None], one.sentences, other.passage[None]):
        assert vectors.dtype == np.float32
        assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-4)
    assert (one.sentences @ embedder.embed_query("When was Alibaba founded?")).argmax() == 0
    assert (one.sentences @ embedder.embed_query("Where is the headquarters?")).argmax() == 1


def test_long_and_odd_texts_are_read_as_far_as_they_can_be(embedder: Embedder) -> None:
    long = "word " * 2000
    [one] = embedder.embed_passages([EmbeddingInput("t", long, (Span(0, 4), Span(9990, 9994)))])
    assert one.sentences[1] == pytest.approx(one.passage, abs=1e-6)
    assert embedder.count_tokens([long, "", "日本"]) == [2000, 0, 2]
    for text in ("\x00", "日本語", "😀" * 500, " "):
        assert np.isfinite(embedder.embed_query(text)).all()


def test_threads_may_share_it(embedder: Embedder) -> None:
    long = "A word of many. " * 400
    given = EmbeddingInput("t", long, (Span(0, 15),))
    [alone] = embedder.embed_passages([given])
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)  # threads get in one another's way more often
    try:
        with ThreadPoolExecutor(4) as pool:
            calls = [
                (pool.submit(embedder.count_tokens, [long]), pool.submit(embedder.embed_passages, [given]))
                for _ in range(80)
            ]
    finally:
        sys.setswitchinterval(usual)
    assert {tuple(count.result()) for count, _ in calls} == {(2000,)}
    assert all(made.result()[0].passage @ alone.passage > 0.999 for _, made in calls)


def test_both_backends_give_the_same_vectors(fast: Embedder, plain: Embedder) -> None:
    assert fast.fingerprint == plain.fingerprint
    assert (fast.dimension, fast.max_tokens) == (plain.dimension, plain.max_tokens)
    [one], [other] = fast.embed_passages([INPUT]), plain.embed_passages([INPUT])
    assert one.passage @ other.passage > 0.999
    assert ((one.sentences * other.sentences).sum(axis=1) > 0.999).all()


def test_a_passage_has_the_same_vectors_whatever_is_embedded_beside_it(fast: Embedder) -> None:
    texts = [f"{TEXT} {'Bread. ' * (number % 30)}" for number in range(120)]
    inputs = [EmbeddingInput("A title", text, (Span(0, 28),)) for text in texts]  # more batches than run one by one
    together, alone = fast.embed_passages(inputs), [fast.embed_passages([one])[0] for one in inputs]
    for one, other in zip(together, alone, strict=True):
        assert one.passage @ other.passage > 0.9995
        assert one.sentences[0] @ other.sentences[0] > 0.9995


def test_questions_of_all_lengths_are_read_whole(fast: Embedder, plain: Embedder) -> None:
    for words in (1, 29, 30, 31, 62, 63, 200):
        question = " ".join(TEXT.split()[number % 17] for number in range(words))
        assert fast.embed_query(question) @ plain.embed_query(question) > 0.999


@pytest.mark.parametrize("asked", [True, False])
def test_a_damaged_converted_model_is_converted_again(fast: Embedder, cache: Path, asked: bool) -> None:
    weights = next(cache.glob("*/model.bin"))
    data = bytearray(weights.read_bytes())
    data[: len(data) // 2] = bytes(len(data) // 2)
    weights.unlink()  # the file in use stays as it is
    weights.write_bytes(data)
    again = load_model(EmbeddingSettings(backend="openvino"), cache, asked=asked)
    assert again.embed_query("bread") @ fast.embed_query("bread") > 0.999


def test_a_question_needs_neither_torch_nor_a_connection(fast: Embedder, cache: Path) -> None:
    script = (
        "import sys, json, pathlib\n"
        "def refuse(event, args):\n"
        "    if event in ('socket.connect', 'socket.getaddrinfo'): raise RuntimeError(f'{event} {args}')\n"
        "sys.addaudithook(refuse)\n"
        "from aliqa.index.embedding import load_model\n"
        "from aliqa.foundations.settings import EmbeddingSettings\n"
        "load_model(EmbeddingSettings(), pathlib.Path(sys.argv[1])).embed_query('bread')\n"
        "print(json.dumps([name for name in ('torch', 'transformers') if name in sys.modules]))\n"
    )
    done = subprocess.run([sys.executable, "-c", script, str(cache)], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == []


def test_conversion_reports_to_nobody(fast: Embedder) -> None:
    from openvino.tools.ovc import telemetry_utils

    assert telemetry_utils.tm.__name__.endswith("telemetry_stub")


def test_a_model_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="cannot be used"):
        load_model(EmbeddingSettings(model=str(tmp_path)), tmp_path)


def test_the_bundled_files_are_what_they_say() -> None:
    assert bundled_file("model.safetensors").stat().st_size > 80_000_000
