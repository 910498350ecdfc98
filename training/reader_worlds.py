"""Questions on worlds of invented news, as the reader meets them: with the passages that were found beside it.

``NAME.pairs`` holds a question on ``NAME.txt`` a line, parted by tabs: ``+``, the question and the first words of each
sentence that answers it, or ``-``, a question that no sentence answers, and perhaps the first words of the one that
tempts most; ``NAME.who`` likewise asks who or what something is. Half of them are answered, in the same tone as those
that are not. The worlds of ``training/worlds`` are short news, those of ``training/reads`` three long reads on one
subject. Those that are held out (`pair_data.Story`) are among what the last models are fitted on.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pair_data import HERE, Place, Story, worlds
from reader_data import Row
from reader_made import by_shared_words

SOURCE: Final = "worlds"
FOLDERS: Final = (HERE / "worlds", HERE / "reads")
_TOGETHER: Final = (4, 9)
"""How many sentences make a passage: few, then many."""
_BESIDE: Final = 4
"""How many passages compete."""


@dataclass(frozen=True)
class Question:
    """A question on a world, the sentences that answer it, and the one that tempts where none does."""

    text: str
    answers: tuple[Place, ...]
    tempting: tuple[Place, ...] = ()


def questions(world: Story, folder: Path, suffixes: Sequence[str] = (".pairs", ".who")) -> Iterator[Question]:
    """The questions on a world."""
    paths = [path for suffix in suffixes if (path := folder / f"{world.name}{suffix}").exists()]
    for line in (line for path in paths for line in path.read_text("utf-8").splitlines()):
        sign, text, *openings = line.split("\t")
        found = tuple(dict.fromkeys(place for opening in openings for place in _beginning(world, opening.strip())))
        yield Question(text, found) if sign == "+" else Question(text, (), found)


def _beginning(world: Story, opening: str) -> Iterator[Place]:
    for i, (_, _, sentences) in enumerate(world.articles):
        for j, sentence in enumerate(sentences):
            if opening and sentence.startswith(opening):
                yield i, j


def of_worlds() -> tuple[list[Row], list[Row]]:
    """The rows to train on, and those held out."""
    shown: list[Row] = []
    held: list[Row] = []
    for folder in FOLDERS:
        for world in worlds(folder):
            (held if world.held else shown).extend(_rows(world, folder))
    return shown, held


def _rows(world: Story, folder: Path) -> Iterator[Row]:
    """Each question once on passages of few sentences, once on such of many."""
    asked = list(questions(world, folder))
    for size in _TOGETHER if asked else ():
        passages = list(_passages(world, size))
        texts = [" ".join(world.articles[i][2][first:last]) for i, first, last in passages]
        order = by_shared_words([one.text for one in asked], texts)
        for one, places in zip(asked, order, strict=True):
            holding: dict[int, list[tuple[int, int]]] = defaultdict(list)
            for number in places:
                i, first, last = passages[number]
                for article, sentence in one.answers:
                    if article == i and first <= sentence < last:
                        begin = len(" ".join([*world.articles[i][2][first:sentence], ""]))
                        holding[number].append((begin, begin + len(world.articles[i][2][sentence])))
            wrong = [number for number in places if number not in holding]
            if not one.answers:
                tempting = [number for number in wrong if any(_inside(passages[number], each) for each in one.tempting)]
                wrong = list(dict.fromkeys([*tempting[:1], *wrong]))
            beside = tuple((texts[number], world.articles[passages[number][0]][0]) for number in wrong[: _BESIDE + 1])
            for number, spans in holding.items():
                title = world.articles[passages[number][0]][0]
                yield Row(one.text, texts[number], tuple(spans), True, world.name, SOURCE, False, title, beside=beside)
            if not one.answers:
                (text, title), *others = beside
                yield Row(one.text, text, (), True, world.name, SOURCE, True, title, beside=tuple(others))


def _passages(world: Story, size: int) -> Iterator[tuple[int, int, int]]:
    """The number of an article, and the first and the last sentence, exclusive."""
    for i, (_, _, sentences) in enumerate(world.articles):
        for first in range(0, len(sentences), size):
            yield i, first, min(first + size, len(sentences))


def _inside(passage: tuple[int, int, int], place: Place) -> bool:
    return passage[0] == place[0] and passage[1] <= place[1] < passage[2]
