"""Values out of sentences, and which of them contradict each other."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aliqa.text.quantities import Quantity, find


def only(text: str) -> Quantity:
    [found] = find(text)
    return found


@pytest.mark.parametrize(
    ("text", "words", "unit", "low", "high"),
    [
        ("It fell to the mid-40% range.", "mid-40%", "%", 43, 47),
        ("A share in the mid-40s per cent.", "mid-40s per cent", "%", 43, 47),
        ("It lost two-thirds of its value.", "two-thirds", "%", 63.2, 70.2),
        ("It closed a quarter of its shops.", "a quarter", "%", 23.6, 26.4),
        ("Prices fell by half in winter.", "half", "%", 47.3, 52.7),
        ("One in five households has no car.", "One in five", "%", 18.9, 21.1),
        ("It brings over 20 per cent.", "over 20 per cent", "%", 19.5, math.inf),
        ("Up to 59% less.", "Up to 59%", "%", -math.inf, 59.25),
        ("Growth of 1%-4% is slow.", "1%-4%", "%", 1, 4),
        ("The turbine made 76-85% of it.", "76-85%", "%", 76, 85),
        ("A debt of $3,1 billion", "$3,1 billion", "USD", 3.05e9, 3.15e9),
        ("It cost 71.32 billion yuan.", "71.32 billion yuan", "CNY", 71.315e9, 71.325e9),
        ("The library cost £2.3m.", "£2.3m", "GBP", 2.25e6, 2.35e6),
        ("Between 40 and 45 million euros", "40 and 45 million euros", "EUR", 40e6, 45e6),
        ("大坝花费290亿元。", "290亿元", "CNY", 28.5e9, 29.5e9),
        ("员工1.2万人。", "1.2万人", "人", 11_500, 12_500),
        ("Nearly 300 million users came.", "Nearly 300 million users", "user", 276e6, 315e6),
        ("About 8,000 people live there.", "About 8,000 people", "peopl", 7360, 8640),
        ("Nine workers died.", "Nine workers", "worker", 9, 9),
        ("A hundred and twelve children sang.", "A hundred and twelve children", "children", 112, 112),
        ("It will close 46 of its 138 shops.", "46 of its 138 shops", "shop", 46, 46),
        ("The tunnel is 14.2 kilometres long.", "14.2 kilometres", "m", 14_150, 14_250),
        ("The strike lasted two weeks.", "two weeks", "day", 14, 14),
        ("It took two hours and 14 minutes.", "two hours and 14 minutes", "day", 134 / 1440, 134 / 1440),
    ],
)
def test_reads(text: str, words: str, unit: str, low: float, high: float) -> None:
    one = only(text)
    assert (one.span.cut(text), one.unit) == (words, unit)
    assert one.low == pytest.approx(low, rel=5e-3) or one.low == low
    assert one.high == pytest.approx(high, rel=5e-3) or one.high == high


def test_one_value_in_two_currencies() -> None:
    text = "The regulator made Nordvik pay CNY 17.4 billion (US$2.4 billion)."
    one = only(text)
    assert one.span.cut(text) == "CNY 17.4 billion (US$2.4 billion)"
    assert (one.unit, [again.unit for again in one.again]) == ("CNY", ["USD"])
    assert not one.contradicts(only("a fine of $2,4 billion"))
    assert one.contradicts(only("a fine of $3.4 billion"))
    assert not one.contradicts(only("a fine of 5 billion euros")), "no unit that both have"


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        ("Prices rose from 12 to 15 dollars.", [("from", "USD", 12), ("to", "USD", 15)]),
        ("Rents rose from 640 euros in 2019 to 790 euros in 2024.", [("from", "EUR", 640), ("to", "EUR", 790)]),
        ("Sales fell from 3.1 million in May 2010 to just 5,000.", [("from", "", 3.1e6), ("to", "", 5000)]),
        ("In 2019 to 790 guests it was a home.", [("", "guest", 790)]),
    ],
)
def test_both_ends_of_a_turn(text: str, ends: list[tuple[str, str, float]]) -> None:
    assert [(one.turn, one.unit, round((one.low + one.high) / 2)) for one in find(text)] == ends


@pytest.mark.parametrize(
    "text",
    [
        "In 2024 it began.",
        "On 4 March 2025, at 10:30, it ended.",
        "Qwen3 runs on Windows 11.",
        "The “1+6+N” reform.",
        "The third quarter of 2024 was good.",
        "They met for the first time in Room No. 5.",
        "第3季度",
    ],
)
def test_reads_no_value(text: str) -> None:
    assert find(text) == []


@pytest.mark.parametrize(
    ("one", "other", "contradicts"),
    [
        ("4.2 billion dollars", "$4.19 billion", False),
        ("4.2 billion dollars", "$3.6 billion", True),
        ("about 8,000 people", "8,150 people", False),
        ("more than 900 people", "fewer than 500 people", True),
        ("14.2 km", "14,200 metres", False),
        ("6 ferries", "seven ferries", True),
        ("a third of it", "33%", False),
        ("33%", "34%", False),
        ("33%", "the mid-40% range", True),
    ],
)
def test_contradicts(one: str, other: str, contradicts: bool) -> None:
    assert only(one).contradicts(only(other)) is contradicts
    assert only(other).contradicts(only(one)) is contradicts


@given(
    st.text(
        alphabet=st.sampled_from(
            "0123456789.,%$€-– 亿万元 ten eleven half million to mid-40s a quarter of (US)years\n"
        ),
        max_size=60,
    )
)
def test_any_text_gives_values_in_order_inside_it(text: str) -> None:
    place = 0
    for one in find(text):
        assert one.turn == "to" or one.span.start >= place
        assert one.span.end <= len(text) + 1
        assert one.low <= one.high
        place = one.span.end


@given(
    st.lists(
        st.sampled_from("a A an hundred and thousand half dozen ten twenty-one point more ships".split()), max_size=6
    )
)
def test_words_of_numbers_in_any_order_are_read(words: list[str]) -> None:
    find(" ".join(words))
