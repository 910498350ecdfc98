"""Makes a follow-up question stand alone: "And Tencent Cloud?" after a question on Alibaba Cloud's share.

A few completions, the likeliest first: which of them is meant, the reader says, by what it finds
(`aliqa.answers.asking.Steps.surest`). Rules over words, no model, and nothing of the index::

    mentions.py    whom and what a text names, and of which kind
    cues.py        what shows that a question leans on those before it
    rewriting.py   the last question with something else in it; pronouns replaced; the topic carried over

English only; a question in another language is left as it is.
"""

from aliqa.answers.followups.rewriting import ask_again, carried, completions, put_into, repeats

__all__ = ["ask_again", "carried", "completions", "put_into", "repeats"]
