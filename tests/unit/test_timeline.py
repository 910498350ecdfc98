"""Statements in order of time, and evidence of the time asked about before its near-equals."""

from datetime import date

import pytest

from aliqa.answers import timeline
from aliqa.foundations.protocols import Evidence, PassageRecord, Reading
from aliqa.foundations.types import Article, ArticleMeta, DatedStatement, Passage, Sentence, Span
from aliqa.text.dates import periods

TEXT = """# Freshcart in 2010

Freshcart opened its first shop in 2016. Nobody believed in it. In March 2023 Freshcart announced a listing. \
Half a year later, Freshcart put it off. Just two months later, in November 2023, Freshcart got a new chief.

On May 9 the founder of Freshcart left. Freshcart sells bread. Freshcart bakes. Freshcart delivers. Freshcart rests.

The ferry to Skarvik sank in 2011.
"""


def article(published: date | None, text: str = TEXT, doc_id: str = "a.md") -> Article:
    return Article(ArticleMeta(doc_id, "00", "A title", published=published), text)


def whens(found: list[DatedStatement]) -> list[tuple[str, str]]:
    return [(one.when, one.basis) for one in found]


def test_statements_carry_the_date_of_the_sentence_then_an_inferred_one_then_the_articles() -> None:
    found, undated = timeline.statements(article(date(2025, 5, 13)), "Freshcart")
    assert whens(found) == [
        ("2016", "stated"), ("2023-03", "stated"), ("2023-09", "inferred"), ("2023-11", "stated"),
        ("2025-05-09", "inferred"), *[("2025-05-13", "article")] * 3,
    ]  # fmt: skip
    assert undated == 0
    assert all(TEXT[one.char_start : one.char_end] == one.quote for one in found)


def test_sentences_of_an_undated_article_that_state_no_date_are_counted() -> None:
    found, undated = timeline.statements(article(None), "the Freshcart")
    assert whens(found)[-1] == ("2023-11", "stated")
    assert undated == 5


def test_what_had_been_before_is_not_of_the_articles_day() -> None:
    text = (
        "Freshcart had closed in 2019 before it was sold. Freshcart had shed its drivers by then. Freshcart had many"
        " friends. Freshcart said nothing of what had happened."
    )
    found, undated = timeline.statements(article(date(2025, 5, 13), text), "Freshcart")
    assert whens(found) == [("2019", "stated"), *[("2025-05-13", "article")] * 2]
    assert undated == 1


def test_every_word_of_what_is_asked_about_must_stand_in_the_sentence() -> None:
    assert [one.when for one in timeline.statements(article(None), "Freshcart founder")[0]] == []
    assert [one.when for one in timeline.statements(article(None), "ferry")[0]] == ["2011"]
    assert timeline.statements(article(None), "Marlowe") == ([], 0)
    assert timeline.statements(article(None), "?!") == ([], 0)


def test_what_a_pronoun_says_of_the_subject_before_it_belongs_to_it() -> None:
    text = (
        "Old slip. It was mended in 2012.\n\n"
        "Dr Ilse Varga, the engineer, is leaving. She resigned on 4 May 2021. She sailed in 2022. The quay sank in"
        " 2023. It was costly in 2024.\n\n"
        "In 2025 Ivo Brandl thanked Ilse Varga. He left in 2026."
    )
    varga, _ = timeline.statements(article(None, text), "Ilse Varga")
    assert [one.when for one in varga] == ["2021-05-04", "2022", "2025"]
    assert [one.when for one in timeline.statements(article(None, text), "old slip")[0]] == ["2012"]
    assert [one.when for one in timeline.statements(article(None, text), "I. Varga", ("Ilse Varga",))[0]][:2] == [
        "2021-05-04",
        "2022",
    ]


def test_what_became_of_somebody_asks_for_a_history() -> None:
    assert timeline.asked_about("What became of Ilse Varga?") == "Ilse Varga"
    assert timeline.asked_about("What has become of the old slip?") == "the old slip"


def test_order_is_by_time_and_the_same_words_count_once() -> None:
    first, _ = timeline.statements(article(None), "Freshcart")
    copy, _ = timeline.statements(article(None, doc_id="copy.md"), "Freshcart")
    found = timeline.in_order([*reversed(first), *copy])
    assert [one.quote for one in found] == [one.quote for one in first]
    assert {one.doc_id for one in found} == {"a.md"}


def test_a_year_stands_behind_what_is_dated_within_it() -> None:
    text = (
        "Orca ran in 2024. Orca stopped in December 2023. Orca turned on 11 April 2024. Orca slowed in April 2024. "
        "Orca lay still from 2023 to 2025."
    )
    found = timeline.in_order(timeline.statements(article(None, text), "Orca")[0])
    assert [one.when for one in found] == ["2023-12", "2023 to 2025", "2024-04-11", "2024-04", "2024"]


@pytest.mark.parametrize(
    ("question", "about"),
    [
        ("What happened to Freshcart, and when?", "Freshcart"),
        ("what has happened to the old mill over time", "the old mill"),
        ("Show me a timeline of Freshcart", "Freshcart"),
        ("timeline of Freshcart?", "Freshcart"),
        ("What happened to Freshcart?", None),
        ("When did Freshcart open?", None),
    ],
)
def test_which_questions_want_a_history(question: str, about: str | None) -> None:
    assert timeline.asked_about(question) == about


def reading(*said: tuple[str, float, date | None]) -> Reading:
    """Evidence of one sentence an article, with its score and its article's date."""
    evidence = []
    for row, (text, score, published) in enumerate(said):
        meta, span = ArticleMeta(f"{row}.md", "00", "A title", published=published), Span(0, len(text))
        sentence = Sentence(span)
        record = PassageRecord(row, meta, Passage(span, Span(0, 1)), text, None, (sentence,), row)
        evidence.append(Evidence(record, sentence, score))
    return Reading(tuple(evidence), 0.5, ())


@pytest.mark.parametrize(
    ("said", "when"),
    [
        (["Northwind went public in May 2021."], "2021-05"),
        (["Northwind went public in May 2021.", "The IPO of Northwind in 2021 brought 90 million euros."], "2021-05"),
        (["Northwind went public in May 2021.", "The IPO of Northwind was in 2019."], None),
        (["Northwind plans an IPO in 2021.", "Brevik went public in 2019."], None),
        (["Northwind went public."], None),
    ],
)
def test_an_event_is_dated_where_the_articles_agree(said: list[str], when: str | None) -> None:
    records = [one.record for one in reading(*((text, 1.0, date(2024, 1, 1)) for text in said)).evidence]
    found = timeline.happened("What has Northwind bought since the IPO?", records)
    assert (found and found.first.isoformat()[:7]) == when
    assert timeline.happened("What has Northwind bought since 2021?", records) is None


def test_evidence_from_after_an_event_goes_before_its_near_equals() -> None:
    old, new = ("It bought four ferries in 2019.", 2.1, None), ("It bought two ferries in 2023.", 2.0, None)
    question, today = "What has it bought since the IPO?", date(2026, 1, 1)
    assert first(timeline.prefer(reading(old, new), question, today)) == old[0]
    [listed] = periods.find("May 2021")
    assert first(timeline.prefer(reading(old, new), question, today, listed)) == new[0]


def test_the_last_quarter_is_the_newest_there_is_where_nothing_is_of_it() -> None:
    old, new = ("It lost 2 million in 2019.", 2.1, None), ("It lost 3 million in May 2023.", 2.0, None)
    question = "How much did it lose last quarter?"
    assert first(timeline.prefer(reading(old, new), question, date(2026, 1, 1))) == new[0]
    assert first(timeline.prefer(reading(new, old), question, date(2026, 1, 1))) == new[0]
    fitting = ("It lost 1 million in May 2023.", 2.0, None)
    newest = ("It lost 1 million in August 2023.", 2.1, None)
    assert first(timeline.prefer(reading(newest, fitting), question, date(2023, 8, 20))) == fitting[0]


def first(found: Reading) -> str:
    return found.evidence[0].record.text


def test_evidence_of_the_time_asked_about_goes_before_its_near_equals_only() -> None:
    old, new = ("The share was 50 in 2021.", 1.2, None), ("The share was 40 in March 2024.", 1.0, None)
    today = date(2026, 1, 1)
    assert first(timeline.prefer(reading(old, new), "What was the share in 2024?", today)) == new[0]
    assert first(timeline.prefer(reading(old, new), "What was the share in 2021?", today)) == old[0]
    assert (
        first(timeline.prefer(reading(("It fell in 2021.", 2.0, None), new), "the share in 2024?", today))
        == "It fell in 2021."
    )
    plain = reading(old, new)
    assert timeline.prefer(plain, "What was the share?", today) is plain


def test_the_latest_is_the_newest_statement_or_article_among_near_equals() -> None:
    said = (("It has 5 shops.", 1.2, date(2023, 1, 1)), ("It has 4 shops.", 1.0, date(2025, 1, 1)))
    assert first(timeline.prefer(reading(*said), "How many shops does it have now?", date(2026, 1, 1))) == said[1][0]
    assert timeline.prefer(Reading((), 0.0, ()), "How many now?", date(2026, 1, 1)).evidence == ()


def test_a_history_is_told_in_order_with_its_dates() -> None:
    read = reading(("B closed in 2024.", 3.0, None), ("B opened in 2016.", 1.0, None), ("B sells bread.", 2.0, None))
    articles = [Article(one.record.meta, one.record.text) for one in read.evidence]
    dated = timeline.in_order(one for said in articles for one in timeline.statements(said, "B")[0])
    found, line = timeline.told(read, dated, 5)
    assert [one.record.text for one in found] == ["B opened in 2016.", "B closed in 2024."]
    assert line == "In order of time: [1] 2016, [2] 2024."
    assert timeline.told(read, dated, 1)[0][0].record.text == "B closed in 2024."
    assert timeline.told(read, [], 5) == ([], None)


def test_a_history_has_what_its_articles_alone_date_where_there_is_room() -> None:
    told = date(2024, 8, 5)
    read = reading(("The flood of Brevik is over.", 3.0, told), ("Carts sank in the flood in July 2024.", 2.0, told))
    articles = [Article(one.record.meta, one.record.text) for one in read.evidence]
    dated = timeline.in_order(one for said in articles for one in timeline.statements(said, "the flood")[0])
    line = "In order of time: [1] 2024-07, [2] 2024-08-05 (date of the article)."
    assert timeline.told(read, dated, 5)[1] == line
    assert timeline.told(read, dated, 1)[1] == "In order of time: [1] 2024-07."
