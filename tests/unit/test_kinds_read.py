"""Kinds of questions that the judge decides like plain ones, with readings made by hand."""

from dataclasses import replace
from datetime import date

import pytest
from tests.conftest import QUICK, THRESHOLD
from tests.newcomers import BREAD

from aliqa.answers.answering import quote
from aliqa.answers.followups import completions
from aliqa.answers.kinds import (
    Phrase,
    choose,
    corrected,
    of_time,
    statements,
    verdict,
)
from aliqa.answers.kinds.telling import Mention
from aliqa.foundations import settings as aliqa_settings
from aliqa.foundations.protocols import Evidence, PassageRecord, Reading
from aliqa.foundations.types import ArticleMeta, Filters, Passage, Sentence, Span, Turn
from aliqa.library import Library, build
from aliqa.text.opposites import alike, contrary, converse
from aliqa.text.terms import terms


def reading(*sentences: str, published: date | None = None, confidence: float = 0.9) -> Reading:
    """A reading of one article a sentence, the best first."""
    found = []
    for number, text in enumerate(sentences):
        whole = Span(0, len(text))
        meta = ArticleMeta(f"{number}.txt", "", "A title", published=published)
        record = PassageRecord(number, meta, Passage(whole, Span(0, 1)), text, None, (Sentence(whole),), number)
        found.append(Evidence(record, Sentence(whole), 1.0 - 0.1 * number))
    return Reading(tuple(found), confidence, ())


def sure(*sentences: tuple[str, float]) -> Reading:
    """A reading whose sentences have these chances to answer."""
    told = reading(*(text for text, _ in sentences))
    chances = [chance for _, chance in sentences]
    return replace(
        told, evidence=tuple(replace(one, chance=chance) for one, chance in zip(told.evidence, chances, strict=True))
    )


@pytest.mark.parametrize(
    ("question", "sentence", "expected"),
    [
        ("Did Blue Net buy the pier?", "Blue Net bought the pier in May.", "yes"),
        ("Did Blue Net buy the pier?", "Blue Net has sold the pier.", "unclear"),
        ("Did Blue Net buy the pier?", "Blue Net has sold the pier to Red Net.", "no"),
        ("Did Blue Net buy the pier?", "Blue Net never bought the pier.", "no"),
        ("Did Blue Net buy the pier?", "Blue Net may buy the pier.", "unclear"),
        ("Did Blue Net buy the pier?", "She asked Blue Net to buy the pier.", "unclear"),
        ("Did Blue Net go to court?", "Blue Net went to court in May.", "yes"),
        ("Did Blue Net buy the pier?", "The pier belongs to Port Varr.", "unclear"),
        ("Did Blue Net buy Red Net?", "Red Net bought Blue Net.", "unclear"),
        ("Did profit fall in 2024?", "In 2024 profit rose to 9 million euros.", "no"),
        ("Didn't Blue Net buy the pier?", "Blue Net bought the pier.", "unclear"),
    ],
)
def test_yes_and_no_are_said_only_where_the_quote_says_so(question: str, sentence: str, expected: str) -> None:
    said, deciding = verdict(question, reading(sentence))
    assert said == expected
    assert deciding is None or quote(deciding) == sentence


def test_what_one_sentence_affirms_and_another_denies_is_unclear() -> None:
    told = reading("Blue Net bought the pier in May.", "Blue Net never bought the pier.")
    assert verdict("Did Blue Net buy the pier?", told) == ("unclear", told.evidence[0])


def test_nothing_is_yes_of_which_the_judge_is_not_sure() -> None:
    assert verdict("Did Blue Net buy the pier?", reading("Blue Net bought the pier.", confidence=0.5))[0] == "unclear"


def test_a_question_that_takes_the_contrary_for_granted_is_corrected() -> None:
    told = reading("Costs were high.", "Profit of Blue Net fell to 9 million euros.")
    found = corrected("Why did the profit of Blue Net rise?", told)
    assert found
    assert quote(found) == "Profit of Blue Net fell to 9 million euros."
    assert corrected("Why did the profit of Blue Net fall?", told) is None
    assert corrected("Why did the profit of Red Net rise?", told) is None
    assert corrected("Why did the profit of Blue Net rise?", reading("Profit of Blue Net rose, then fell.")) is None


@pytest.mark.parametrize(
    ("question", "sentence", "contradicted"),
    [
        ("When did Blue Net buy the pier?", "Blue Net sold the pier to Red Net.", True),
        ("Who did Blue Net buy the pier from?", "Blue Net sold the pier to Red Net.", True),
        ("How much did Blue Net pay for the pier?", "Blue Net sold the pier to Red Net.", True),
        ("Which firm sold the pier to Blue Net?", "Blue Net sold the pier to Red Net.", True),
        ("Which firm sold the pier to Red Net?", "Blue Net sold the pier to Red Net.", False),
        ("Why did Red Net buy the pier?", "Blue Net sold the pier to Red Net.", False),
        ("Why did Red Net sell the pier?", "Blue Net sold the pier to Red Net.", True),
        ("When was the mill opened?", "The mill was never opened.", True),
        ("When was the mill opened?", "The mill was not opened until May.", False),
        ("What led Blue Net to close the mill?", "Blue Net did not close the mill.", True),
        ("How often did the council reject the plan?", "The council approved the plan.", True),
        ("Why did the council close the mill?", "The council opened the mill.", False),
    ],
)
def test_only_what_is_surely_denied_is_corrected(question: str, sentence: str, *, contradicted: bool) -> None:
    assert (corrected(question, reading(sentence)) is not None) is contradicted


def test_what_another_sentence_affirms_is_not_corrected() -> None:
    told = reading("The mill was never opened.", "The mill was opened in May.")
    assert corrected("When was the mill opened?", told) is None


def test_the_newest_sentence_tells_how_things_are() -> None:
    old, new = "Ada Moss is mayor of Varr.", "The former mayor Ada Moss went home."
    told = reading(old, new)
    days = (date(2021, 3, 1), date(2024, 3, 1))
    dated = [
        replace(one, record=replace(one.record, meta=replace(one.record.meta, published=day)))
        for one, day in zip(told.evidence, days, strict=True)
    ]
    assert verdict("Is Ada Moss mayor?", replace(told, evidence=tuple(dated)))[0] == "no"
    assert verdict("Is Ada Moss mayor?", replace(told, evidence=tuple(dated[:1])))[0] == "yes"


def test_a_newer_sentence_with_all_words_leaves_it_open() -> None:
    told = reading("The mill is open.", "Whether the mill stays open, nobody knows.")
    newer = replace(told.evidence[1].record, meta=replace(told.evidence[1].record.meta, published=date(2024, 3, 1)))
    found = replace(told, evidence=(told.evidence[0], replace(told.evidence[1], record=newer)))
    assert verdict("Is the mill open?", found)[0] == "unclear"


def test_opposites_are_told_in_all_forms_and_no_sequence_is_one() -> None:
    assert "shrank" in contrary("grow")
    assert "reject" in contrary("approv")
    assert not contrary("open") | contrary("hire") | contrary("buy")
    assert "won" not in alike("rise")


@pytest.mark.parametrize(
    ("one", "other", "against"),
    [
        ("The council raised the fee by 4 crowns.", "The fee was lowered by 4 crowns.", True),
        ("The toll rose by 4 crowns.", "The town lowered the toll by 4 crowns.", True),
        ("The court upheld the conviction of Ada Brink.", "Judges confirmed the acquittal of Ada Brink.", True),
        ("A growth of 5% was seen in Lund.", "Sales in Lund fell by 5%.", True),
        ("It was a victory for Lund.", "It was the third loss of Lund.", True),
        ("The failure of the dam cost 4 lives.", "The dam failed, which cost 4 lives.", False),
        ("Lund won by 3 goals.", "Lund defeated Tarn by 3 goals.", False),
    ],
)
def test_nouns_of_verbs_and_what_somebody_makes_rise_or_fall_say_the_contrary_too(
    one: str, other: str, *, against: bool
) -> None:
    first, second = terms(one), terms(other)
    assert any(contrary(word) & set(second) for word in first) is against
    assert converse("sold") == ("bought", "to", "from")


def test_a_list_has_every_member_with_its_own_quote_and_none_twice() -> None:
    told = sure(
        ("Rivals of Olmberg are Brotfabrik and Kornblum.", 0.8),
        ("Another of Olmberg's rivals is Backwerk.", 0.4),
        ("Rivals of Olmberg are Brotfabrik and Kornblum, it says.", 0.4),
        ("It rained in Westrum.", 0.1),
    )
    chosen, line = choose("list", told, None)
    assert [quote(one) for one in chosen] == [quote(told.evidence[0]), quote(told.evidence[1])]
    assert choose("list", told, None, ["rival", "brotfabrik"])[0] == chosen
    assert choose("list", told, None, ["mill"]) == ([told.evidence[0]], None)
    assert line == "These are the ones that the articles name."


def test_a_comparison_has_a_quote_for_each_side() -> None:
    told = sure(("The reef costs 3 million.", 0.7), ("A breakwater costs 9 million.", 0.3), ("Reefs are old.", 0.1))
    chosen, _ = choose("compare", told, None)
    assert [quote(one) for one in chosen] == ["The reef costs 3 million.", "A breakwater costs 9 million."]


def test_a_change_is_told_in_order_of_time_and_nothing_unlikely_comes_first() -> None:
    told = sure(
        ("In 2025 Olmberg had 207 shops.", 0.8),
        ("Olmberg had 180 shops in 2020.", 0.6),
        ("Olmberg wanted 190 shops in 2021.", 0.3),
        ("Olmberg will have 230 shops in 2030.", 0.3),
    )
    chosen, line = choose("change", told, None)
    assert [quote(one) for one in chosen] == [quote(told.evidence[number]) for number in (1, 0, 3)]
    assert line == "In order of time: [1] 2020, [2] 2025, [3] 2030."


def test_a_change_that_is_told_of_one_time_has_no_order() -> None:
    told = sure(("In 2025 Olmberg had 207 shops.", 0.8), ("It had fewer before.", 0.3))
    assert choose("change", told, None) == (list(told.evidence), None)


def test_what_was_said_of_one_year_is_not_said_again_of_another() -> None:
    told = reading("In 2024 it had 207 shops.", "It has many shops.", "In 2019 it had 170.", published=date(2024, 5, 1))
    kept = of_time(told, date(2019, 1, 1), date(2019, 12, 31))
    assert [quote(one) for one in kept.evidence] == ["In 2019 it had 170."]
    assert kept.confidence == 0


@pytest.fixture(scope="module")
def bread(tmp_path_factory: pytest.TempPathFactory) -> Library:
    folder = tmp_path_factory.mktemp("bread")
    for name, text in BREAD.items():
        (folder / name).write_text(text)
    chosen = aliqa_settings.load(
        corpus_dir=folder, index_dir=folder / "index", **QUICK, answering={"threshold": THRESHOLD}
    )
    build(chosen)
    return Library.open(chosen)


def test_a_surname_alone_is_counted_as_a_mention_of_the_person(bread: Library) -> None:
    answer = bread.ask("Which articles mention Sofia Renner?")
    counts = {one.doc_id: one.mentions for one in answer.articles}
    assert counts["bakery-buys-mill.md"] == 2  # "said Sofia Renner", "Renner, 44,"
    assert counts["renner-leaves.md"] == 2  # "Sofia Renner leaves", "Under Renner"
    assert all("Renner" in (one.quote or "") for one in answer.articles)


@pytest.mark.parametrize("question", ["What is this about?", "hello", "Which articles mention Hallo Markt?"])
def test_names_are_shown_only_from_the_articles_that_the_filters_admit(bread: Library, question: str) -> None:
    answer = bread.ask(question, filters=Filters(doc_ids=("mill-fire.md",)))
    shown = " ".join((answer.lead or "", *answer.suggestions))
    assert not any(name in shown for name in ("Teigwerk", "Henrik Olmberg", "Lina", "Hallo Markt"))


def test_a_greeting_without_an_example_question_lists_no_names(bread: Library) -> None:
    answer = bread.ask("hello", filters=Filters(since=date(2030, 1, 1)))
    assert answer.lead == "Hello. Ask me anything about the 5 articles here."
    assert answer.suggestions == ()


def test_after_an_abstention_only_what_the_filtered_articles_answer_is_suggested(bread: Library) -> None:
    question = "Which giraffe did Sofia Renner ride?"
    anywhere = bread.ask(question)
    assert (anywhere.answered, anywhere.suggestions) == (False, ("What do the articles say about Sofia Renner?",))
    before = bread.ask(question, filters=Filters(until=date(2024, 1, 1)))
    assert (before.answered, before.suggestions) == (False, ())


def test_suggestions_say_the_before_a_name_as_the_articles_do(bread: Library) -> None:
    made = bread.ask("What did the fire cost?").suggestions + bread.ask("What is this about?").suggestions
    made += bread.ask("Which giraffe did the Tarn Mill ride?").suggestions
    assert any("the Tarn Mill?" in one for one in made)
    assert not any("the Sofia" in one or "the Olmberg" in one for one in made)


def test_after_an_answer_there_are_questions_that_the_articles_answer(bread: Library) -> None:
    for question in ("Who bought the Tarn Mill?", "What is this about?", "hello", "Tell me about Teigwerk"):
        answer = bread.ask(question)
        assert answer.suggestions, question
        for suggested in answer.suggestions:
            assert bread.ask(suggested).answered, suggested


@pytest.mark.parametrize(
    ("question", "quoted"),
    [
        ("What did Henrik Olmberg say about the purchase?", ["the end of a long walk"]),
        ("What did Sofia Renner say about workers?", ["all 140 workers"]),
        ("what has sofia renner said", ["all 140 workers", "nobody will be dismissed", "a hot bearing"]),
        ("What did Sofia Renner say about flour?", []),
        ("What did Livia Holm say?", []),
    ],
)
def test_what_somebody_said_is_quoted_from_the_sentences_that_give_their_words(
    bread: Library, question: str, quoted: list[str]
) -> None:
    answer = bread.ask(question)
    assert answer.kind == "plain"
    assert len(answer.citations) == len(quoted)
    assert all(words in one.quote for words, one in zip(quoted, answer.citations, strict=True))


@pytest.mark.parametrize(
    ("sentence", "speaks"),
    [
        ("“It is late,” Holm said.", True),
        ("“It is late,” said the harbour master, Runa Holm.", True),
        ("Runa Holm, the harbour master, warned that it was late.", True),
        ("Runa Holm of Skarvik Harbour said that it was late.", True),
        ("Runa Holm of the Port & Quay Union also called it late.", True),
        ("The wife of Runa Holm of Skarvik said so.", False),
        ("The town praised Holm.", False),
        ("“Holm said nothing,” wrote the Courier.", False),
    ],
)
def test_somebody_speaks_in_a_sentence_only_as_its_subject(sentence: str, speaks: bool) -> None:
    whole = Span(0, len(sentence))
    record = PassageRecord(
        0, ArticleMeta("a.txt", "", "A title"), Passage(whole, Span(0, 1)), sentence, None, (Sentence(whole),), 0
    )
    one = Mention(record, Sentence(whole), 0, sentence, tuple(Phrase("Holm").places(sentence)))
    assert statements.gives_words(one) is speaks


def test_a_greeting_brings_two_examples(bread: Library) -> None:
    assert bread.ask("hello").answer.count("?”") == 2


def test_a_follow_up_about_another_year_does_not_repeat_the_figure(bread: Library) -> None:
    history = [Turn("user", "How many shops did Olmberg Group have in 2020?")]
    answer = bread.ask("And in 2019?", history=history)
    assert answer.standalone_question == "How many shops did Olmberg Group have in 2019?"
    assert not any("180" in one.quote for one in answer.citations)


def test_a_question_with_a_subject_of_its_own_is_not_merged() -> None:
    assert (
        completions("How much does a robot cost?", [Turn("user", "Who is Sofia Renner?")])[0]
        == "How much does a robot cost?"
    )
