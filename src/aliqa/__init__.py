"""Ask a folder of articles; every sentence of the answer is a verbatim quote with its place.

An article becomes passages, passages become an index; a question becomes evidence, evidence
becomes an answer. The README lists the rooms in that order.

`Library` is imported when it is first asked for: it needs the models.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from aliqa.foundations import errors, settings, types
    from aliqa.library import Library

__version__ = "0.1.0"
__all__ = ["Library", "__version__", "errors", "settings", "types"]

_FOUNDATIONS: Final = frozenset({"errors", "settings", "types"})


def __getattr__(name: str) -> object:
    """`Library` and the foundations, imported now."""
    if name == "Library":
        return import_module("aliqa.library").Library
    if name in _FOUNDATIONS:
        return import_module(f"aliqa.foundations.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
