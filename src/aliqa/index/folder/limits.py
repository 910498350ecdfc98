"""From which sizes on a version is searched and read in other ways."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Limits:
    """Sizes at which something changes; see `aliqa.index.folder.vectors` for the first four."""

    exact: int = 5_000
    """Passages up to which all are compared."""
    one_list: int = 50_000
    """Passages up to which all of their copy of 8 bits is looked through."""
    few: int = 20_000
    """Admitted passages up to which all are compared, where not all lists are looked through."""
    looked_at: int = 20_000
    """Passages that the lists looked through hold at least: questions are farther from passages than sentences are.

    Of a million passages 4 lists of 2,048 found 0.99 of those nearest to sentences, but 0.89 of those nearest to
    questions; 16 found 0.98 of both. Of 100,000, 48 lists of 512 (9,400 passages) found 0.98 and 0.94, 96 found 0.97
    of those nearest to questions, 128 found 0.98.
    """
    mapped: int = 64 << 20
    """Bytes up to which a file's rows are looked at where it is mapped. Of larger files they are read: looking at a
    page of a mapped file brings up to fifteen neighbours into the memory of the process, and they stay."""


LIMITS: Final = Limits()
"""What holds unless another is given."""
