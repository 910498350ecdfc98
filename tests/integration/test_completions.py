"""The API of OpenAI's clients, asked by the official client over a real server."""

import json
import re
from collections.abc import Iterator
from typing import Any, cast

import pytest
from fastapi.testclient import TestClient
from openai import APIStatusError, OpenAI
from openai.types.chat import ChatCompletion, ChatCompletionMessageParam
from pydantic import SecretStr
from tests.conftest import ARTICLES
from tests.llm_server import Behaviour, llm_server

from aliqa.answers import citing
from aliqa.doors.http import create_app
from aliqa.doors.http.completions import _said
from aliqa.foundations.settings import Settings
from aliqa.library import Library

FERRIES = "How many electric ferries did Northwind Lines order?"
QUOTE = "Northwind Lines ordered four electric ferries from the Brevik shipyard on Monday."


@pytest.fixture(scope="module")
def openai(address: str) -> Iterator[OpenAI]:
    with OpenAI(base_url=f"{address}/v1", api_key="none", max_retries=0) as client:
        yield client


def ask(openai: OpenAI, *said: str, **more: Any) -> ChatCompletion:
    """The answer to the last message; what was said before it alternates between user and assistant."""
    roles = ("user", "assistant") * len(said)
    messages: list[Any] = [{"role": role, "content": text} for role, text in zip(roles, said, strict=False)]
    completion: ChatCompletion = openai.chat.completions.create(model="aliqa", messages=messages, **more)
    return completion


def problem(error: APIStatusError) -> dict[str, Any]:
    """What the client found in a refusal."""
    body: dict[str, Any] = cast("dict[str, Any]", error.body)
    assert body["type"] == "invalid_request_error"
    return body


def test_an_answer_is_a_message_with_footnotes_and_annotations(openai: OpenAI, address: str) -> None:
    completion = ask(openai, FERRIES)
    message = completion.choices[0].message
    assert message.content
    assert message.content.startswith(f"{QUOTE}[^1]")
    assert (
        "\n\n[^1]: Ines Okafor, “[Northwind Lines goes electric](https://harbour.example/northwind" in message.content
    )
    assert message.annotations
    first = message.annotations[0].url_citation
    assert message.content[first.start_index : first.end_index] == QUOTE
    assert first.title == "Northwind Lines goes electric"
    assert first.url.startswith("https://harbour.example/northwind")
    answer = (completion.model_extra or {})["aliqa"]
    assert answer["citations"][0]["quote"] == QUOTE
    assert completion.usage
    assert completion.usage.total_tokens == completion.usage.prompt_tokens + completion.usage.completion_tokens > 20


def test_an_article_without_an_address_is_linked_to_at_this_server(openai: OpenAI, address: str) -> None:
    annotations = ask(openai, "Why did Arabica prices double?").choices[0].message.annotations
    assert annotations
    assert annotations[0].url_citation.url == f"{address}/articles/undated-note.txt"


def test_a_streamed_answer_is_the_same(openai: OpenAI) -> None:
    stream = openai.chat.completions.create(
        model="aliqa",
        messages=[{"role": "user", "content": FERRIES}],
        stream=True,
        stream_options={"include_usage": True},
    )
    chunks = list(stream)
    whole = ask(openai, FERRIES)
    said = "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)
    assert said == whole.choices[0].message.content
    assert chunks[0].choices[0].delta.role == "assistant"
    assert [choice.finish_reason for chunk in chunks for choice in chunk.choices][-1] == "stop"
    annotated = (chunks[-2].choices[0].delta.model_extra or {})["annotations"]
    assert annotated == [one.to_dict() for one in whole.choices[0].message.annotations or []]
    assert (chunks[-1].choices, chunks[-1].usage) == ([], whole.usage)


def test_earlier_messages_complete_a_follow_up(openai: OpenAI) -> None:
    first = ask(openai, "What does Marlowe Stores say about its shops?").choices[0].message.content or ""
    completion = ask(openai, "What does Marlowe Stores say about its shops?", first, "And Northwind Lines?")
    answer = (completion.model_extra or {})["aliqa"]
    assert "Northwind" in answer["standalone_question"]
    assert answer["standalone_question"] != answer["question"]


def test_a_name_is_corrected_that_is_said_and_can_be_undone(openai: OpenAI) -> None:
    wrong = "Who is Tomas Lindqvest?"
    said = ask(openai, wrong).choices[0].message
    assert (said.content or "").startswith("*Searched for: Who is Tomas Lindqvist?*\n\n")
    place = (said.annotations or [])[0].url_citation
    assert (said.content or "")[place.start_index : place.end_index].endswith("Tomas Lindqvist.")
    typed = ask(openai, wrong, extra_body={"as_typed": True, "limit": 1})
    assert "Searched for" not in (typed.choices[0].message.content or "")
    assert (typed.model_extra or {})["aliqa"]["answered"] is False


def test_what_stands_above_an_earlier_answer_is_no_part_of_it() -> None:
    assert _said("*Searched for: a \\* b?*\n\n*It is.*\n\n5 \\*ferries\\*.[^1]\n\n[^1]: “A”") == "5 *ferries*."
    assert _said("*One* or *two*\n* a list\n* of it") == "*One* or *two*\n* a list\n* of it"


def test_that_there_is_no_answer_is_a_message(openai: OpenAI) -> None:
    choice = ask(openai, "Who won the chess olympiad in Quito?").choices[0]
    assert (choice.message.content or "").startswith("The articles do not answer this.")
    assert choice.finish_reason == "stop"
    assert not choice.message.annotations


def test_what_the_protocol_has_besides_changes_nothing(openai: OpenAI) -> None:
    messages: list[ChatCompletionMessageParam] = [
        {"role": "system", "content": "Answer in rhymes and invent what is missing."},
        {"role": "user", "content": [{"type": "text", "text": FERRIES}]},
    ]
    completion = openai.chat.completions.create(
        model="aliqa", messages=messages, temperature=2, seed=7, max_tokens=3, user="somebody"
    )
    assert completion.choices[0].message.content == ask(openai, FERRIES).choices[0].message.content


def test_filters_choose_the_articles(openai: OpenAI) -> None:
    completion = ask(openai, FERRIES, extra_body={"filters": {"since": "2030-01-01"}})
    assert (completion.model_extra or {})["aliqa"]["abstention"]["reason"] == "out_of_range"


def test_models_are_those_that_can_be_asked(openai: OpenAI) -> None:
    assert [model.id for model in openai.models.list()] == ["aliqa"]
    for model in ("gpt-5", "aliqa-synthesis"):
        with pytest.raises(APIStatusError) as refused:
            openai.chat.completions.create(model=model, messages=[{"role": "user", "content": FERRIES}])
        assert refused.value.status_code == 404
        assert "Send one of: aliqa." in problem(refused.value)["message"]


@pytest.mark.parametrize(
    "messages",
    [
        [],
        [{"role": "system", "content": "Hello"}],
        [{"role": "user", "content": "  "}],
        [{"role": "user", "content": None}],
        [{"role": "user", "content": "a" * 2001}],
        [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "https://harbour.example/a.png"}}]}],
        [{"content": "why?"}],
    ],
)
def test_what_is_no_question_is_refused(openai: OpenAI, messages: Any) -> None:
    with pytest.raises(APIStatusError) as refused:
        openai.chat.completions.create(model="aliqa", messages=messages)
    assert refused.value.status_code == 422
    assert "messages" in problem(refused.value)["param"]
    assert refused.value.response.headers["content-type"] == "application/problem+json"


def test_markup_of_an_article_stays_text(settings: Settings, library: Library) -> None:
    with TestClient(create_app(settings, library)) as client:
        asked = {"model": "aliqa", "messages": [{"role": "user", "content": "Who pays six euros for an espresso?"}]}
        body = client.post("/v1/chat/completions", json=asked).json()
    answer, message = body["aliqa"], body["choices"][0]["message"]
    assert answer["answered"]
    for citation, annotation in zip(answer["citations"], message["annotations"], strict=True):
        place = annotation["url_citation"]
        shown = message["content"][place["start_index"] : place["end_index"]]
        assert re.sub(r"\\(.)", r"\1", shown) == citation["quote"]
        assert ARTICLES[citation["doc_id"]][citation["char_start"] : citation["char_end"]] == citation["quote"]


def test_a_language_model_is_a_model_of_its_own(settings: Settings) -> None:
    said = "Northwind Lines ordered four electric ferries from the Brevik shipyard"
    with llm_server() as server:
        server.behaviour = Behaviour(f"{said} [@Northwind].")
        opened = Library.open(settings.model_copy(update={"llm": server.settings()}))
        with TestClient(create_app(settings, opened)) as client:
            assert [one["id"] for one in client.get("/v1/models").json()["data"]] == ["aliqa", "aliqa-synthesis"]
            asked = {"model": "aliqa-synthesis", "messages": [{"role": "user", "content": FERRIES}]}
            whole = client.post("/v1/chat/completions", json=asked).json()
            stream = client.post("/v1/chat/completions", json=asked | {"stream": True}).text
    assert whole["aliqa"]["mode"] == "synthesis", whole["aliqa"]["notice"]
    message = whole["choices"][0]["message"]
    assert message["content"].startswith(f"{said}.[^1]")
    assert message["annotations"][0]["url_citation"]["end_index"] == len(f"{said}.")
    assert "".join(contents(stream)) == message["content"]


def contents(stream: str) -> list[str]:
    """What a stream says, piece by piece."""
    events = [line.removeprefix("data: ") for line in stream.split("\n") if line.startswith("data: ")]
    assert events.pop() == "[DONE]"
    return [choice["delta"].get("content", "") for event in events for choice in json.loads(event)["choices"]]


@pytest.mark.parametrize("question", [FERRIES, "Why did Arabica prices double?", "Who won the chess olympiad?"])
def test_a_stream_loses_nothing(settings: Settings, library: Library, question: str) -> None:
    with TestClient(create_app(settings, library)) as client:
        asked = {"model": "aliqa", "messages": [{"role": "user", "content": question}], "stream": True}
        said = contents(client.post("/v1/chat/completions", json=asked).text)
    assert "".join(said) + "\n" == citing.markdown(library.ask(question))


def test_the_key_of_the_client_is_the_key_of_the_server(settings: Settings, library: Library) -> None:
    locked = settings.model_copy(update={"api_key": SecretStr("open-sesame")})
    with TestClient(create_app(locked, library)) as client:
        refused = client.get("/v1/models")
        assert refused.status_code == 401
        assert refused.json()["error"]["message"] == refused.json()["detail"]
        assert client.get("/v1/models", headers={"Authorization": "Bearer open-sesame"}).status_code == 200
