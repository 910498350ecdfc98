"""A language model that says what a question means: a follow-up completed, another language translated, its kind.

Rules do the same without a model (`followups`, `kinds`). What the model says counts only in the bounds that they set: a
follow-up is made of words that were said, and "identity" or "digest" of something that the question names, saying
hardly anything else: who asks how much it earned is not told whatever there is.
"""

import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from aliqa.answers.kinds import Asked, asked
from aliqa.answers.language_model import ChatModel, Message, fits, message
from aliqa.answers.untrusted import one_line
from aliqa.foundations.errors import LlmError
from aliqa.foundations.types import Turn
from aliqa.text.english import FUNCTION_WORDS
from aliqa.text.terms import content_words, terms

_RULES: Final = """You prepare a question for a search in news articles. Reply with JSON and nothing else:
{"question": "...", "kind": "...", "about": "..."}
"question": the last question so that it can be understood alone, in English. Put names in the place of "it" or "there"
and add what it leaves out, with words of the questions before it. If it stands alone already, repeat it unchanged.
"kind": "identity" if it asks who or what somebody or something is and nothing more, "digest" if it asks for all that is
said about something, else "plain".
"about": the name of what is asked about, in the words of the question."""

_EXAMPLES: Final = (
    (
        ("When did the Fenwick library open?", "And who designed it?"),
        {"question": "Who designed the Fenwick library?", "kind": "plain", "about": "the Fenwick library"},
    ),
    (("Who is Ada Brook?",), {"question": "Who is Ada Brook?", "kind": "identity", "about": "Ada Brook"}),
)
_KINDS: Final = ("plain", "identity", "digest")
_SCHEMA: Final = {
    "type": "object",
    "properties": {
        "question": {"type": "string"},
        "kind": {"type": "string", "enum": list(_KINDS)},
        "about": {"type": "string"},
    },
    "required": ["question", "kind", "about"],
    "additionalProperties": False,
}
_REPLY: Final = 160
_LONGEST: Final = 400
_TURNS: Final = 4

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Meaning:
    """A question made whole, and its kind."""

    question: str
    what: Asked


@dataclass(frozen=True, slots=True)
class Interpreter:
    """Asks the language model what questions mean."""

    model: ChatModel

    def meaning(self, question: str, history: Sequence[Turn], *, foreign: bool) -> Meaning | None:
        """What a question means; None if the model is late, down, or says what it may not.

        Args:
            question: the question as it was asked.
            history: what was said before it, oldest first.
            foreign: whether it is written in a script that the search does not read, so that it has to be translated.
        """
        before = [turn.content for turn in history if turn.role == "user"][-_TURNS:]
        chat = _chat([*before, question])
        if not fits(chat, self.model.context, _REPLY):
            return None
        try:
            reply = self.model.whole(chat, _REPLY, _SCHEMA)
        except LlmError as error:
            logger.warning("%s The rules say what the question means.", error)
            return None
        said = _parsed(reply)
        if said is None or not (foreign or _is_made_of(said["question"], [*before, question])):
            logger.warning("The language model did not say what the question means. The rules do.")
            return None
        return Meaning(said["question"], kind_of(said))


def _chat(questions: Sequence[str]) -> list[Message]:
    chat = [message("system", _RULES)]
    for asked_before, answer in _EXAMPLES:
        chat += message("user", _listed(asked_before)), message("assistant", json.dumps(answer))
    return [*chat, message("user", _listed(questions))]


def _listed(questions: Sequence[str]) -> str:
    before = [f"Earlier question: {one_line(one)}" for one in questions[:-1]]
    return "\n".join([*before, f"Last question: {one_line(questions[-1])}"])


_MORE: Final = 1
"""How many words a question that wants somebody or something told of says besides the name: "fill me in on X"."""


def _parsed(reply: str) -> dict[str, str] | None:
    """The three texts of a reply; None if it is anything else."""
    try:
        found = json.loads(reply)
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, dict) or found.keys() != {"question", "kind", "about"}:
        return None
    if not all(isinstance(text, str) and len(text) <= _LONGEST for text in found.values()):
        return None
    return {name: " ".join(text.split()) for name, text in found.items()} if found["question"].strip() else None


def _is_made_of(question: str, said: Sequence[str]) -> bool:
    """Whether a question has no word of weight that was not said, and leaves out no figure or name of the last one."""
    known = frozenset(term for text in said for term in terms(text))
    own = frozenset(terms(question))
    kept = {term for term, word in content_words(said[-1]).items() if word[0].isupper() or word[0].isdigit()}
    first = next(iter(content_words(said[-1])), "")
    return frozenset(content_words(question)) <= known | FUNCTION_WORDS and kept - {first} <= own


def kind_of(said: dict[str, str]) -> Asked:
    """The kind that the rules tell, but for those two that the model may name or deny."""
    ruled = asked(said["question"])
    about, kind = said["about"], said["kind"]
    if kind == "plain":
        return Asked("plain") if ruled.kind in _KINDS else ruled
    named = about and about.casefold() in said["question"].casefold()
    more = content_words(said["question"]).keys() - content_words(about)
    if ruled.kind != "plain" or not named or len(more) > _MORE:
        return ruled
    return Asked("identity" if kind == "identity" else "digest", about)
