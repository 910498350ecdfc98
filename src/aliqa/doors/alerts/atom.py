"""The newest alerts as an Atom feed (RFC 4287), for feed readers."""

from collections.abc import Sequence
from datetime import UTC, datetime
from html import escape
from xml.etree import ElementTree

from aliqa.doors.alerts.alert import Alert, Quote
from aliqa.doors.alerts.outbox import Numbered

MEDIA_TYPE = "application/atom+xml"
_SPACE = "http://www.w3.org/2005/Atom"


def written(alerts: Sequence[Numbered], address: str) -> bytes:
    """The feed; ``address`` is its own, without a key."""
    feed = ElementTree.Element("feed", xmlns=_SPACE)
    newest = max((one.alert.at for one in alerts), default=datetime.fromtimestamp(0, UTC))
    _add(feed, "id", address)
    _add(feed, "title", "aliqa: what changed")
    _add(feed, "updated", newest.isoformat())
    _add(_add(feed, "author"), "name", "aliqa")
    _add(feed, "link", rel="self", href=address)
    for one in alerts:
        _entry(feed, one.alert)
    made: bytes = ElementTree.tostring(feed, encoding="utf-8", xml_declaration=True)
    return made


def _entry(feed: ElementTree.Element, alert: Alert) -> None:
    entry = _add(feed, "entry")
    _add(entry, "id", f"urn:aliqa:alert:{alert.id}")
    _add(entry, "title", f"{alert.about}: {alert.what}")
    _add(entry, "updated", alert.at.isoformat())
    _add(entry, "category", term=alert.kind)
    if url := next((quote.url for quote in alert.new if quote.url), None):
        _add(entry, "link", rel="related", href=url)
    told = [f"<p>{escape(alert.what)}</p>"]
    told += [_quoted("New", one) for one in alert.new] + [_quoted("Before", one) for one in alert.old]
    _add(entry, "content", "".join(told), type="html")


def _quoted(label: str, one: Quote) -> str:
    day = one.published.isoformat() if one.published else None
    origin = ", ".join(filter(None, (one.title, one.source, day)))
    return f"<p>{label}: <q>{escape(one.quote)}</q> ({escape(origin)})</p>"


def _add(parent: ElementTree.Element, name: str, text: str | None = None, **attributes: str) -> ElementTree.Element:
    element = ElementTree.SubElement(parent, name, attributes)
    element.text = None if text is None else "".join(one for one in text if one.isprintable() or one in "\n\t")
    return element
