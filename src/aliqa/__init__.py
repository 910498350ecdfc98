"""Ask a folder of articles; every sentence of the answer is a verbatim quote with its place.

An article becomes passages, passages become an index; a question becomes evidence, evidence
becomes an answer. The README lists the rooms in that order.

`Library` and `build` are imported when they are first asked for: they need the models.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from aliqa.foundations import errors, settings, types
    from aliqa.foundations.types import Answer, Filters, Turn
    from aliqa.library import Library, build

__version__ = "0.2.0"
__all__ = ["Answer", "Filters", "Library", "Turn", "__version__", "build", "errors", "settings", "types"]

_HOMES: Final = {
    "Library": "aliqa.library",
    "build": "aliqa.library",
    "Answer": "aliqa.foundations.types",
    "Filters": "aliqa.foundations.types",
    "Turn": "aliqa.foundations.types",
}
_FOUNDATIONS: Final = frozenset({"errors", "settings", "types"})


def __getattr__(name: str) -> object:
    """What stands in a module of its own, imported now."""
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    if name in _FOUNDATIONS:
        return import_module(f"aliqa.foundations.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
