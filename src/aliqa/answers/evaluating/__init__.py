"""Scores answers to questions whose evidence is known, and compares one run with another.

``gold`` reads the questions, ``scoring`` asks them and judges each answer, ``measures`` makes figures with
intervals of the judgements, ``runs`` keeps and compares what was measured, ``drawing`` draws it. The library is
handed in as functions: nothing here knows how an answer is made.
"""

from aliqa.answers.evaluating.drawing import check_plot, draw_run
from aliqa.answers.evaluating.gold import GoldQuestion, locate, read_gold
from aliqa.answers.evaluating.runs import (
    Comparison,
    Run,
    check_folder,
    check_same,
    compare,
    load_run,
    make_run,
    save_run,
)
from aliqa.answers.evaluating.scoring import Row, ask_all, verdict

__all__ = [
    "Comparison",
    "GoldQuestion",
    "Row",
    "Run",
    "ask_all",
    "check_folder",
    "check_plot",
    "check_same",
    "compare",
    "draw_run",
    "load_run",
    "locate",
    "make_run",
    "read_gold",
    "save_run",
    "verdict",
]
