"""Fit what tells which questions want several sentences: ``src/aliqa/answers/kinds/kinds.json``.

    python training/fit_kinds.py

``training/kinds.tsv`` holds questions that were written for aliqa, a letter, a tab and a question a line: ``l`` for a
list, ``c`` for a comparison, ``h`` for a change over time, and others. The figures are cross-validated.
"""

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np

from aliqa.answers.kinds.learned import OTHER, features

HERE: Final = Path(__file__).parent
KINDS: Final = {"l": "list", "c": "compare", "h": "change"}
SEEN: Final = 3
"""A feature counts that so many questions have."""
STRENGTH: Final = 2.0
FOLDS: Final = 8


def model() -> Any:
    """Features that are there, and a logistic model that leaves out most."""
    from sklearn.feature_extraction import DictVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.multiclass import OneVsRestClassifier
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import FunctionTransformer

    logistic = LogisticRegression(C=STRENGTH, l1_ratio=1, solver="liblinear", random_state=0)
    return make_pipeline(DictVectorizer(), FunctionTransformer(narrow), OneVsRestClassifier(logistic))


def narrow(rows: Any) -> Any:
    """A sparse matrix with the small indices that liblinear asks for."""
    rows.indices, rows.indptr = rows.indices.astype(np.int32), rows.indptr.astype(np.int32)
    return rows


def seen(known: Sequence[set[str]]) -> list[dict[str, float]]:
    """The features of each that several have."""
    counts = Counter(feature for each in known for feature in each)
    return [{feature: 1.0 for feature in sorted(each) if counts[feature] >= SEEN} for each in known]


def main() -> None:
    """Read, fit, measure, write."""
    from sklearn.model_selection import cross_val_predict

    lines = (HERE / "kinds.tsv").read_text("utf-8").splitlines()
    letters, questions = zip(*(line.split("\t") for line in lines), strict=True)
    rows = seen([features(question) for question in questions])
    truth = np.array([KINDS.get(letter, OTHER) for letter in letters])
    told = cross_val_predict(model(), rows, truth, cv=FOLDS)
    for kind in (*KINDS.values(), OTHER):
        found, right = told == kind, (told == kind) & (truth == kind)
        print(
            f"{kind}: {(truth == kind).sum()}, recall {right.sum() / (truth == kind).sum():.2f},"
            f" precision {right.sum() / found.sum():.2f}"
        )
    print(f"right: {np.mean(told == truth):.3f}")
    fitted = model().fit(rows, truth)
    names, logistic = fitted[0].get_feature_names_out(), fitted[-1]
    weights = {
        str(kind): {"": round(float(start), 3)}
        | {str(name): round(float(one), 3) for name, one in zip(names, each, strict=True) if abs(one) >= 0.005}
        for kind, start, each in (
            (kind, one.intercept_[0], one.coef_[0])
            for kind, one in zip(logistic.classes_, logistic.estimators_, strict=True)
        )
    }
    path = HERE.parent / "src" / "aliqa" / "answers" / "kinds" / "kinds.json"
    path.write_text(json.dumps(weights, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"{sum(map(len, weights.values()))} weights")


if __name__ == "__main__":
    main()
