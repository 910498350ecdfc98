"""Where a file was fetched from, noted beside it.

A fetched file stays what the server sent, and few formats say where they came from. So the address is
kept in a hidden file beside it, with the hash of the file: once the file changes, the note says nothing.
"""

import json
import os
from pathlib import Path


def note_origin(path: Path, url: str, sha256: str) -> None:
    """Note that the file that will be at ``path``, of bytes with this hash, came from ``url``. Raises OSError."""
    Path(_note(path)).write_text(json.dumps({"url": url, "sha256": sha256}) + "\n", encoding="utf-8")


def read_origin(path: Path, sha256: str) -> str | None:
    """The address that the file at ``path`` was fetched from; None if nobody noted it, or for other bytes."""
    noted = _noted(path)
    return noted[0] if noted and noted[1] == sha256 else None


def noted_url(path: Path) -> str | None:
    """The address that a file at ``path`` was fetched from, whatever it holds now; None if nobody noted it."""
    noted = _noted(path)
    return noted[0] if noted else None


def _noted(path: Path) -> tuple[str, str] | None:
    try:
        with open(_note(path), encoding="utf-8") as note:
            noted = json.load(note)
        return str(noted["url"]), str(noted["sha256"])
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None


def _note(path: Path) -> str:
    folder, name = os.path.split(path)  # as text: this is done for every file of every build
    return os.path.join(folder, f".{name}.origin")
