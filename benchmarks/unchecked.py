"""``aliqa serve`` without the checks of synthesis: every sentence of the language model is shown.

    python -m benchmarks.unchecked --corpus … --index … --port …

For measuring what the checks are worth (docs/synthesis.md), and for nothing else.
"""

import sys

from aliqa.answers.synthesis import writing
from aliqa.doors.cli import main

if __name__ == "__main__":
    writing.carrying = lambda sentence, quotes, question="": [0] if quotes else None  # type: ignore[attr-defined]
    sys.argv.insert(1, "serve")
    main()
