"""Tells names that somebody gave from those that programs write where nobody gave one."""

import re
from typing import Final

_NOBODY: Final = frozenset(
    (
        "admin administrator administrateur author authors user users username unknown anonymous anonym root owner"
        " default guest webmaster editor redaktion none null n/a microsoft office windows autor auteur usuario gast"
        " account pc home computer python-docx"
    ).split()
)
"""What stands for an author where none is named: words for roles, accounts and machines; a name has another word."""
_NOTHING: Final = re.compile(
    r"""
    untitled(?:[ -]?document)? (?:[ -]?\d+)? | unbenannt\w* | sans[ ]titre | no[ -]title
    | (?:(?:microsoft|ms)[ ])? word[ -]?document | new[ ](?:text[ ])?document
    | (?:document|dokument|presentation)[ ]?\d* | powerpoint[ -]presentation | slide[ ]1
    | \(? (?:unspecified|anonymous) \)? | microsoft[ ]\w+[ ]-[ ].*
    | \S* \. (?:docx?|indd|qxd|pdf|pages|odt|rtf|tex|dvi|txt|html?|pptx?|xlsx?|ps|md|p65)  # a file's name
    """,
    re.IGNORECASE | re.VERBOSE,
)


def is_name(words: str | None) -> bool:
    """Whether somebody gave this name or title.

    >>> is_name("Ada Lind"), is_name("admin"), is_name("Word Document"), is_name("draft7.indd"), is_name("https://x.example/a")
    (True, False, False, False, False)
    """
    bare = " ".join((words or "").split()).strip("()[]{}\"'")
    return (
        bool(bare)
        and not _NOBODY.issuperset(bare.casefold().split())
        and not _NOTHING.fullmatch(bare)
        and not bare.startswith(("http:", "https:"))
    )
