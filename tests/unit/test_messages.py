"""What aliqa says in other languages: all of it, and with the values where English has them."""

import re
from collections.abc import Collection

import pytest
from babel.messages.catalog import Message
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from tests.conftest import ROOT

from aliqa.foundations.messages import ENGLISH, catalogue, gettext, language, languages, preferred, speak, speaking

OTHERS = [tag for tag in languages() if tag != ENGLISH]
TRANSLATED = 0.95
"""The share of texts that is translated at least: less would show two languages side by side."""

PLACE = re.compile(r"\{\w+\}|</?\w+>")


@pytest.fixture(scope="module")
def said() -> set[str]:
    """Every text of the code that people read, by the form that a catalogue has it under."""
    with (ROOT / "tools" / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)  # type: ignore[no-untyped-call]
    found = extract_from_dir(ROOT / "src", methods, options)
    return {texts if isinstance(texts, str) else texts[0] for _, _, texts, _, _ in found}


def forms(texts: str | Collection[str] | None) -> list[str]:
    return [texts] if isinstance(texts, str) else list(texts or ())


def messages(tag: str) -> list[Message]:
    return [one for one in catalogue(tag) if one.id]


@pytest.mark.parametrize("tag", OTHERS)
def test_a_catalogue_has_what_is_said_and_no_more(tag: str, said: set[str]) -> None:
    assert len(said) > 300
    assert {forms(one.id)[0] for one in messages(tag)} == said
    assert not catalogue(tag).obsolete


@pytest.mark.parametrize("tag", OTHERS)
def test_texts_are_translated_with_the_values_of_their_originals(tag: str) -> None:
    translated = [one for one in messages(tag) if any(forms(one.string))]
    assert len(translated) >= TRANSLATED * len(messages(tag))
    for one in translated:
        originals = {frozenset(PLACE.findall(text)) for text in forms(one.id)}
        assert not one.fuzzy
        assert len(forms(one.string)) == (1 if isinstance(one.id, str) else catalogue(tag).num_plurals)
        for text in forms(one.string):
            assert frozenset(PLACE.findall(text)) in originals, text


@pytest.mark.parametrize("tag", OTHERS)
def test_the_rule_for_plurals_can_stand_in_a_module_of_the_page(tag: str) -> None:
    assert re.fullmatch(r"[n0-9 ()?:|&=!<>%]+", catalogue(tag).plural_expr)


@pytest.mark.parametrize(
    ("accepted", "tag"),
    [
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh-Hans"),
        ("zh-TW", "zh-Hans"),
        ("en-GB,zh;q=0.5", "en"),
        ("tlh, zh;q=0.1", "zh-Hans"),
        ("zh;q=0, *", "en"),
        ("zh;q=x;;,\x00", "en"),
    ],
)
def test_a_browser_gets_the_language_that_it_prefers(accepted: str, tag: str) -> None:
    assert preferred(accepted) == tag


def test_a_language_without_a_catalogue_is_answered_in_english() -> None:
    with speaking("zh-Hans"):
        speak("../../etc")
        assert (language(), gettext("Retry")) == (ENGLISH, "Retry")
    assert language() == ENGLISH
