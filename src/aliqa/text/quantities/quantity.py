"""A value as an interval, and when two of them contradict each other."""

from dataclasses import dataclass
from typing import Final, Literal

from aliqa.foundations.types import Span

Kind = Literal["percent", "points", "money", "measure", "count", "date"]

_LEAST_GAP: Final = 0.01


@dataclass(frozen=True, slots=True)
class Quantity:
    """A value, as all numbers from ``low`` to ``high``, both included, that its words admit.

    ``span`` holds its words, in code points of the sentence. ``unit`` is "%", a currency's ISO code, a base
    unit ("m", "day"), or the search term of what is counted, which ends the words of ``noun``; "" if nothing
    is named. ``again`` says the same in other currencies. ``turn`` tells the two ends of "from 12 to 15" apart.
    ``beyond`` is the number of a bound that it is not itself, as in "more than 300".
    """

    span: Span
    kind: Kind
    unit: str
    low: float
    high: float
    noun: Span | None = None
    again: tuple["Quantity", ...] = ()
    turn: Literal["", "from", "to"] = ""
    beyond: float | None = None

    def contradicts(self, other: "Quantity") -> bool:
        """Whether no number fits both, in a unit that both have, and by more than a hundredth.

        >>> from aliqa.text.quantities import find
        >>> first, second = find("over 20 per cent"), find("18%")
        >>> first[0].contradicts(second[0]), second[0].contradicts(second[0])
        (True, False)
        """
        shared = [
            (mine, theirs) for mine in (self, *self.again) for theirs in (other, *other.again)
            if mine.kind == theirs.kind and (mine.unit == theirs.unit or mine.kind == "count")
        ]  # fmt: skip
        return bool(shared) and all(_apart(mine, theirs) for mine, theirs in shared)


def _apart(first: Quantity, second: Quantity) -> bool:
    below, above = (first, second) if first.high < second.low else (second, first)
    return below.high < above.low and (first.kind == "date" or above.low - below.high > _LEAST_GAP * abs(above.low))
