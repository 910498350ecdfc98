import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.stories import OTHER, STORY

from aliqa.index.copies import PLACES, Signatures, originals, sign
from aliqa.text.sentences import split_sentences

CHINESE = (
    "青岚云第二季度收入增长了二十六个百分点，高于去年同期。公司首席执行官林远表示，人工智能产品贡献了五分之一的收入。"
    * 2
)


def signed(*texts: str) -> Signatures:
    return np.array([sign(text, split_sentences(text)) for text in texts])


def groups(*texts: str) -> list[int]:
    return [int(one) for one in originals(signed(*texts))]


def test_syndicated_copies_are_copies_and_another_report_of_the_same_is_not() -> None:
    reworded = STORY.replace("ordered four", "has ordered four").replace("expects fewer", "reckons with fewer")
    shortened = STORY.rpartition(" Two of")[0]
    headed = f"# Ferries go electric\n\nAdvertisement\n\n{STORY}\nRead more\n"
    assert groups(STORY, OTHER, reworded, shortened, headed) == [0, 1, 0, 0, 0]


def test_chinese_copies_are_copies() -> None:
    assert groups(CHINESE, STORY, CHINESE.replace("表示", "说")) == [0, 1, 0]


def test_short_and_empty_texts_are_copies_only_of_their_like() -> None:
    assert groups("Hello.", "", "Hi.", "😀", "Hello.") == [0, 1, 2, 3, 0]


def test_reports_from_one_template_with_other_facts_are_no_copies() -> None:
    towns = ["Skarvik", "Brevik", "Lund", "Kelda"]
    reports = [
        f"The harbour of {town} saw {n} ships and {7 * n} lorries in week {n}." for n, town in enumerate(towns, 3)
    ]
    assert groups(*reports) == [0, 1, 2, 3]


@given(st.lists(st.sampled_from([STORY, OTHER, CHINESE, "One thing."]), min_size=1))
def test_equal_texts_are_copies_of_the_first_and_no_others(texts: list[str]) -> None:
    assert groups(*texts) == [texts.index(text) for text in texts]


def test_signatures_are_those_that_older_indexes_hold() -> None:
    [signature] = signed("The harbour of Skarvik saw three ships. Two of them were ferries.")
    assert signature[:4].tolist() == [11716970, 501569475, 224398401, 139846533]


@given(st.text())
def test_any_text_can_be_signed(text: str) -> None:
    assert sign(text, split_sentences(text)).shape == (PLACES,)


@pytest.mark.parametrize(("changed", "copies"), [(0.03, True), (0.3, False)])
def test_a_few_changed_words_make_no_new_source_and_many_do(changed: float, copies: bool) -> None:
    chance = random.Random(7)
    words = [f"word{chance.randrange(2000)}" for _ in range(400)]
    edited = [one if chance.random() > changed else f"new{chance.randrange(2000)}" for one in words]
    assert (groups(" ".join(words) + ".", " ".join(edited) + ".") == [0, 0]) is copies


def test_among_thousands_of_articles_the_copies_are_found() -> None:
    signatures = np.random.default_rng(1).integers(0, 2**32, (3000, PLACES), np.uint32)
    signatures[1500:] = signatures[:1500]
    assert originals(signatures).tolist() == [*range(1500), *range(1500)]


@pytest.mark.parametrize("fresh", [[], [0], [2, 3], [0, 1, 2, 3, 4, 5]])
def test_only_what_is_new_is_compared_and_the_groups_are_the_same(fresh: list[int]) -> None:
    signatures = signed(STORY, OTHER, STORY, CHINESE, OTHER, STORY)
    known = np.array([7, 3, 7, 9, 3, 7])
    known[fresh] = -1
    assert originals(signatures, known).tolist() == [0, 1, 0, 3, 1, 0]
