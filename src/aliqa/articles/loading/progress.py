"""Tells whoever waits for a long file that it is still being read."""

from collections.abc import Callable

listener: Callable[[], None] = lambda: None  # noqa: E731
"""Called after every step that takes seconds, such as a page that is recognised."""


def step_done() -> None:
    """Tell that a step is done."""
    listener()
