"""What sentences state, and whether two of them differ; how well the models do is for ``benchmarks/pairs.py``."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aliqa.text.claims.kinds import kind_of, scopes
from aliqa.text.claims.model import certainty
from aliqa.text.claims.pairs import (
    FEATURES,
    REPLIED,
    Nearness,
    Reply,
    Said,
    altered,
    as_of,
    differing,
    features,
    replied,
)
from aliqa.text.claims.values import found

FERRIES = Said("Northwind has 38 ferries.", "Northwind grows", published=date(2024, 3, 1))
FLEET = Said("The fleet of Northwind consists of 52 ferries.", "A look at Northwind", published=date(2024, 3, 9))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("About 26,000 people came.", "There were 26,412 people."),
        ("She is 118 metres long.", "She stretches 387 feet."),
        ("At least 40 lorries were on board.", "43 lorries were on board."),
        ("It opened on 14 May 2024.", "It opened in May 2024."),
        ("The fine was 3 billion yuan ($420 million).", "The fine was $423 million."),
        ("The wind blew at 185 mph (298 km/h).", "The wind blew at 298 km/h."),
    ],
)
def test_what_can_be_true_of_one_thing_does_not_differ(one: str, other: str) -> None:
    assert not list(differing(Said(one), Said(other)))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("It lasted seven quarters.", "It lasted six quarters."),
        ("He paid 4 crowns.", "The price goes up to 5.50 crowns."),
        ("On May 9 he came.", "He came on May 10th."),
        ("In Tull they build a hall.", "They build a hall in Oxney."),
        ("Winds were near 180 mph.", "Winds reached 185 mph."),
    ],
)
def test_values_of_one_kind_differ(one: str, other: str) -> None:
    [pair] = differing(Said(one, published=date(2024, 6, 1)), Said(other, published=date(2024, 6, 1)))
    assert pair.first.differs(pair.second)
    assert pair.second.differs(pair.first)


def test_a_sentence_that_also_states_the_other_value_does_not_differ() -> None:
    assert not list(differing(Said("It sold 38 ships."), Said("It sold 38 ships and bought 52 ships.")))
    assert not list(differing(Said("It has four lanes."), Said("It has two lanes each way, four in all.")))


@pytest.mark.parametrize(
    ("text", "context", "topic", "names"),
    [
        ("Okello stays with the club.", "", {"okello"}, ["Okello"]),
        ("Okello stays with the club.", "Okello in Lund", set(), ["Okello"]),
        ("Rents went up in Lund.", "", {"lund"}, ["Lund"]),
        ("She stays in Lund.", "She", {"she"}, ["Lund"]),
        ("Mirela Stan stays.", "", set(), ["Mirela Stan"]),
    ],
)
def test_a_word_that_opens_a_sentence_is_a_name_if_it_is_known_as_one(
    text: str, context: str, topic: set[str], names: list[str]
) -> None:
    values = found(text, None, context, frozenset(topic))
    assert [one.span.cut(text) for one in values if one.kind == "name"] == names


def test_a_value_is_asked_for_by_its_own_sentence() -> None:
    [value, *_] = found(FERRIES.text)
    assert value.question(FERRIES.text) == "Northwind has how many ferries?"
    wind = "It blew at 75 miles per hour (120 kilometers per hour) here."
    assert found(wind)[0].question(wind) == "It blew at how many miles per hour here?"


def test_what_is_replied_tells_and_not_in_which_order() -> None:
    hit, miss, other = Reply(2.0, hit=True), Reply(-1.0, hit=True), Reply(5.0, hit=False)
    rows = np.array([replied(0.4, (hit, miss)), replied(0.4, (miss, hit)), replied(0.4, (other, miss))])
    assert rows.shape == (3, len(REPLIED))
    sure, same, unsure = certainty(rows, "read")
    assert sure == same > unsure


def test_names_of_days_and_months_are_no_names() -> None:
    assert "name" not in [one.kind for one in found("Friday was calm.", None, "on Friday")]


def test_a_sentence_that_has_nearer_ones_beside_it_is_less_near() -> None:
    own = np.eye(3, 4, dtype=np.float32)
    others = np.array([[0.8, 0.6, 0, 0], [0.6, 0.8, 0, 0], [0, 0, 0, 1]], np.float32)
    found = Nearness(own, others, np.array([7, 7, 9]))
    cosine, articles, above, nearer = found.of(0, 0)
    assert cosine == pytest.approx(0.8)
    assert nearer == 0
    assert found.of(0, 1)[3] == 2  # the first of its article is nearer to it, and it is nearer to another sentence
    assert above == pytest.approx(0.8 - (0.8 + 0.6 + 0) / 3)
    assert found.of(0, 2)[1] == 0 < articles


def test_the_order_of_a_pair_does_not_matter() -> None:
    [pair], [back] = differing(FERRIES, FLEET), differing(FLEET, FERRIES)
    near = (0.7, 0.6, 0.2, 0.0)
    first, second = features(FERRIES, FLEET, pair, near), features(FLEET, FERRIES, back, near)
    assert first == pytest.approx(second)
    assert len(first) == len(FEATURES)


def test_what_stands_out_among_its_neighbours_is_surer() -> None:
    [pair] = differing(FERRIES, FLEET)
    rows = [features(FERRIES, FLEET, pair, near) for near in ((0.7, 0.6, 0.3, 0.0), (0.7, 0.6, 0.0, 4.0))]
    sure, unsure = certainty(np.array(rows))
    assert 0 < unsure < sure < 1


def test_statements_of_different_times_are_a_change() -> None:
    later = Said(FLEET.text, published=date(2026, 1, 1))
    [pair] = differing(FERRIES, later)
    assert kind_of(FERRIES, later, pair) == "change"
    assert kind_of(FERRIES, FLEET, pair) == "contradiction"
    assert as_of(Said("In 2020 it had 38 ferries.", published=date(2024, 3, 1))) == "2020"
    assert as_of(FERRIES) == "2024-03-01"
    opening = Said("The line opened on 10 June 2024, a year later than planned.", published=date(2024, 7, 1))
    assert as_of(opening) == "10 June 2024"
    assert as_of(opening, opening.values[-1]) == "2024-07-01"  # the day itself is what is said
    assert as_of(Said("Last year it had 38 ferries.", published=date(2024, 3, 1))) == "2023"


@pytest.mark.parametrize(
    ("text", "value", "when"),
    [
        ("The bridge, which opened in 1988, has 52 lamps.", "52 lamps", "2024-03-01"),
        ("The 1998 founder left 52 lamps.", "52 lamps", "2024-03-01"),
        ("The yard built 9 boats in 2022 and 12 in 2023.", "9 boats", "2022"),
        ("The yard built 9 boats in 2022 and 12 boats in 2023.", "12 boats", "2023"),
        ("The chain closed 9 shops in 2023 and now has 52 shops.", "52 shops", "2024-03-01"),
        ("In 2023 the chain closed 9 shops and opened 12 shops.", "12 shops", "2023"),
        ("The chain closed 9 shops and sold 12 shops in 2023.", "9 shops", "2023"),
    ],
)
def test_a_value_is_of_the_time_of_its_clause_else_of_the_day_of_its_article(text: str, value: str, when: str) -> None:
    said = Said(text, published=date(2024, 3, 1))
    [one] = [each for each in said.values if each.span.cut(text) == value]
    assert as_of(said, one) == when


def test_statements_with_limits_of_their_own_may_differ_in_scope() -> None:
    one = Said("Within the city only 52 percent of the voters came.", published=date(2025, 5, 19))
    other = Said("Across all villages, turnout was 61 percent.", published=date(2025, 5, 20))
    [pair] = differing(one, other)
    assert kind_of(one, other, pair) == "scope"


@pytest.mark.parametrize(
    ("first", "second", "kind"),
    [
        ("The nurses had asked for 9 percent more pay.", "The nurses got 6.5 percent more pay.", "scope"),
        ("They asked for 9 percent for the nurses.", "The nurses will get 6.5 percent.", "scope"),
        (
            "The town will pay the school 40 million euros.",
            "The town paid the school 31 million euros.",
            "contradiction",
        ),
        (
            "The nurses want a rise in pay of 9 percent.",
            "They demanded a rise in pay of 8 percent.",
            "contradiction",
        ),
        ("The nurses, who want more, got 9 percent.", "The nurses got 6.5 percent.", "contradiction"),
        ("The hall can hold 540 guests.", "The hall holds 480 guests.", "contradiction"),
    ],
)
def test_what_is_wanted_and_what_is_so_may_differ_in_scope(first: str, second: str, kind: str) -> None:
    one, other = (Said(text, published=date(2025, 5, 19)) for text in (first, second))
    [pair] = differing(one, other)
    assert kind_of(one, other, pair) == kind


@pytest.mark.parametrize(
    ("first", "second", "narrowed"),
    [
        (
            "Lamps made up 18 percent of group sales.",
            "Among foreign customers, lamps accounted for 26 percent of sales.",
            ("of group sales", "Among foreign customers"),
        ),
        (
            "The works employs 310 people.",
            "Counting the apprentices, it is 352 people.",
            (None, "Counting the apprentices"),
        ),
        ("They asked for 9 percent for the nurses.", "The nurses will get 6.5 percent.", ("asked for", None)),
    ],
)
def test_what_narrows_a_statement_down_is_told(
    first: str, second: str, narrowed: tuple[str | None, str | None]
) -> None:
    one, other = (Said(text, published=date(2025, 5, 19)) for text in (first, second))
    [pair] = differing(one, other)
    assert kind_of(one, other, pair) == "scope"
    assert scopes(one, other, pair) == narrowed


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Four sailors were killed.", "Seven crew members died."),
        (
            "Four sailors of the ferry's owner, Corvo Lines, were killed.",
            "Seven employees of Corvo Lines died in the engine room.",
        ),
        ("Sales have risen for nine quarters.", "Sales went up for eight quarters in succession."),
        ("It holds 31 percent of the market for lamps.", "Its share of the lamp market is 24 percent, a count shows."),
    ],
)
def test_a_phrase_with_of_is_no_scope_of_its_own(first: str, second: str) -> None:
    one, other = (Said(text, published=date(2025, 5, 19)) for text in (first, second))
    [pair] = differing(one, other)
    assert kind_of(one, other, pair) == "contradiction"


@pytest.mark.parametrize(
    ("first", "second", "agree"),
    [
        ("About 2,100 people fled.", "1,900 people fled.", False),
        ("About 26,000 people came.", "There were 26,412 people.", True),
        ("A third of them came.", "33 percent came.", True),
        ("More than 60 people came.", "63 people came.", True),
        ("More than 60 people came.", "60 people came.", False),
        ("At least 60 people came.", "60 people came.", True),
        ("Over 60 people came.", "More than 60 people came.", True),
        ("Over 60 people came.", "Fewer than 60 people came.", False),
        ("It cost less than 90 million crowns.", "It cost 90 million crowns.", False),
        ("It cost less than 90 million crowns.", "It cost 91 million crowns.", False),
        ("It cost less than 90 million crowns.", "It cost up to 90 million crowns.", False),
        ("It cost less than 90 million crowns.", "It cost 84 million crowns.", True),
        ("It cost 90 million crowns ($9 million).", "It cost less than $9 million.", False),
        ("It opened on 14 May 2024.", "It opened in May 2024.", True),
        ("The hall is in Oxney Bay.", "Oxney has the hall.", True),
        ("The hall is in Oxney.", "Tull has the hall.", False),
    ],
)
def test_values_agree_where_the_one_is_within_what_the_other_admits(first: str, second: str, agree: bool) -> None:
    one, other = (found(text, date(2024, 6, 1), "Tull Oxney")[0] for text in (first, second))
    assert one.agrees(other) is other.agrees(one) is agree


def test_a_bound_does_not_differ_from_its_end() -> None:
    assert not list(differing(Said("The hall cost less than 90 million crowns."), Said("It cost 90 million crowns.")))
    assert not list(differing(Said("More than 60 people came."), Said("60 people came.")))


def test_a_sentence_with_another_figure_alone_is_about_the_same_thing() -> None:
    def said(text: str, town: str = "lund") -> Said:
        return Said(text, topic=frozenset({town}))

    one, other = (
        said("The mill of Lund employs 76 people on 2 floors."),
        said("The mill of Lund employs 67 people on 2 floors."),
    )
    [pair] = differing(one, other)
    assert altered(one, other, pair)
    for text, town in ((other.text, "oxney"), ("The mill of Lund fired 67 people on 2 floors.", "lund")):
        apart = said(text, town)
        [pair] = differing(one, apart)
        assert not altered(one, apart, pair)


@given(st.text(max_size=200))
def test_any_text_is_read_and_does_not_differ_from_itself(text: str) -> None:
    said = Said(text, published=date(2024, 1, 1))
    assert not list(differing(said, said))
    for value in said.values:
        assert 0 <= value.span.start < value.span.end <= len(text)
        assert value.question(text).endswith("?")
