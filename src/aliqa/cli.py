"""The command ``aliqa``: see `aliqa.doors.cli`."""

from aliqa.doors.cli import main

__all__ = ["main"]
