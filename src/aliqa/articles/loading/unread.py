"""Formats of articles that only the programs that made them read well: listed with what to do, never passed over."""

from typing import NoReturn

from aliqa.foundations.errors import ArticleError


def read(data: bytes) -> NoReturn:
    """Raise ArticleError: files of this format are not read."""
    raise ArticleError(
        "aliqa does not read this format. Open it in the program that made it and save it as .docx, .pdf or .txt."
    )
