"""Follow-up questions are completed, and questions that stand alone are left alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aliqa.answers.followups import completions, repeats
from aliqa.foundations.types import Turn

FERRIES = "How many ferries did Northwind Lines order in 2024?"
SHARE = "What is Kelda Cloud's market share in Norway?"


def conversation(*said: str) -> list[Turn]:
    """Questions and answers in turn, a question first."""
    return [Turn("assistant" if place % 2 else "user", text) for place, text in enumerate(said)]


@pytest.mark.parametrize(
    ("before", "question", "meant"),
    [
        (SHARE, "And Brevik Cloud?", "What is Brevik Cloud's market share in Norway?"),
        (SHARE, "and Brevik Cloud's?", "what is Brevik Cloud's market share in Norway?"),
        (SHARE, "What about Brevik?", "What is Brevik's market share in Norway?"),
        (SHARE, "And what about Brevik?", "What is Brevik's market share in Norway?"),
        (SHARE, "And in Sweden?", "What is Kelda Cloud's market share in Sweden?"),
        (SHARE, "And in 2023?", "What is Kelda Cloud's market share in Norway in 2023?"),
        (SHARE, "And its revenue?", "What is Kelda Cloud's revenue in Norway?"),
        (SHARE, "And Brevik's revenue?", "What is Brevik's revenue in Norway?"),
        ("What is the revenue of Kelda Cloud?", "What about profit?", "What is the profit of Kelda Cloud?"),
        (FERRIES, "And Marlowe?", "How many ferries did Marlowe order in 2024?"),
        (FERRIES, "And in 2023?", "How many ferries did Northwind Lines order in 2023?"),
        (FERRIES, "Why did they do that?", "Why did Northwind Lines order ferries in 2024?"),
        ("When was the Skarvik listing withdrawn?", "Why?", "Why was the Skarvik listing withdrawn?"),
        ("When was the Skarvik listing withdrawn?", "And why did they do that?",
         "Why was the Skarvik listing withdrawn?"),
        ("Which shop did Marlowe sell?", "When was that?", "When did Marlowe sell the shop?"),
        ("Did Marlowe close shops?", "How many?", "How many (about Marlowe, close shops)?"),
        ("What is Freshcart?", "When did it open?", "When did Freshcart open?"),
        ("What is Freshcart?", "Who is its founder?", "Who is Freshcart's founder?"),
        ("What did Ines Okafor say about rents?", "When did she say so?", "When did Ines Okafor say about rents?"),
        ("Who is Tomas Lindqvist?", "What is his motto?", "What is Tomas Lindqvist's motto?"),
        ("Who is the founder of Kelda?", "When did she retire?", "When did the founder of Kelda retire?"),
        ("What was Marlowe's revenue in 2024?", "Is that more than Kelda?",
         "Is that more than Kelda (about Marlowe's revenue, 2024)?"),
        ("When does Mayor Ines Okafor leave office?", "And her deputy?",
         "When does Mayor Ines Okafor's deputy leave office?"),
        ("Who asked Marlowe to close shops?", "Why did he want that?",
         "Why did he want that (about Marlowe, close shops)?"),
        ("How has Freshcart started off?", "And what is that success due to?",
         "What is that success due to (about Freshcart)?"),
        ("What is a storm drain?", "How is it cleaned?", "How is storm drain cleaned?"),
        (FERRIES, "And how many in 2022?", "How many ferries did Northwind Lines order in 2022?"),
        (FERRIES, "How much in May 2022?", "How many ferries did Northwind Lines order in May 2022?"),
        (FERRIES, "but how many in Norway?", "How many ferries did Northwind Lines order in 2024 in Norway?"),
        ("When did Marlowe close in 2024?", "How many in 2022?", "How many in 2022 (about Marlowe, close)?"),
        ("When did the Weavers' Guild vote?", "Where does it meet?", "Where does Weavers' Guild meet?"),
        ("What is Arvo Mills' profit in Norway?", "And Brevik's?", "What is Brevik's profit in Norway?"),
        ("What is Marlowe's profit in Norway?", "And Arvo Mills' debt?", "What is Arvo Mills's debt in Norway?"),
        ("What is Arvo Mills' profit?", "How many?", "How many (about Arvo Mills' profit)?"),
        ("When did the tunnel reopen?", "How much did it cost?", "How much did the tunnel cost?"),
        ("When did the old tunnel reopen?", "Why did it close?", "Why did the old tunnel close?"),
        ("Why did the price of copper fall?", "When did it recover?", "When did the price of copper recover?"),
        ("How did the walkout begin?", "When did it end?", "When did the walkout end?"),
        ("When did the drivers return?", "What did they want?", "What did the drivers want?"),
        ("Has the tunnel reopened?", "How long is it?", "How long is the tunnel?"),
        ("Where is the solar plant?", "How large is it?", "How large is solar plant?"),
        ("When did the tunnel reopen?", "How much does it cost to cross?",
         "How much does it cost to cross (about tunnel reopen)?"),
        ("What is the Tern 3?", "and the Tern 5?", "What is the Tern 5?"),
        ("What is Tern 3?", "and the Tern 5?", "What is the Tern 5?"),
        ("Who owns a Tern 3?", "And the Kelda?", "Who owns a Kelda?"),
        ("Did Arvo & Nephews buy the mill?", "What about Marlowe?", "Did Marlowe buy the mill?"),
        ("Did Arvo and Nephews buy the mill?", "What about Marlowe?", "Did Marlowe buy the mill?"),
        ("Did Marlowe buy the mill?", "What about Arvo and Nephews?", "Did Arvo and Nephews buy the mill?"),
        ("Did Arvo-Lunde and the Guild of Weavers buy it?", "And Arvo & Nephews?", "Did Arvo & Nephews buy it?"),
        ("What is the gap between Kelda and Marlowe?", "And Brevik?", "What is the gap between Brevik and Marlowe?"),
    ],
)  # fmt: skip
def test_a_follow_up_is_completed(before: str, question: str, meant: str) -> None:
    found = completions(question, conversation(before, "An answer. [1]"))[0]
    assert found.casefold() == meant.casefold()


@pytest.mark.parametrize(
    "question",
    [
        "How many shops does Marlowe have?",
        "Who runs Kelda today and how is his name spelled?",
        "When did Marlowe say that it would close shops?",
        "Is it true that Marlowe sold its warehouse?",
        "How long does it take to cross the Kelda strait?",
        "Which shops did Marlowe close this year?",
        "How do I bake sourdough bread?",
        "What are bonds?",
        "asdf qwer zxcv",
        "thanks!",
        "那北欧云呢？",
    ],
)
def test_what_stands_alone_or_is_beyond_the_rules_is_left_as_it_is(question: str) -> None:
    assert completions(question, conversation(SHARE, "It is 33%. [1]"))[0] == question


def test_without_a_question_before_nothing_is_completed() -> None:
    assert completions("And Brevik Cloud?", []) == ("And Brevik Cloud?",)
    assert completions("And Brevik Cloud?", [Turn("assistant", SHARE)]) == ("And Brevik Cloud?",)


def test_a_person_out_of_the_answer_is_meant_where_no_question_names_one() -> None:
    said = conversation("Why did Marlowe close shops?", "Chief executive Priya Raman blames high rents. [1]")
    assert completions("When did she take over?", said)[0] == "When did Priya Raman take over?"
    assert completions("When did she say so?", said)[0] == "When did Priya Raman say so (about Marlowe, close shops)?"


@pytest.mark.parametrize(
    "body", ["the Weavers' Guild", "Arvo & Nephews", "the Bank of Norland", "the Kelda", "Arvo Holdings", "TUK"]
)
def test_a_body_is_never_he_or_she(body: str) -> None:
    said = conversation(f"Who leads {body}?", "I cannot say.", "How did the walkout end?", "It ended. [1]")
    found = completions("What did she say about it?", said)[0]
    assert found.startswith("What did she say about it (about walkout end, ")


@pytest.mark.parametrize(
    ("first", "second", "question", "meant"),
    [
        ("How old is Ines Okafor?", "Who will replace her?", "and how old is he?",
         "how old is he (about Ines Okafor, replace)?"),
        ("How old is Ines Okafor?", "Who will replace Ines Okafor?", "How old is he?",
         "How old is he (about Ines Okafor, replace)?"),
        ("How old is Ben Holm?", "Who is his wife?", "How old is she?", "How old is she (about Ben Holm, wife)?"),
        ("Why did the mayor retire?", "Where did she go?", "How old is he?",
         "How old is he (about mayor)?"),
        ("How old is Ben Holm?", "Where did he meet Ines Okafor?", "When was she born?", "When was Ines Okafor born?"),
        ("How old is Ines Okafor?", "Where was she born?", "When did she retire?", "When did Ines Okafor retire?"),
    ],
)  # fmt: skip
def test_he_is_not_whom_she_stood_for(first: str, second: str, question: str, meant: str) -> None:
    assert completions(question, [Turn("user", first), Turn("user", second)])[0] == meant


def test_he_and_she_are_told_apart_where_both_are_named() -> None:
    said = [Turn("user", text) for text in ("Who is Ben Holm?", "Who is Ines Okafor?", "Where was she born?")]
    assert completions("And where did he study?", said)[0] == "Where did Ben Holm study?"


def test_what_a_person_says_of_it_is_said_of_the_last_topic() -> None:
    said = conversation("Who is Ines Okafor?", "The mayor. [1]", "How did the walkout end?", "It ended. [1]")
    assert (
        completions("What did she say about it?", said)[0] == "What did Ines Okafor say about it (about walkout end)?"
    )


def test_every_follow_up_leans_on_the_completed_one_before() -> None:
    said = conversation(SHARE, "33%. [1]", "And Brevik Cloud?", "10%. [1]", "And in Sweden?", "4%. [1]")
    assert completions("And Marlowe?", said)[0] == "What is Marlowe's market share in Sweden?"


def test_the_topic_lasts_until_it_changes() -> None:
    said = conversation(
        "What is Freshcart?", "A chain. [1]", "Who runs it?", "Priya Raman. [1]", "What is Kelda?", "A strait."
    )
    assert completions("Who runs it?", said[:4])[0] == "Who runs Freshcart?"
    assert completions("How deep is it?", said)[0] == "How deep is Kelda?"


def test_others_than_the_likeliest_may_be_meant_by_a_pronoun() -> None:
    said = conversation("Who is the chief executive of Brevik Rail?", "Tomas Lindqvist is its chief executive. [1]")
    found = completions("Did he resign?", said)
    assert found[:2] == ("Did the chief executive of Brevik Rail resign?", "Did Tomas Lindqvist resign?")
    assert not any("Did Brevik Rail" in one for one in found)
    said = conversation(
        "When did the Arvo Bridge reopen?", "In May. [1]", "How much did the parish pay?", "Nothing. [1]"
    )
    assert "How long is Arvo Bridge?" in completions("How long is it?", said)


@pytest.mark.parametrize(
    ("before", "question", "meant"),
    [
        ("Did the pilots vote?", "And the turnout?", "The turnout (about pilots vote)?"),
        ("What did Ben Holm say about the grant?", "And about the storm?", "What did Ben Holm say about the storm?"),
        ("What did Marlowe announce for its shops?", "And what about Brevik?", "And what about Brevik?"),
        ("How much did the walkout cost?", "And what does the crew want?", "And what does the crew want?"),
        ("When did the bridge open?", "Who is the mayor?", "Who is the mayor?"),
    ],
)
def test_a_fragment_may_go_elsewhere_or_stand_alone(before: str, question: str, meant: str) -> None:
    assert meant in completions(question, conversation(before))


def test_the_other_year_is_in_every_completion() -> None:
    found = completions("And in 2023?", conversation(FERRIES, "Four. [1]", "And Marlowe?", "Two. [1]"))
    assert all("2023" in one and "2024" not in one for one in found)


def test_the_sentence_said_before_is_no_answer_about_something_else() -> None:
    said = conversation("Has Kelda closed?", "Kelda closed in May, and Marlowe in June. [1]")
    assert repeats("And Brevik?", "Kelda closed in May, and Marlowe in June.", said)
    assert not repeats("And Marlowe?", "Kelda closed in May, and Marlowe in June.", said)
    assert not repeats("Why?", "Kelda closed in May, and Marlowe in June.", said)


@given(st.lists(st.text(max_size=60), max_size=5), st.text(max_size=60))
def test_any_text_is_taken(history: list[str], question: str) -> None:
    found = completions(question, conversation(*history))
    assert 0 < len(found) <= 4
    assert all(one == question or 0 < len(one) <= 2000 for one in found)
