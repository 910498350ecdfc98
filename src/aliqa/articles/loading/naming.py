"""Tells names that somebody gave from those that programs write where nobody gave one."""

import re
from typing import Final

_NOBODY: Final = frozenset(
    [
        "admin",
        "administrator",
        "author",
        "authors",
        "user",
        "username",
        "unknown",
        "anonymous",
        "anonym",
        "root",
        "owner",
        "default",
        "guest",
        "webmaster",
        "editor",
        "redaktion",
        "none",
        "null",
        "n/a",
        "microsoft",
        "office",
        "autor",
        "auteur",
        "usuario",
        "gast",
        "python-docx",
    ]
)
"""What stands for an author where none is named; the words mean roles and accounts, not people."""
_NOTHING: Final = re.compile(
    r"(?i:untitled(?:[ -]?document)?(?:[ -]?\d+)?|(?:microsoft |ms )?word[ -]?document|document ?\d*|dokument ?\d*|presentation ?\d*|powerpoint[ -]presentation"
    r"|new (?:text )?document|unbenannt\w*|sans titre|\(?unspecified\)?|\(?anonymous\)?|microsoft \w+ - .*|no[ -]title|title|slide 1|print)|[^\s]*\.(?i:docx?|indd|qxd|pdf|pages|odt|rtf|tex|dvi|txt|html?|pptx?|xlsx?|ps|md|p65)"
)


def is_name(words: str | None) -> bool:
    """Whether somebody gave this name or title.

    >>> is_name("Ada Lind"), is_name("admin"), is_name("Word Document"), is_name("draft7.indd"), is_name("https://x.example/a")
    (True, False, False, False, False)
    """
    bare = " ".join((words or "").split()).strip("()[]{}\"'")
    return (
        bool(bare)
        and bare.casefold() not in _NOBODY
        and not _NOTHING.fullmatch(bare)
        and not bare.startswith(("http:", "https:"))
    )
