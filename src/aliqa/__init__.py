"""Ask a folder of articles; every sentence of the answer is a verbatim quote with its place.

An article becomes passages, passages become an index; a question becomes evidence, evidence
becomes an answer. The README lists the rooms in that order.

`Library` is imported when it is first asked for: it needs the models.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aliqa.library import Library

__version__ = "0.1.0"
__all__ = ["Library", "__version__"]


def __getattr__(name: str) -> object:
    """`Library`, imported now."""
    if name == "Library":
        from aliqa.library import Library

        return Library
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
