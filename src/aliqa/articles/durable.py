"""Writing that lasts: what is forced to the disk, and a refusal of the disk told in our words."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from aliqa.foundations.errors import IndexUnwritable


@contextmanager
def translated(folder: Path) -> Iterator[None]:
    """Turn an operating system's refusal to write into IndexUnwritable."""
    try:
        yield
    except OSError as error:
        raise IndexUnwritable(folder, error.strerror or type(error).__name__) from error


def write_synced(path: Path, text: str) -> None:
    """Write a text file and force it to the disk. Raises OSError."""
    path.write_text(text, encoding="utf-8")
    sync(path)


def sync(path: Path) -> None:
    """Force a file, or the names in a folder, to the disk. Raises OSError.

    Windows opens no folder, and keeps the names in it by itself.
    """
    if os.name == "nt" and path.is_dir():
        return
    descriptor = os.open(path, os.O_RDWR if os.name == "nt" else os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
