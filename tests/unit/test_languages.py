"""Which language a text is in."""

import pytest

from aliqa.text.languages import detected
from aliqa.text.terms import common_words

pytest.importorskip("py3langid")


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("When does the ferry to Kelda leave?", "en"),
        ("Wann fährt die Fähre nach Kelda ab?", "de"),
        ("¿Cuándo sale el transbordador a Kelda?", "es"),
        ("Quand part le ferry pour Kelda ?", "fr"),
        ("去北川的渡轮什么时候开？", "zh"),
        ("Kelda ferries revenue 2025", "en"),
        ("42 %", None),
        ("", None),
    ],
)
def test_languages_are_told_apart(text: str, language: str | None) -> None:
    assert detected(text) == language


def test_names_and_figures_are_common_to_languages() -> None:
    assert set(common_words("¿Cuántos pasajeros llevó Kelda en 2025?").values()) == {"Kelda", "2025"}
    assert set(common_words("Kelda的渡轮在2025年卖了多少钱？").values()) == {"Kelda", "2025"}
