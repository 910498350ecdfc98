"""``.eml``: a saved mail, for instance a newsletter; the text is its plain part, else its HTML part."""

import email
from datetime import date
from email.headerregistry import AddressHeader, DateHeader
from email.policy import default

from aliqa.articles.loading import html
from aliqa.articles.loading.extract import Extract, clean
from aliqa.foundations.errors import ArticleError


def read(data: bytes) -> Extract:
    """The words of a mail, with its subject, sender and day. Raises ArticleError if it has none."""
    try:
        message = email.message_from_bytes(data, policy=default)
        if not any(name in message for name in ("Subject", "From", "Date", "Message-ID")):
            raise ArticleError("It is no mail: it has no subject, sender or date. Save the mail again as .eml.")
        part = message.get_body(preferencelist=("plain", "html"))
        content = str(part.get_content()) if part else ""
        subject, sender, day = message["Subject"], _sender(message["From"]), _day(message["Date"])
    except ArticleError:
        raise
    except Exception as error:  # a broken mail may fail anywhere inside the library
        raise ArticleError("It is a broken mail. Save it again as .eml.") from error
    found = html.extract(content) if part and part.get_content_subtype() == "html" else Extract(clean(content))
    return Extract(found.text, subject and str(subject), sender, found.source, day, found.url)


def _sender(header: AddressHeader | None) -> str | None:
    """Who wrote it, by name if it is given."""
    address = next(iter(header.addresses), None) if header is not None else None
    return (address.display_name or address.addr_spec) if address else None


def _day(header: DateHeader | None) -> date | None:
    return header.datetime.date() if header is not None and header.datetime else None
