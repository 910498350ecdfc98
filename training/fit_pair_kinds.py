"""Fit what tells a contradiction from a change and from another scope: ``src/aliqa/text/claims/kinds.json``.

    python training/fit_pair_kinds.py

Of the pairs that `pair_data` links as differing, those that differ in a figure or a date are taken, each by the values
with most words in common around them. Words that seldom stand in one side alone are left out, and of the others those
that tell nothing (an L1 penalty). A third of the worlds and stories is held out; needs no reader, takes a minute.
"""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, Final

import numpy as np
from pair_data import DIFFER, HERE, Place, Story, stories, worlds
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_score

from aliqa.foundations.types import DisagreementKind
from aliqa.text.claims.kinds import FEATURES, KINDS, features, fitted, kind_of, own_words
from aliqa.text.claims.pairs import Differing, Said, around, differing
from aliqa.text.claims.values import names

LETTERS: Final[dict[str, DisagreementKind]] = {"c": "contradiction", "g": "change", "s": "scope"}
SELDOM: Final = 15
STRENGTHS: Final = (0.02, 0.05, 0.1, 0.2, 0.5)
"""The inverse of how strongly weights are held down; one is chosen by cross-validation."""
SCALE: Final = 0.4
"""The scale of whether a word is there, the same for all, so that what is rare is not thought more of."""
Pair = tuple[DisagreementKind, Said, Said, Differing]


def pairs(told: Sequence[Story]) -> Iterator[Pair]:
    """The pairs of stories that differ in a figure or a date, with how they do."""
    for story in told:
        saids = {place: said for key in range(len(story.articles)) for place, said in _saids(story, key)}
        for (first, second), letter in story.links.items():
            if letter in DIFFER and first in saids and second in saids:
                one, other = saids[first], saids[second]
                found = [pair for pair in differing(one, other) if pair.first.kind != "name"]
                if found:
                    yield LETTERS[letter], one, other, max(found, key=lambda pair: _near(one, other, pair))


def _near(one: Said, other: Said, pair: Differing) -> int:
    return len(around(one, pair.first) & around(other, pair.second))


def _saids(story: Story, key: int) -> Iterator[tuple[Place, Said]]:
    title, day, texts = story.articles[key]
    topic = names(f"{title}\n{' '.join(texts)}")
    for number, text in enumerate(texts):
        yield (key, number), Said(text, title, texts[number - 1] if number else "", day, None, topic)


def rows_of(found: Sequence[Pair], words: Sequence[str]) -> Any:
    """The features (n, f) of pairs, then whether each of the words stands in one side alone."""
    own = [own_words(one, other, pair) for _, one, other, pair in found]
    return np.array([
        [*features(one, other, pair), *(float(word in said) for word in words)]
        for (_, one, other, pair), said in zip(found, own, strict=True)
    ])  # fmt: skip


def fit(found: Sequence[Pair]) -> dict[str, list[float]]:
    """The weights of each feature and word that tells, and under "" of none, for each of `KINDS`."""
    counts = Counter(word for _, one, other, pair in found for word in own_words(one, other, pair))
    words = sorted(word for word, count in counts.items() if count >= SELDOM)
    rows, truth = rows_of(found, words), np.array([KINDS.index(kind) for kind, *_ in found])
    scale = np.full(rows.shape[1], SCALE)
    scale[: len(FEATURES)] = rows[:, : len(FEATURES)].std(axis=0) + 1e-9
    models = [LogisticRegression(C=each, l1_ratio=1, solver="saga", max_iter=3000) for each in STRENGTHS]
    marks = [cross_val_score(model, rows / scale, truth, cv=5).mean() for model in models]
    print("cross-validated", dict(zip(STRENGTHS, np.round(marks, 3).tolist(), strict=True)))
    model = models[int(np.argmax(marks))].fit(rows / scale, truth)
    weights = dict(zip((*FEATURES, *words), (model.coef_ / scale).T, strict=True))
    told = {name: each for name, each in weights.items() if name in FEATURES or np.abs(each).max() > 0}
    return {name: np.round(each, 3).tolist() for name, each in ({"": model.intercept_} | told).items()}


def report(name: str, found: Sequence[Pair]) -> None:
    """Print how often the kind is right, and of each kind."""
    right = Counter(kind for kind, one, other, pair in found if kind_of(one, other, pair) == kind)
    all_of = Counter(kind for kind, *_ in found)
    each = ", ".join(f"{kind} {right[kind]} of {all_of[kind]}" for kind in KINDS)
    print(f"{name}: {right.total() / len(found):.3f} of {len(found)}; {each}")


def main() -> None:
    """Fit, write, measure."""
    told = {"worlds": list(worlds()), "stories": list(stories())}
    weights = fit(list(pairs([one for each in told.values() for one in each if not one.held])))
    path = HERE.parent / "src" / "aliqa" / "text" / "claims" / "kinds.json"
    lines = ",\n".join(f" {json.dumps(name)}: {json.dumps(each)}" for name, each in weights.items())
    path.write_text(f"{{\n{lines}\n}}\n", encoding="utf-8")
    fitted.cache_clear()
    for name, each in told.items():
        report(f"{name}, held out", list(pairs([one for one in each if one.held])))


if __name__ == "__main__":
    main()
