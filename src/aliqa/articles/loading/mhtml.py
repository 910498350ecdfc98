"""``.mhtml`` and ``.mht``: a page that a browser saved with its pictures in one file."""

from dataclasses import replace
from email import message_from_bytes
from email.policy import compat32
from typing import Final

from aliqa.articles.loading import html
from aliqa.articles.loading.characters import decode
from aliqa.articles.loading.extract import Extract, one_line
from aliqa.articles.loading.fields import ADDRESS
from aliqa.foundations.errors import ArticleError

_NO_PAGE: Final = "It holds no page. Save the page again, or as .html."


def read(data: bytes) -> Extract:
    """The article of the page. Raises ArticleError if there is none."""
    message = message_from_bytes(data, policy=compat32)
    for part in message.walk():
        payload = part.get_payload(decode=True)
        if part.get_content_type() == "text/html" and isinstance(payload, bytes) and payload.strip():
            label = part.get_content_charset()
            decoded = decode(payload, label) if label else html.decode_page(payload)
            found = html.extract(decoded.text, decoded.note)
            place = one_line(str(message.get("Snapshot-Content-Location") or part.get("Content-Location") or ""))
            return replace(found, url=found.url or (place if ADDRESS.match(place) else None))
    raise ArticleError(_NO_PAGE)
