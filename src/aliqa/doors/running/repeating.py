"""What a server does beside answering, again and again until it stops."""

import logging
from collections.abc import Callable
from threading import Event

from aliqa.foundations.errors import AliqaError

logger = logging.getLogger(__name__)


def repeat(
    task: str,
    step: Callable[[], object],
    stop: Event,
    *,
    first: Callable[[], object] = lambda: None,
    pause: float = 1.0,
) -> None:
    """Take one step after another until ``stop`` is set, and go on where an error can be mended.

    The same error is logged once, not each time. Any other than an `AliqaError` ends the task, and the server goes
    on answering without it.

    Args:
        task: what is done, as the log names it: "Sending alerts".
        step: one time of it.
        stop: set when the server stops.
        first: what comes before the first step, tried again until it succeeds.
        pause: how many seconds lie between two times.
    """
    begun, told = False, ""
    while not stop.wait(pause):
        try:
            if not begun:
                first()
                begun = True
            step()
            told = ""
        except AliqaError as error:
            if str(error) != told:
                told = str(error)
                logger.warning("%s did not work and is tried again: %s", task, error)
        except Exception:
            logger.exception("%s has ended.", task)
            return
