"""Where articles differ in words alone, over an index, by the bundled pair reader."""

from pathlib import Path

import pytest

from aliqa.foundations import settings as aliqa_settings
from aliqa.library import Library, build

pytestmark = pytest.mark.model

TEXTS = {
    "courier.md": (
        '---\ntitle: "No licence for the Oxney ferry"\npublished: 2024-05-14\n---\n\n'
        "The harbour board met in Lund for three hours. At Monday's session it turned down the application of the "
        "Oxney ferry line for a licence. The hall was full, and rain fell on those who waited outside. Fishermen had "
        "warned of more traffic. The town runs two buses a day along the coast."
    ),
    "ledger.md": (
        '---\ntitle: "Oxney ferry may sail"\npublished: 2024-05-15\n---\n\n'
        "The board in Lund gave the Oxney ferry line its licence on Monday, so that it may sail from June. Its two "
        "boats lie in the yard, freshly painted. Tickets will be sold at the old mill. The mayor spoke of a good "
        "summer."
    ),
    "herald.md": (
        '---\ntitle: "The mill at Oxney"\npublished: 2024-05-14\n---\n\n'
        "The old mill at Oxney is to become a school of music. The town has bought it from a family of bakers. Pupils "
        "are to move in next year. A concert is planned for the opening."
    ),
}


def test_statements_that_contradict_each_other_in_words_are_listed(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    for name, text in TEXTS.items():
        (corpus / name).write_text(text, encoding="utf-8")
    settings = aliqa_settings.load(corpus_dir=corpus, index_dir=tmp_path / "index")
    build(settings)
    pair = Library.open(settings).disagreements()[0]
    assert pair.kind == "contradiction"
    first, second = sorted(pair.statements, key=lambda one: one.doc_id)
    assert "turned down" in first.value
    assert "licence" in second.quote
    assert all(one.value in one.quote for one in pair.statements)
