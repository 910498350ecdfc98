"""Whether a model could tell which sentences introduce what they name, and how well beside the rules of the package.

    python training/introducing.py --train TRAIN_FOLDER

A trial, not in the package yet. Questions of who or what something is, on the invented worlds (``NAME.who``) and on
real passages (``asked.tsv``, ``first.tsv``): the sentences that name it introduce it if they answer, and do not if they
do not; ``introducing.tsv`` has single sentences. A logistic model of the words around the name is fitted on what is not
held out, and one that adds the span reader's reply on what is, since the reader has learned from the rest. Prints how
well both tell it, and `aliqa.answers.kinds.identity` beside them.
"""

import argparse
import math
import re
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from pair_data import HERE, worlds
from reader_asked import ASKED, FIRST, asked
from reader_data import load
from reader_worlds import FOLDERS, questions

from aliqa.answers.kinds import Phrase
from aliqa.answers.kinds import asked as kind_of
from aliqa.answers.kinds.identity import FIRST as FIRST_MENTION
from aliqa.answers.kinds.identity import STRONG, introduces, is_expansion
from aliqa.answers.kinds.telling import Mention
from aliqa.answers.reading import load_span_reader
from aliqa.answers.reading.features import excerpt
from aliqa.foundations.protocols import PassageRecord, PassageSpans, SpanReader
from aliqa.foundations.settings import ReadingSettings
from aliqa.foundations.types import ArticleMeta, Passage, Sentence, Span
from aliqa.text.english import FUNCTION_WORDS
from aliqa.text.sentences import split_sentences

SEEN: Final = 4
"""A feature counts that so many sentences have."""
STRENGTH: Final = 0.2
SMALLEST: Final = 0.03
"""Weights below it are left out."""
HELD_OUT: Final = 8
"""One in so many single sentences, and as many folds."""
LEAST: Final = 0.5
READ: Final = ("words", "answers")
_WORD: Final = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*|[^\w\s]")
_BEFORE: Final = 4
_BEHIND: Final = 5
_ENDING: Final = 3
_NEAR: Final = 200
"""How many code points before and behind a name are looked at."""
Weights = dict[str, float]


def features(text: str, spans: Sequence[Span], *, first: bool) -> set[str]:
    """What the model knows of a sentence: the words around each place of the name, and what kind of name it is."""
    found = {"FIRST"} if first else set()
    found.add(f"LENGTH {min(6, len(text.split()) // 6)}")
    for span in spans:
        found |= set(_around(span.cut(text), text[max(0, span.start - _NEAR) : span.start], text[span.end :][:_NEAR]))
    return found


def _around(name: str, before: str, behind: str) -> Iterator[str]:
    kind = "ABBREVIATION" if name.isupper() else "NAME" if name[:1].isupper() else "word"
    yield f"{kind} {min(3, len(name.split()))}"
    if is_expansion(name, before, behind):
        yield "EXPANDED"
    words = _WORD.findall(before)[-_BEFORE:]
    left = ["^", "^", *map(_shape, words)]
    right = [*map(_shape, _WORD.findall(behind)[:_BEHIND]), "$", "$", "$"]
    yield from (f"{' '.join(left[-n:])} <" for n in (1, 2))
    yield from (f"> {' '.join(right[:n])}" for n in (1, 2, 3))
    yield f"{left[-1]} <> {right[0]}"
    yield from (f"{word} ... <" for word in left[-_BEFORE:])
    yield from (f"> ... {word}" for word in right[:_BEHIND])
    for place, word in enumerate(reversed(words[-2:])):
        yield from (f"{'NAME' * word[0].isupper()}-{word[-n:]} {place} <" for n in (2, _ENDING) if word.isalpha())


def _shape(word: str) -> str:
    """A word in small letters; names, abbreviations and figures by their kind."""
    if word[0].isdigit():
        return "NUMBER"
    if word.isupper() and len(word) > 1:
        return "ABBREVIATION"
    return "NAME" if word[0].isupper() and word.lower() not in FUNCTION_WORDS else word.lower()


@dataclass(frozen=True)
class Naming:
    """A sentence that names what is asked about; ``rules`` is how much it introduces it by the rules."""

    features: set[str]
    right: bool
    record: PassageRecord
    number: int
    rules: float


@dataclass(frozen=True)
class Named:
    """A question and the sentences that name what it asks about; of one ``group`` they are held out together."""

    source: str
    group: str
    question: str
    sentences: Sequence[Naming]
    held: bool

    @property
    def answered(self) -> bool:
        """Whether any sentence introduces it."""
        return any(one.right for one in self.sentences)


def gather(folder: Path) -> Iterator[Named]:
    """All questions that ask who or what something is that the articles name, and the single sentences."""
    rows, _ = load(folder)
    for source in (ASKED, FIRST):
        for part, held in zip(asked(rows, source), (False, True), strict=True):
            for row in part:
                spans = [one.span for one in split_sentences(row.passage)]
                right = [any(start < span.end and span.start < end for start, end in row.answers) for span in spans]
                yield from _named("passages", row.group, row.question, [(_record(row.passage, spans), right)], held)
    for place in FOLDERS:
        for world in worlds(place):
            found = [_joined(texts) for _, _, texts in world.articles]
            for one in questions(world, place, (".who",)):
                articles = [
                    (each, [(i, j) in one.answers for j in range(len(each.sentences))]) for i, each in enumerate(found)
                ]
                yield from _named("worlds", world.name, one.text, articles, world.held)
    for number, line in enumerate((HERE / "introducing.tsv").read_text("utf-8").splitlines()):
        letter, name, text = line.split("\t")
        article = _joined([text]), [letter == "y"]
        yield from _named("sentences", name, f"What is {name}?", [article], number % HELD_OUT == 0, name)


def _named(
    source: str,
    group: str,
    question: str,
    articles: Sequence[tuple[PassageRecord, Sequence[bool]]],
    held: bool,
    about: str = "",
) -> Iterator[Named]:
    what = kind_of(question)
    about = about or (what.about if what.kind == "identity" else "")
    found = []
    for record, right in articles if about else ():
        phrase, first = Phrase(about), True
        for number, sentence in enumerate(record.sentences):
            text = record.cut(sentence.span)
            if places := phrase.places(text):
                rules = introduces(Mention(record, sentence, number, text, tuple(places))) + FIRST_MENTION * first
                found.append(Naming(features(text, places, first=first), right[number], record, number, rules))
                first = False
    if found:
        yield Named(source, group, question, found, held)


def _joined(texts: Sequence[str]) -> PassageRecord:
    starts = np.cumsum([0, *(len(text) + 1 for text in texts)]).tolist()
    spans = [Span(start, start + len(text)) for start, text in zip(starts, texts, strict=False)]
    return _record(" ".join(texts), spans)


def _record(text: str, spans: Sequence[Span]) -> PassageRecord:
    passage = Passage(Span(0, len(text)), Span(0, len(spans)))
    return PassageRecord(0, ArticleMeta("", "", ""), passage, text, None, tuple(map(Sentence, spans)), 0)


def fit_words(known: Sequence[Named]) -> Weights:
    """The weights of the words' features, and of none; questions with an answer and without count alike."""
    from sklearn.feature_extraction import DictVectorizer
    from sklearn.linear_model import LogisticRegression

    pairs = [(one, each) for one in known for each in one.sentences]
    seen = Counter(feature for _, each in pairs for feature in each.features)
    rows = [{feature: 1.0 for feature in sorted(each.features) if seen[feature] >= SEEN} for _, each in pairs]
    vectorizer = DictVectorizer()
    logistic = LogisticRegression(C=STRENGTH, max_iter=1000)
    logistic.fit(vectorizer.fit_transform(rows), [each.right for _, each in pairs], sample_weight=_balanced(pairs))
    named = zip(vectorizer.get_feature_names_out(), logistic.coef_[0], strict=True)
    kept = {str(name): round(float(one), 3) for name, one in named if abs(one) >= SMALLEST}
    return {"": round(float(logistic.intercept_[0]), 3)} | kept


def _balanced(pairs: Sequence[tuple[Named, Naming]]) -> Any:
    sides = Counter(one.answered for one, _ in pairs)
    return np.array([len(pairs) / 2 / sides[one.answered] for one, _ in pairs])


def by_words(weights: Weights, one: Named) -> list[float]:
    """How likely each sentence introduces it, by its words."""
    sums = [weights[""] + sum(weights.get(each, 0.0) for each in sorted(naming.features)) for naming in one.sentences]
    return [float(1 / (1 + np.exp(-total))) for total in sums]


def read(known: Sequence[Named], chances: Sequence[Sequence[float]], spans: SpanReader) -> list[Any]:
    """The numbers of `READ` of each question's sentences (n, 2)."""
    found = []
    for one, looked in zip(known, chances, strict=True):
        replies = spans.read(one.question, [_with_one_before(each) for each in one.sentences])
        found.append(np.array([replied(*each) for each in zip(looked, replies, strict=True)]))
    return found


def _with_one_before(one: Naming) -> PassageRecord:
    """The sentence behind the one before it."""
    first = max(0, one.number - 1)
    return excerpt(_joined([one.record.cut(each.span) for each in one.record.sentences[first : one.number + 1]]), 1)


def replied(chance: float, reply: PassageSpans) -> tuple[float, float]:
    """The numbers of `READ`: the log-odds by the words, and by the reader."""
    chance = min(max(chance, 1e-4), 1 - 1e-4)
    return math.log(chance / (1 - chance)), reply.answers


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


def report(
    name: str,
    known: Sequence[Named],
    chances: Sequence[Sequence[float]],
    thresholds: Sequence[float] = (LEAST, 0.6, 0.7),
) -> None:
    """Print how well those are told that are answered."""
    from sklearn.metrics import roc_auc_score

    for source in sorted({one.source for one in known}):
        mine = [(one, each) for one, each in zip(known, chances, strict=True) if one.source == source]
        best = np.array([max(each) for _, each in mine])
        right = np.array([one.sentences[int(np.argmax(each))].right for one, each in mine])
        answered = np.array([one.answered for one, _ in mine])
        truths = [naming.right for one, _ in mine for naming in one.sentences]
        told = ", ".join(f"{truth(best, right, answered, least):.3f} at {least}" for least in thresholds)
        print(
            f"{name}, {source}: {len(mine)} questions, {len(truths)} sentences;"
            f" AUROC of sentences {roc_auc_score(truths, [one for _, each in mine for one in each]):.3f},"
            f" of questions {roc_auc_score(answered, best):.3f}, first right {right[answered].mean():.3f}, truth {told}"
        )


def truth(best: Any, right: Any, answered: Any, least: float) -> float:
    """The mean of both halves: 1 for what is right, -1 for what is wrong, 0 for silence where there is an answer."""
    said = best >= least
    halves = np.where(said, np.where(right, 1, -1), 0)[answered], np.where(said, -1, 1)[~answered]
    return float(np.mean([half.mean() for half in halves]))


def main() -> None:
    """Gather, fit, measure."""
    from sklearn.model_selection import GroupKFold

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--train", type=Path, required=True)
    known = list(gather(parser.parse_args().train))
    words = fit_words([one for one in known if not one.held])
    held = [one for one in known if one.held]
    looked = [by_words(words, one) for one in held]
    report("by rules", held, [[each.rules for each in one.sentences] for one in held], (STRONG,))
    report("by words", held, looked)
    with tempfile.TemporaryDirectory() as folder:
        spans = load_span_reader(ReadingSettings(), Path(folder))
    if spans is None:
        raise SystemExit("the settings name no span reader")
    rows = read(held, looked, spans)
    told: list[Sequence[float]] = [[]] * len(held)
    for fitted_on, others in GroupKFold(HELD_OUT).split(held, groups=[one.group for one in held]):
        weights = fit_read([held[i] for i in fitted_on], [rows[i] for i in fitted_on])
        for i in others:
            told[i] = by_reading(weights, rows[i])
    report("and read", held, told)


if __name__ == "__main__":
    main()
