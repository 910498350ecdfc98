"""Kinds of questions, and what the answer to each is made of.

A question has one kind, told by its form (`forms`, `learned`). Some kinds are answered otherwise than by the sentences
that answer best::

    identity.py        who or what something is: the sentences that introduce it
    digest.py          what the articles say about something: sentences that say different things
    statements.py      what somebody said about something: a plain question, answered by the sentences with their words
    overview.py        what all of it is about
    which_articles.py  which articles mention something
    about_corpus.py    how many articles, which is the newest, who wrote one: from their metadata
    differing.py       where the articles differ
    social.py          a greeting
    introducing.py     which sentences introduce what they name, by small models
    learned.py         which questions want several sentences, by a small model
    meaning.py         what a question asks for where no form tells it, by another
    several.py         lists, comparisons, changes over time: which of the sentences that answer are quoted
    deciding.py        yes or no, and questions that take for granted what the articles deny
    affirming.py       whether one sentence affirms or denies what is asked, laid beside its clause (`clauses.py`)

Each of the first eight returns None where it has nothing to say, and the question is then answered as a plain one.
"""

from collections.abc import Sequence
from typing import Final

from aliqa.answers.kinds import about_corpus, differing, digest, identity, overview, social, statements, which_articles
from aliqa.answers.kinds.about_corpus import credited, titled
from aliqa.answers.kinds.deciding import corrected, verdict
from aliqa.answers.kinds.forms import Asked, asked
from aliqa.answers.kinds.meaning import meant
from aliqa.answers.kinds.phrases import Phrase
from aliqa.answers.kinds.several import at_any_time, choose, of_time, telling_more
from aliqa.answers.kinds.telling import Collection, Told

READ: Final = ("yes_no", "list", "compare", "change")
"""Kinds that the judge decides like plain questions, and whose sentences are chosen otherwise."""

__all__ = [
    "READ",
    "Asked",
    "Collection",
    "Phrase",
    "Told",
    "asked",
    "at_any_time",
    "choose",
    "corrected",
    "credited",
    "meant",
    "of_time",
    "tell",
    "telling_more",
    "titled",
    "verdict",
]


def tell(question: str, what: Asked, articles: Collection, names: Sequence[str] = ()) -> Told | None:
    """What the articles tell a question of this kind; None if it is to be answered as a plain one.

    ``names`` are those that stand in most articles; for a greeting, examples of questions.
    """
    if what.when:
        articles = articles.of(what.when)
    if what.kind == "identity":
        told = identity.tell(what.about, articles, words=what.wanted == "words")
        if (told is None or told.abstention) and credited(what.about, articles.metas()):
            return about_corpus.tell("by", what.about, articles)
        return told
    if what.wanted == "said":
        return statements.tell(what.about, question, articles)
    if what.kind == "digest":
        return digest.tell(what.about, articles)
    if what.kind == "overview":
        return overview.tell(articles, () if what.when else names)
    if what.kind == "which_articles":
        return which_articles.tell(what.about, what.wanted, articles)
    if what.wanted == "differ":
        return differing.tell(what.about, articles)
    if what.kind == "about_corpus":
        return about_corpus.tell(what.wanted, what.about, articles)
    return social.tell(question, articles, names) if what.kind == "social" else None
