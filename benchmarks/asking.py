"""How long a running process takes to answer: the median in milliseconds.

python -m benchmarks.asking INDEX QUESTION...
"""

import statistics
import sys
import time
from pathlib import Path
from typing import Final

from aliqa import Library
from aliqa.foundations import settings

WARM: Final = 3
ROUNDS: Final = 2


def main() -> None:
    """Ask, and print the median."""
    index, *questions = sys.argv[1:]
    library = Library.open(settings.load(index_dir=Path(index)))
    for question in questions[:WARM]:
        library.ask(question)
    times = []
    for question in questions * ROUNDS:
        begin = time.perf_counter()
        library.ask(question)
        times.append(1000 * (time.perf_counter() - begin))
    print(statistics.median(times))


if __name__ == "__main__":
    main()
