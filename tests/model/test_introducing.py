"""What introduces a name, told with the models of the package: by its words, and by what the reader replies."""

import pytest

from aliqa.answers.kinds import Phrase, identity, introducing
from aliqa.answers.reading import load_span_reader
from aliqa.foundations.protocols import PassageRecord, SpanReader
from aliqa.foundations.settings import ReadingSettings
from aliqa.foundations.types import ArticleMeta, Passage, Sentence, Span

pytestmark = pytest.mark.model


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> SpanReader:
    found = load_span_reader(ReadingSettings(backend="torch"), tmp_path_factory.mktemp("models"))
    assert found
    return found


@pytest.mark.parametrize(
    ("name", "sentence", "introduces"),
    [
        ("LMI", "Divers of the Lune Marine Institute (LMI) counted the meadows.", True),
        ("LMI", "LMI, or the Lune Marine Institute, counts meadows.", True),
        ("LMI", "The town and the harbour (LMI) agreed.", False),
        ("reef", "In engineering, a reef (Old Norse: rif) or bar is a ridge under water.", True),
        ("Rolf Steen", "The current chairman, Rolf Steen, fishes for cod.", True),
        ("Rolf Steen", "Tamsin Oyelaran, Rolf Steen, and Paulo Nunes came to the harbour.", False),
        ("Rolf Steen", "It was written by Port Varr engineer Rolf Steen.", True),
        ("Rolf Steen", "They met Harbour Master Rolf Steen.", True),
        ("Rolf Steen", "The boats came on Monday Rolf Steen was away.", False),
        ("Rolf Steen", "Rolf Steen was less merry.", False),
        ("Rolf Steen", "Rolf Steen was clerk of the harbour.", True),
        ("Rolf Steen", "Rolf Steen of the Blue Net called it a shame.", True),
        ("Steen", "Dr Steen replied that paint was no cure.", False),
        ("Rolf Steen", "They left after Dr Rolf Steen spoke.", False),
        ("Rolf Steen", "Dr Rolf Steen has led the institute since May.", True),
        ("Blue Net", "The fishing cooperative Blue Net opposed the ban.", True),
        ("Blue Net", "Blue Net's boats stayed in the harbour.", False),
        ("Oysters", "Oysters are animals with two shells.", True),
        ("Oysters", "Oysters are bought by the town of Port Varr.", False),
    ],
)
def test_what_introduces_a_name_is_told_by_its_words_and_the_reader(
    reader: SpanReader, name: str, sentence: str, introduces: bool
) -> None:
    whole = Span(0, len(sentence))
    record = PassageRecord(
        0, ArticleMeta("a.txt", "", ""), Passage(whole, Span(0, 1)), sentence, None, (Sentence(whole),), 0
    )
    [reply] = reader.read(introducing.QUESTION.format(name=name), [record])
    chance = introducing.by_words(sentence, Phrase(name).places(sentence), first=True)
    assert (introducing.by_reading(chance, reply.answers) >= identity.LEAST) == introduces
