"""Fit what tells whether two sentences give different values for the same thing: ``src/aliqa/text/claims/pairs.json``.

    python training/fit_pairs.py

The invented stories and worlds of `pair_data` are taken as corpora of articles. Of the pairs of sentences that
comparing an index would weigh, those that a story links as differing are to be told from all others: by a look at each,
then by what the span reader replies of those worth reading; sentences without values by a look and the pair reader.
Then the worlds are asked their questions, and of what may differ from the best sentence, what is linked with it is to
be told from all else. To be run again when a reader's weights change. A third of the stories is held out; the figures
on the others are cross-validated.
"""

import json
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import numpy as np
from fit_questions import indexed
from pair_data import DIFFER, HERE, Articles, Linked, Story, stories, worlds

from aliqa.answers import disagreements
from aliqa.answers.asking import Steps
from aliqa.answers.disagreements import Rival, Side, asked_for, rivals, worth_reading
from aliqa.answers.reading import load_pair_reader, load_reader, load_span_reader
from aliqa.foundations.protocols import Evidence, PairReader, SpanReader
from aliqa.foundations.settings import Settings
from aliqa.foundations.types import Filters
from aliqa.library import make_embedder
from aliqa.text.claims.comparing import WORTH_READING, Finding, replies, words_read
from aliqa.text.claims.model import NAMES, Model, fitted
from aliqa.text.claims.pairs import replied

AT_ONCE: Final = (1, 2)
FOLDS: Final = 5
STRENGTH: Final = 0.3
"""The inverse of how strongly weights are held down, for features of one scale."""
PROBABLE: Final = 0.25
"""Questions whose first sentence is less likely to answer tell nothing of what differs from it."""
Weights = dict[str, float]
Floats = Any


def gather(articles: Articles, *, values: bool = True) -> list[Linked]:
    """The candidates of a corpus of stories, with values or without: those that are linked with no question mark."""
    finding = Finding(articles)
    found = (one for key in sorted(articles.keys, reverse=True) for one in finding.near(key))
    linked = [articles.linked(one) for one in found if bool(one.pair) is values]
    return [one for one in linked if one.letter != "?"]


def rows_of(found: Sequence[Linked]) -> Floats:
    """Their features (n, f)."""
    return np.array([one.candidate.features for one in found])


def fit_look(found: Sequence[Linked], model: Model = "look") -> Weights:
    """The first model: fitted twice, the second time with the surest values of each pair that differs."""
    rows, truth = rows_of(found), np.array([one.differs for one in found])
    sure = decision(model, fit(model, rows, truth), rows)
    kept = ~truth
    kept[best_of(found, sure)] = True
    return fit(model, rows[kept], truth[kept])


def best_of(found: Sequence[Linked], sure: Floats) -> list[int]:
    """The places of the surest values of each pair of sentences."""
    best: dict[Any, int] = {}
    for i, one in enumerate(found):
        if sure[i] >= sure[best.setdefault(one.places, i)]:
            best[one.places] = i
    return list(best.values())


def fit(model: Model, rows: Floats, truth: Floats) -> Weights:
    """The weights of a model's features, and of none."""
    from sklearn.linear_model import LogisticRegression

    mean, scale = rows.mean(axis=0), rows.std(axis=0) + 1e-9
    made = LogisticRegression(C=STRENGTH, max_iter=1000).fit((rows - mean) / scale, truth)
    weights = made.coef_[0] / scale
    start = float(made.intercept_[0] - weights @ mean)
    return {name: round(float(one), 4) for name, one in zip(("", *NAMES[model]), (start, *weights), strict=True)}


def decision(model: Model, weights: Weights, rows: Floats) -> Floats:
    """How sure each pair is, 0 to 1."""
    return 1 / (1 + np.exp(-(weights[""] + rows @ np.array([weights[name] for name in NAMES[model]]))))


def looked_at(found: Sequence[Linked]) -> Floats:
    """How sure each pair is by a look, with the weights of the stories that are not in its fold."""
    fold = np.array([one.story % FOLDS for one in found])
    sure = np.empty(len(found))
    for number in range(FOLDS):
        weights = fit_look([one for one, each in zip(found, fold, strict=True) if each != number])
        sure[fold == number] = decision("look", weights, rows_of(found)[fold == number])
    return sure


def read(reader: SpanReader, found: Iterable[tuple[Linked, float]]) -> Floats:
    """What is replied of each, (n, 3)."""

    def row(each: tuple[Linked, float]) -> Floats:
        one = each[0].candidate
        assert one.pair
        return replied(each[1], replies(reader, one.one.said, one.other.said, one.pair))

    with ThreadPoolExecutor() as threads:
        return np.array(list(threads.map(row, found)))


def worth(found: Sequence[Linked], looks: Floats) -> list[int]:
    """The places of those that are read."""
    return [i for i in best_of(found, looks) if looks[i] >= WORTH_READING["look"]]


def fit_words(shown: Sequence[Linked], held: Sequence[Linked], reader: PairReader) -> dict[Model, Weights]:
    """The models of sentences without values: a look, fitted on what is shown, and what a pair reader adds.

    The pair reader has learned from what is shown, so that the latter is fitted on what is held out, and measured on
    folds of it.
    """
    look = fit_look(shown, "words")
    sure = decision("words", look, rows_of(held))
    places = [i for i in best_of(held, sure) if sure[i] >= WORTH_READING["words"]]
    related = reader.read([held[i].candidate.stated for i in places])
    rows = words_read([(held[i].candidate, float(sure[i])) for i in places], related)
    truth, fold = np.array([held[i].differs for i in places]), np.array([held[i].story % FOLDS for i in places])
    told = np.empty(len(places))
    for number in range(FOLDS):
        weights = fit("words_read", rows[fold != number], truth[fold != number])
        told[fold == number] = decision("words_read", weights, rows[fold == number])
    report("words, by the look", truth, rows[:, 0])
    report("words, once read", truth, told)
    return {"words": look, "words_read": fit("words_read", rows, truth)}


def report(name: str, truth: Floats, scores: Floats) -> dict[str, Any]:
    """Print how well those that differ are told from the others, and return it."""
    from sklearn.metrics import average_precision_score, roc_auc_score

    hits = np.cumsum(truth[np.argsort(-scores)])
    precision = hits / np.arange(1, len(truth) + 1)
    recall = [hits[precision >= least].max(initial=0) / truth.sum() for least in (0.8, 0.6)]
    found = {
        "pairs": len(truth),
        "differ": int(truth.sum()),
        "AUROC": round(float(roc_auc_score(truth, scores)), 3),
        "average precision": round(float(average_precision_score(truth, scores)), 3),
        "recall at precision .8, .6": [round(float(each), 2) for each in recall],
    }
    print(f"{name}: {found}", flush=True)
    return found


@dataclass(frozen=True)
class Answered:
    """The best sentence of an answer, what may differ from it, and which of these are linked with it as differing."""

    best: Side
    others: list[Rival]
    differs: dict[int, bool]
    """By the object of each."""


def ask(told: Sequence[Story], settings: Settings) -> tuple[list[Answered], SpanReader]:
    """What may differ from the first sentence of each answer, and who reads."""
    texts = {
        f"{world.name}-{number}.md": _article(title, day, sentences)
        for world in told
        for number, (title, day, sentences) in enumerate(world.articles)
    }
    embedder, store = indexed(texts, settings.index_dir / "asked")
    reader = load_reader(settings.reading, settings.index_dir / "models", settings.llm)
    steps = Steps(store, embedder, reader, settings.answering, english_only=True)
    answered = []
    for world in told:
        own = Filters(doc_ids=tuple(f"{world.name}-{number}.md" for number in range(len(world.articles))))
        for question in world.questions:
            asked = steps.understand(question, (), 8, own)
            found = steps.search(asked)
            reading = steps.read(asked, found[: steps.depth(asked)])
            if reading.confidence < PROBABLE:
                continue
            first = reading.evidence[0]
            compared = rivals(first, reading.evidence, store.sentence_vectors, asked_for(asked.meant))
            if compared and compared[2]:
                place = _place(world, first)
                links = {id(one): world.linked(place, _place(world, one[0].evidence)) for one in compared[2]}
                differs = {key: letter in DIFFER for key, letter in links.items()}
                answered.append(Answered(compared[0], compared[2], differs))
    assert reader.spans
    return answered, reader.spans


def asked_rows(answered: Sequence[Answered], spans: SpanReader | None) -> tuple[Floats, Floats]:
    """What is known of all that may differ (n, f), or of those worth reading once they are read; whether they do."""
    rows, truth = [], []
    for one in answered:
        for other in (each for _, each in worth_reading(one.others)) if spans else one.others:
            rows.append(disagreements.read(spans, one.best, other) if spans else other[1])
            truth.append(one.differs[id(other)])
    return np.array(rows), np.array(truth)


def _article(title: str, day: date, sentences: Sequence[str]) -> str:
    return f'---\ntitle: "{title}"\npublished: {day}\n---\n\n' + "\n\n".join(sentences) + "\n"


def _place(world: Story, one: Evidence) -> tuple[int, int]:
    """The article and the number of the sentence that holds the evidence."""
    article = int(one.record.meta.doc_id.rpartition("-")[2].removesuffix(".md"))
    quote = " ".join(one.record.cut(one.sentence.span).split())
    sentences = world.articles[article][2]
    return article, next((i for i, text in enumerate(sentences) if quote in " ".join(text.split())), -1)


def _part(told: Sequence[Story], held: bool) -> list[Story]:
    return [one for one in told if one.held is held]


def main() -> None:
    """Gather, fit, measure, write."""
    with TemporaryDirectory() as folder:
        settings = Settings(corpus_dir=Path(folder), index_dir=Path(folder))
        embedder = make_embedder(settings, asked=False)
        told = list(stories()), list(worlds())
        shown, held = (
            [one for corpus in told for n in AT_ONCE for one in gather(Articles(_part(corpus, held), embedder, n))]
            for held in (False, True)
        )
        looks = looked_at(shown)
        models: dict[Model, Weights] = {"look": fit_look(shown)}
        tested = decision("look", models["look"], rows_of(held))
        for name, found, sure in (("cross-validated", shown, looks), ("held out", held, tested)):
            places = best_of(found, sure)
            report(f"{name}, a look", np.array([found[i].differs for i in places]), sure[places])
        reader = load_span_reader(settings.reading, Path(folder) / "models")
        if reader is None:
            raise SystemExit("the settings name no span reader")
        places = worth(shown, looks)
        rows, truth = read(reader, [(shown[i], looks[i]) for i in places]), np.array([shown[i].differs for i in places])
        models["read"] = fit("read", rows, truth)
        places = worth(held, tested)
        rows, truth = read(reader, [(held[i], tested[i]) for i in places]), np.array([held[i].differs for i in places])
        report("held out and read, by the look", truth, rows[:, 0])
        report("held out and read", truth, decision("read", models["read"], rows))
        pairs = load_pair_reader(settings.reading, Path(folder) / "models")
        if pairs:
            linked, unseen = (
                [one for corpus in told for one in gather(Articles(_part(corpus, part), embedder), values=False)]
                for part in (False, True)
            )
            models |= fit_words(linked, unseen, pairs)
        path = HERE.parent / "src" / "aliqa" / "text" / "claims" / "pairs.json"
        before = json.loads(path.read_text("utf-8"))
        path.write_text(json.dumps(before | models, indent=1) + "\n", encoding="utf-8")
        fitted.cache_clear()
        parts = {
            "fitted on": ask(_part(told[1], held=False), settings),
            "held out": ask(
                _part(told[1], held=True), settings.model_copy(update={"index_dir": Path(folder) / "held"})
            ),
        }
        asked: tuple[tuple[Model, bool], ...] = ("asked", False), ("asked_read", True)
        for model, reads in asked:
            for name, (answered, spans) in parts.items():
                rows, truth = asked_rows(answered, spans if reads else None)
                if name == "fitted on":
                    models[model] = fit(model, rows, truth)
                report(f"{model}, {name}", truth, decision(model, models[model], rows))
            path.write_text(json.dumps(before | models, indent=1) + "\n", encoding="utf-8")
            fitted.cache_clear()


if __name__ == "__main__":
    main()
