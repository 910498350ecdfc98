"""Answers in the words of a language model: it writes, and aliqa decides what is shown.

- `prompt`: what the model is told
- `client`: any endpoint of the OpenAI chat API
- `drafting`: sentences and their marks out of the reply, as it comes
- `clauses`, `marks`: a sentence in pieces, and how sure it is
- `evidence`, `asking`: what stands around a quote, and what a question lets an answer say
- `words`, `figures`, `order`, `support`: whether quotes carry a sentence
- `writing`: the answer, sentence by sentence, or the extractive one with a notice
"""

from aliqa.answers.synthesis.client import ChatModel
from aliqa.answers.synthesis.writing import NO_LLM, Writer

__all__ = ["NO_LLM", "ChatModel", "Writer"]
