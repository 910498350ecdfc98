"""Pages and pictures without text, read by optical character recognition where the extra ``aliqa[ocr]`` is installed."""

from typing import Any, Final

from aliqa.foundations.errors import ArticleError

_NO_WORDS: Final = (
    'It holds pictures of pages, no text. Install "aliqa[ocr]", or have its text recognised (OCR) and save it again.'
)


def recognise_pages(document: Any) -> tuple[str, tuple[int, ...], str | None]:
    """The text of a document of pictures. Raises ArticleError if nothing can read them."""
    raise ArticleError(_NO_WORDS)
