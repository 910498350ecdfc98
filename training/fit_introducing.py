"""Fit what tells whether a sentence introduces what it names: ``src/aliqa/answers/kinds/introducing.json``.

    python training/fit_introducing.py --train TRAIN_FOLDER

Questions of who or what something is, on the invented worlds (``NAME.who``) and on real passages (``asked.tsv``,
``first.tsv``): the sentences that name it introduce it if they answer, and do not if they do not; ``introducing.tsv``
has single sentences. The first model, of the words around the name, is fitted on what is not held out; the second,
which adds what the span reader replies, on what is, since the reader has learned from the rest. Its figures are
cross-validated. To be run again when the reader's weights change.
"""

import argparse
import json
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from pair_data import HERE, worlds
from reader_asked import ASKED, FIRST, asked, introducing
from reader_data import load
from reader_worlds import FOLDERS, questions

from aliqa.answers.kinds import Phrase
from aliqa.answers.kinds import asked as kind_of
from aliqa.answers.kinds.introducing import QUESTION, READ, features, replied
from aliqa.answers.reading import load_span_reader
from aliqa.answers.reading.features import excerpt
from aliqa.foundations.protocols import PassageRecord, SpanReader
from aliqa.foundations.settings import ReadingSettings
from aliqa.foundations.types import ArticleMeta, Passage, Sentence, Span
from aliqa.text.sentences import split_sentences

SEEN: Final = 4
"""A feature counts that so many sentences have."""
STRENGTH: Final = 0.2
SMALLEST: Final = 0.03
"""Weights below it are left out."""
FOLDS: Final = 8
LEASTS: Final = (0.5, 0.6, 0.7)
Weights = dict[str, float]


@dataclass(frozen=True)
class Naming:
    """A sentence that names what is asked about, and whether it introduces it."""

    features: set[str]
    right: bool
    record: PassageRecord
    number: int


@dataclass(frozen=True)
class Named:
    """What is asked about and the sentences that name it; those of one ``group`` are held out together."""

    source: str
    group: str
    about: str
    sentences: Sequence[Naming]
    held: bool

    @property
    def answered(self) -> bool:
        """Whether any sentence introduces it."""
        return any(one.right for one in self.sentences)


Marked = tuple[PassageRecord, Sequence[bool]]
"""A text, and which of its sentences introduce what is asked about."""


def gather(folder: Path) -> Iterator[Named]:
    """All that is asked about and that the articles name, and the names of the single sentences."""
    rows, _ = load(folder)
    for source in (ASKED, FIRST):
        for part, held in zip(asked(rows, source), (False, True), strict=True):
            for row in part:
                spans = [one.span for one in split_sentences(row.passage)]
                right = [any(start < span.end and span.start < end for start, end in row.answers) for span in spans]
                yield from _named(
                    "passages", row.group, _about(row.question), [(_record(row.passage, spans), right)], held
                )
    for place in FOLDERS:
        for world in worlds(place):
            found = [_joined(texts, title) for title, _, texts in world.articles]
            for one in questions(world, place, (".who",)):
                marked = [
                    (each, [(i, j) in one.answers for j in range(len(each.sentences))]) for i, each in enumerate(found)
                ]
                yield from _named("worlds", world.name, _about(one.text), marked, world.held)
    for part, held in zip(introducing(), (False, True), strict=True):
        for row in part:
            yield from _named("sentences", row.group, row.group, [(_joined([row.passage]), [row.answerable])], held)


def _about(question: str) -> str:
    """What a question asks who or what it is; empty for others."""
    what = kind_of(question)
    return what.about if what.kind == "identity" else ""


def _named(source: str, group: str, about: str, texts: Sequence[Marked], held: bool) -> Iterator[Named]:
    found = []
    for record, right in texts if about else ():
        phrase, first = Phrase(about), True
        for number, sentence in enumerate(record.sentences):
            text = record.cut(sentence.span)
            if places := phrase.places(text):
                found.append(Naming(features(text, places, first=first), right[number], record, number))
                first = False
    if found:
        yield Named(source, group, about, found, held)


def _joined(texts: Sequence[str], title: str = "") -> PassageRecord:
    starts = np.cumsum([0, *(len(text) + 1 for text in texts)]).tolist()
    spans = [Span(start, start + len(text)) for start, text in zip(starts, texts, strict=False)]
    return _record(" ".join(texts), spans, title)


def _record(text: str, spans: Sequence[Span], title: str = "") -> PassageRecord:
    passage = Passage(Span(0, len(text)), Span(0, len(spans)))
    return PassageRecord(0, ArticleMeta("", "", title), passage, text, None, tuple(map(Sentence, spans)), 0)


def fit_words(known: Sequence[Named]) -> Weights:
    """The weights of the words' features, and of none; names with an introduction and without count alike."""
    from sklearn.feature_extraction import DictVectorizer
    from sklearn.linear_model import LogisticRegression

    pairs = [(one, each) for one in known for each in one.sentences]
    seen = Counter(feature for _, each in pairs for feature in each.features)
    rows = [{feature: 1.0 for feature in sorted(each.features) if seen[feature] >= SEEN} for _, each in pairs]
    vectorizer = DictVectorizer()
    logistic = LogisticRegression(C=STRENGTH, max_iter=1000)
    logistic.fit(vectorizer.fit_transform(rows), [each.right for _, each in pairs], sample_weight=_balanced(pairs))
    named = zip(vectorizer.get_feature_names_out(), logistic.coef_[0], strict=True)
    kept = {str(name): round(float(one), 2) for name, one in named if abs(one) >= SMALLEST}
    return {"": round(float(logistic.intercept_[0]), 2)} | kept


def _balanced(pairs: Sequence[tuple[Named, Naming]]) -> Any:
    sides = Counter(one.answered for one, _ in pairs)
    return np.array([len(pairs) / 2 / sides[one.answered] for one, _ in pairs])


def by_words(weights: Weights, one: Named) -> list[float]:
    """How likely each sentence introduces it, by its words."""
    sums = [weights[""] + sum(weights.get(each, 0.0) for each in sorted(naming.features)) for naming in one.sentences]
    return [float(1 / (1 + np.exp(-total))) for total in sums]


def read(known: Sequence[Named], chances: Sequence[Sequence[float]], spans: SpanReader) -> list[Any]:
    """The numbers of `READ` (n, 2) of the sentences that name each."""
    found = []
    for one, looked in zip(known, chances, strict=True):
        records = [excerpt(each.record, each.number, behind=0) for each in one.sentences]
        replies = spans.read(QUESTION.format(name=one.about), records)
        found.append(np.array([replied(look, each.answers) for look, each in zip(looked, replies, strict=True)]))
    return found


def fit_read(known: Sequence[Named], rows: Sequence[Any]) -> Weights:
    """The weights of `READ`, and of none."""
    from sklearn.linear_model import LogisticRegression

    pairs = [(one, each) for one in known for each in one.sentences]
    truth = [each.right for _, each in pairs]
    logistic = LogisticRegression().fit(np.vstack(rows), truth, sample_weight=_balanced(pairs))
    weights = (float(logistic.intercept_[0]), *map(float, logistic.coef_[0]))
    return {name: round(one, 3) for name, one in zip(("", *READ), weights, strict=True)}


def by_reading(weights: Weights, rows: Any) -> list[float]:
    """How likely each sentence introduces it, once it is read."""
    sums = weights[""] + rows @ np.array([weights[name] for name in READ])
    return [float(one) for one in 1 / (1 + np.exp(-sums))]


def report(name: str, known: Sequence[Named], chances: Sequence[Sequence[float]]) -> None:
    """Print how well those are told that are introduced."""
    from sklearn.metrics import roc_auc_score

    for source in sorted({one.source for one in known}):
        mine = [(one, each) for one, each in zip(known, chances, strict=True) if one.source == source]
        best = np.array([max(each) for _, each in mine])
        right = np.array([one.sentences[int(np.argmax(each))].right for one, each in mine])
        answered = np.array([one.answered for one, _ in mine])
        truths = [naming.right for one, _ in mine for naming in one.sentences]
        told = ", ".join(f"{truth(best, right, answered, least):.3f} at {least}" for least in LEASTS)
        print(
            f"{name}, {source}: {len(mine)} names, {len(truths)} sentences;"
            f" AUROC of sentences {roc_auc_score(truths, [one for _, each in mine for one in each]):.3f},"
            f" of names {roc_auc_score(answered, best):.3f}, first right {right[answered].mean():.3f}, truth {told}"
        )


def truth(best: Any, right: Any, answered: Any, least: float) -> float:
    """The mean of both halves: 1 for what is right, -1 for what is wrong, 0 for silence where there is an answer."""
    said = best >= least
    halves = np.where(said, np.where(right, 1, -1), 0)[answered], np.where(said, -1, 1)[~answered]
    return float(np.mean([half.mean() for half in halves]))


def main() -> None:
    """Gather, fit, measure, write."""
    from sklearn.model_selection import GroupKFold

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--train", type=Path, required=True)
    known = list(gather(parser.parse_args().train))
    words = fit_words([one for one in known if not one.held])
    held = [one for one in known if one.held]
    looked = [by_words(words, one) for one in held]
    report("by words", held, looked)
    with tempfile.TemporaryDirectory() as folder:
        spans = load_span_reader(ReadingSettings(), Path(folder))
    if spans is None:
        raise SystemExit("the settings name no span reader")
    rows = read(held, looked, spans)
    told: list[Sequence[float]] = [[]] * len(held)
    for fitted_on, others in GroupKFold(FOLDS).split(held, groups=[one.group for one in held]):
        weights = fit_read([held[i] for i in fitted_on], [rows[i] for i in fitted_on])
        for i in others:
            told[i] = by_reading(weights, rows[i])
    report("and read", held, told)
    models = {"words": words, "read": fit_read(held, rows)}
    path = HERE.parent / "src" / "aliqa" / "answers" / "kinds" / "introducing.json"
    path.write_text(json.dumps(models, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
