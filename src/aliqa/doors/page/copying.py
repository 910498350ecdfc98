"""An answer to paste elsewhere: the quotes with their footnotes, and beside them what a reader must not lose.

That an answer is weak, what the reader had searched for in place of the question, and which articles it is of.
"""

from collections.abc import Sequence
from html import escape
from typing import Final

from aliqa.answers import citing
from aliqa.doors.page.words import WEAK, articles, day
from aliqa.foundations.messages import gettext
from aliqa.foundations.types import Answer

_SIGNS: Final = str.maketrans({sign: f"\\{sign}" for sign in "\\`*_[]<>|~$&#"})


def copies(answer: Answer, searched: str = "") -> dict[str, str]:
    """The answer in every format, by its name."""
    above, below = _above(answer, searched), _below(answer)
    return {
        "markdown": _paragraphs(above) + citing.markdown(answer) + f"\n{_marked_down(below)}\n",
        "html": _html(above) + citing.html(answer) + _html([below]),
        "bibtex": citing.bibtex(answer) + "".join(map(citing.commented, [*above, below])),
    }


def _above(answer: Answer, searched: str) -> list[str]:
    return [
        *([gettext("Searched for: {words}", words=searched)] if searched else []),
        *([gettext("Possibly relevant, not a sure answer:")] if answer.answered and answer.confidence < WEAK else []),
    ]


def _below(answer: Answer) -> str:
    index = answer.index
    newest = index.newest_published
    indexed = {"articles": articles(index.articles), "day": day(index.built_at.date()), "version": index.version}
    if newest is None:
        return gettext("As of {articles}, indexed {day} (index {version}).", **indexed)
    return gettext(
        "As of {articles}, the newest of {newest}, indexed {day} (index {version}).", newest=day(newest), **indexed
    )


def _paragraphs(lines: Sequence[str]) -> str:
    return "".join(f"{_marked_down(line)}\n\n" for line in lines)


def _html(lines: Sequence[str]) -> str:
    return "".join(f'<p dir="auto"><small>{escape(line)}</small></p>\n' for line in lines)


def _marked_down(line: str) -> str:
    return f"*{' '.join(line.split()).translate(_SIGNS)}*"
