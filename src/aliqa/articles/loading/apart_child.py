"""The process that reads files for another, `apart`: it calls what it is asked to and sends back what comes out."""

import os
import select
import signal
import sys
from pkgutil import resolve_name
from typing import IO, Any, Final

from aliqa.articles.loading import progress
from aliqa.articles.loading.apart import read_frame, write_frame
from aliqa.foundations.errors import ArticleError

_MEMORY: Final = 4 * 1024**3
"""Bytes of addresses that the process may take, its libraries included."""
_IDLE: Final = 60.0
"""Seconds after which it ends if nobody asks."""


def main() -> None:
    """Answer until the other side is gone or asks nothing for a while."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the other side ends it
    _limit()
    asked, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what libraries print is no answer
    progress.listener = lambda: write_frame(answers, ("alive", None))
    progress.step_done()  # it is there
    while _is_asked(asked):
        try:
            function, values = read_frame(asked)
        except EOFError:
            return
        write_frame(answers, _answer(function, values))


def _answer(function: str, values: tuple[Any, ...]) -> tuple[str, Any]:
    try:
        return "made", resolve_name(function)(*values)
    except ArticleError as error:
        return "refused", str(error)
    except MemoryError:
        return "refused", f"It needs more than {_MEMORY // 1024**3} GB of memory to be read. Split it."
    except Exception as error:
        return "refused", f"It cannot be read ({type(error).__name__}). Save it again, or in another format."


def _limit() -> None:
    """Bound the memory where the system can."""
    try:
        import resource
    except ImportError:  # Windows
        return
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, resource.getrlimit(resource.RLIMIT_AS)[1]))


def _is_asked(pipe: IO[bytes]) -> bool:
    """Whether a question comes in time; where the system cannot wait for pipes, it waits for ever."""
    if sys.platform == "win32":
        return True
    return bool(select.select([pipe], [], [], _IDLE)[0])


if __name__ == "__main__":
    main()
