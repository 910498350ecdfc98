"""Fit what tells the meaning of a question that no form tells: ``src/aliqa/answers/kinds/meaning.json``.

    python training/fit_meaning.py

``training/newcomers.tsv`` has what newcomers type, each behind its kind, with what it is about in square brackets;
``training/kinds.tsv`` has other questions (`fit_kinds`), of which those marked ``i`` ask who or what something is. The
figures are cross-validated, for each kind also with the forms of `aliqa.answers.kinds.forms` before the model; what
`fit_kinds` fitted is among the forms, so that with them those of lists, comparisons and changes are too good.
"""

import json
import re
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import numpy as np
from fit_kinds import FOLDS, HERE, STRENGTH, narrow, seen
from fit_kinds import KINDS as LETTERS

from aliqa.answers.kinds.forms import asked
from aliqa.answers.kinds.learned import OTHER, features
from aliqa.answers.kinds.meaning import MEANT, SURE, around, said_about, tokens
from aliqa.foundations.settings import Settings
from aliqa.library import make_embedder

KINDS: Final = {"i": "identity", "which": "which_articles", **LETTERS}
SCALE: Final = 3.0
"""By how much vectors are stretched, so that their weights may be large."""
SMALLEST: Final = 0.1
"""Weights below it are left out."""
PATH: Final = HERE.parent / "src" / "aliqa" / "answers" / "kinds" / "meaning.json"


def read(name: str) -> list[tuple[str, str]]:
    """The kind and the text of each line."""
    lines = (line.split("\t") for line in (HERE / f"{name}.tsv").read_text("utf-8").splitlines())
    named = ((KINDS.get(letter, letter), text) for letter, text in lines)
    return [(kind if kind in MEANT else OTHER, text) for kind, text in named]


def vectors(questions: Sequence[str]) -> Any:
    """Their vectors (n, d) by the bundled model."""
    with TemporaryDirectory() as folder:
        embedder = make_embedder(Settings(corpus_dir=Path(folder), index_dir=Path(folder)), asked=True)
        return np.array([embedder.embed_query(question) for question in questions])


def fit(rows: Any, truth: Any) -> Any:
    """A multinomial model of sparse rows."""
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(max_iter=500).fit(rows, truth)


def fit_kinds(kinds: Sequence[str], questions: Sequence[str]) -> dict[str, Any]:
    """The weights; prints how often each kind is told and how often rightly."""
    from scipy.sparse import csr_matrix, hstack
    from sklearn.feature_extraction import DictVectorizer
    from sklearn.model_selection import StratifiedKFold

    vectorizer = DictVectorizer()
    named = vectorizer.fit_transform(seen([features(question) for question in questions]))
    rows = narrow(hstack([named, csr_matrix(vectors(questions) * SCALE)]).tocsr())
    truth, told, sure = np.array(kinds), np.full(len(kinds), OTHER, dtype=object), np.zeros(len(kinds), bool)
    for fitted_on, others in StratifiedKFold(FOLDS, shuffle=True, random_state=0).split(rows, truth):
        fitted = fit(rows[fitted_on], truth[fitted_on])
        chances = fitted.predict_proba(rows[others])
        for i, each in zip(others, chances, strict=True):
            kind = str(fitted.classes_[int(each.argmax())])
            if each.max() >= SURE[kind]:
                told[i], sure[i] = kind, True
    forms = np.array([_by_form(one) for one in questions], dtype=object)
    both = np.where(sure, told, forms)
    for name, found in (("forms", forms), ("model", told), ("both", both)):
        for kind in MEANT:
            right = (found == kind) & (truth == kind)
            print(
                f"{name}, {kind}: {(truth == kind).sum()}, recall {right.sum() / (truth == kind).sum():.3f},"
                f" precision {right.sum() / max(1, (found == kind).sum()):.3f}"
            )
    fitted = fit(rows, truth)
    names = vectorizer.get_feature_names_out()
    weights = {str(name): np.round(fitted.coef_[:, i], 2).tolist() for i, name in enumerate(names)}
    return {
        "kinds": fitted.classes_.tolist(),
        "starts": np.round(fitted.intercept_, 3).tolist(),
        "weights": {name: each for name, each in weights.items() if max(map(abs, each)) >= SMALLEST},
        "matrix": np.round(fitted.coef_[:, len(names) :] * SCALE, 3).tolist(),
    }


def _by_form(question: str) -> str:
    found = asked(question)
    kind = f"{found.kind}:{found.wanted}" if found.kind == "about_corpus" else found.kind
    return "list" if found.wanted == "several" else kind if kind in MEANT else OTHER


def fit_about(known: Sequence[str]) -> dict[str, list[float]]:
    """The weights of the model of words; prints how often it tells what is asked about, no word too many or too few."""
    from sklearn.feature_extraction import DictVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import GroupKFold

    questions = [re.sub(r"[\[\]]", "", text) for text in known]
    rows, truth, groups = [], [], []
    for number, (text, question) in enumerate(zip(known, questions, strict=True)):
        start, end = text.index("["), text.index("]") - 1
        places = tokens(question)
        words = [place.cut(question) for place in places]
        rows += [set(around(words, i)) for i in range(len(places))]
        truth += [(one.start == start, one.end == end, start <= one.start and one.end <= end) for one in places]
        groups += [number] * len(places)
    vectorizer = DictVectorizer()
    ready, labels, right = narrow(vectorizer.fit_transform(seen(rows))), np.array(truth), 0
    names = ["", *map(str, vectorizer.get_feature_names_out())]

    def fitted(places: Any) -> dict[str, list[float]]:
        parts = [LogisticRegression(C=STRENGTH, max_iter=500).fit(ready[places], each[places]) for each in labels.T]
        columns = np.round([[*one.intercept_, *one.coef_[0]] for one in parts], 2).T.tolist()
        return {name: each for name, each in zip(names, columns, strict=True) if max(map(abs, each)) >= SMALLEST}

    for places, others in GroupKFold(FOLDS).split(ready, groups=groups):
        about = {name: np.array(each) for name, each in fitted(places).items()}
        right += sum(said_about(questions[n], about) == _bracketed(known[n]) for n in {groups[i] for i in others})
    print(f"what about: {right / len(known):.3f} of {len(known)} exactly")
    return fitted(np.arange(len(rows)))


def _bracketed(text: str) -> str:
    return text[text.index("[") + 1 : text.index("]")]


def main() -> None:
    """Read, fit, measure, write."""
    lines = [*read("kinds"), *read("newcomers")]
    kinds, texts = zip(*lines, strict=True)
    fitted = fit_kinds(kinds, [re.sub(r"[\[\]]", "", text) for text in texts])
    about = fit_about([text for text in texts if "[" in text])
    PATH.write_text(json.dumps(fitted | {"about": about}, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
