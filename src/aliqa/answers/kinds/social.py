"""What is said back to a greeting, a thank-you, or "Who are you?": a friendly line, and never a search."""

import re
from collections.abc import Sequence
from typing import Final

from aliqa.answers.kinds.about_corpus import count
from aliqa.answers.kinds.phrases import quoted_list
from aliqa.answers.kinds.telling import Collection, Told
from aliqa.foundations.messages import gettext

_THANKS: Final = re.compile(r"(?:many )?thank|cheers|great|cool|nice|perfect|ok", re.I)
_BYE: Final = re.compile(r"bye|goodbye|see you|good night", re.I)


def tell(question: str, articles: Collection, examples: Sequence[str] = ()) -> Told:
    """A line that fits what was said, with examples of questions."""
    total = count(len(articles.store.metas()))
    if _THANKS.match(question):
        lead = gettext("You are welcome. Ask on whenever you like.")
    elif _BYE.match(question):
        lead = gettext("Goodbye. The articles stay here.")
    elif re.search(r"\byou(?:r)?\b|aliqa", question, re.I):
        lead = gettext(
            "I am aliqa. I answer questions about {articles} with their own sentences, each with its place,"
            " or say that they do not answer.",
            articles=total,
        )
    else:
        lead = gettext("Hello. Ask me anything about the {articles} here.", articles=total)
    if examples:
        lead += " " + gettext("For example: {questions}", questions=quoted_list(examples))
    return Told(lead=lead, confidence=1.0)
