"""What an edit did to a text, sentence by sentence."""

from collections.abc import Sequence
from difflib import SequenceMatcher
from itertools import zip_longest

from rapidfuzz.fuzz import ratio

from aliqa.text.sentences import split_sentences

_ALIKE = 50
"""The likeness, of 100, from which on a sentence is another one's new wording."""


def sentence_changes(old: str, new: str, old_start: int = 0, new_start: int = 0) -> tuple[tuple[str, str], ...]:
    r"""The sentences that differ, each as it was and as it is; "" where there was none, or is none.

    Blanks do not count. Both texts are read from their ``start`` on.

    >>> sentence_changes("Rain fell. It cost 4 euros.\nBye.", "Rain  fell. It cost 5 euros. Ada paid.\nBye.")
    (('It cost 4 euros.', 'It cost 5 euros.'), ('', 'Ada paid.'))
    """
    before, after = _sentences(old, old_start), _sentences(new, new_start)
    found: list[tuple[str, str]] = []
    for kind, i, j, k, m in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind != "equal":
            found += _paired(before[i:j], after[k:m])
    return tuple(found)


def _sentences(text: str, start: int) -> list[str]:
    return [" ".join(sentence.span.cut(text).split()) for sentence in split_sentences(text, start)]


def _paired(gone: Sequence[str], come: Sequence[str]) -> list[tuple[str, str]]:
    """Sentences that took the place of others, each with the one that it rewords, in their order."""
    if len(gone) == len(come) and all(ratio(old, new) >= _ALIKE for old, new in zip_longest(gone, come)):
        return list(zip(gone, come, strict=True))
    found: list[tuple[str, str]] = []
    rest = list(gone)
    for new in come:
        near = max(rest, key=lambda old: ratio(old, new), default="")
        if near and ratio(near, new) >= _ALIKE:
            place = rest.index(near)
            found += [(old, "") for old in rest[:place]]
            rest = rest[place + 1 :]
            found.append((near, new))
        else:
            found.append(("", new))
    return found + [(old, "") for old in rest]
