"""Answers in the words of a language model: it writes, and aliqa decides what is shown.

- `prompt`: what the model is told
- `drafting`: sentences and their marks out of the reply, as it comes
- `tokens`, `wordclasses`: a sentence word by word
- `rewording`: the same said in another order
- `shortening`: whether a sentence is a quote with parts left out that can be spared
- `carrying`: whether quotes carry a sentence, and who "it" is
- `writing`: the answer, sentence by sentence, or the extractive one with a notice
"""

from aliqa.answers.synthesis.writing import Writer

__all__ = ["Writer"]
