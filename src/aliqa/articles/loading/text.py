"""``.txt``, ``.md`` and the like: the text is the file."""

from aliqa.articles.loading.characters import decode
from aliqa.articles.loading.extract import Extract
from aliqa.articles.loading.front_matter import read_front_matter


def read(data: bytes) -> Extract:
    """The file as it is, and what its front matter says. Raises ArticleError if it is no text."""
    text, note = decode(data)
    fields, body_start = read_front_matter(text)
    return Extract(text, **fields._asdict(), body_start=body_start, reading=note)
