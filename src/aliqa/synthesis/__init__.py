"""Answers in the words of a language model: it writes, and aliqa decides what is shown.

- `prompt`: what the model is told
- `client`: any endpoint of the OpenAI chat API
- `drafting`: sentences and their marks out of the reply, as it comes
- `clauses`, `support`: whether quotes carry a sentence
- `writing`: the answer, sentence by sentence, or the extractive one with a notice
"""

from aliqa.synthesis.client import ChatModel
from aliqa.synthesis.writing import NO_LLM, Writer

__all__ = ["NO_LLM", "ChatModel", "Writer"]
