"""Tells what changed: watched questions and names, new disagreements, corrections; by webhook, mail and Atom feed.

alert.py     what an alert says, and how it is known again
outbox.py    keeps alerts and what is still to be sent, so that a kill loses and doubles none
finding.py   finds what is new in an index version
webhook.py   posts it, signed          mail.py   mails it          atom.py   lists it
sending.py   sends what waits, and tries again
"""

from collections.abc import Sequence
from threading import Event
from typing import TYPE_CHECKING

from aliqa.articles.feeds import Feeds
from aliqa.doors.alerts import finding
from aliqa.doors.alerts.outbox import Outbox
from aliqa.doors.alerts.sending import Sent, receivers_of, send
from aliqa.doors.kept.access import require
from aliqa.foundations.errors import InvalidRequest
from aliqa.foundations.settings import Settings
from aliqa.foundations.types import Watched

if TYPE_CHECKING:
    from aliqa.library import Library

MOST_NAMES = 200
"""How many names are watched, at most: each new index version is searched for them all."""


class Alerts:
    """The alerts of an index folder. Safe to share between threads and processes."""

    def __init__(self, settings: Settings) -> None:
        """Open and send nothing yet."""
        self._receivers = receivers_of(settings.alerts)
        self._feeds = Feeds(settings.index_dir)
        self.outbox = Outbox(settings.index_dir, tuple(self._receivers))

    def answers(self, changed: Sequence[Watched]) -> None:
        """Keep an alert for each watched question whose answer says something else.

        One that is kept is not kept twice.
        """
        self.outbox.put(finding.answers(changed))

    def watch_name(self, name: str, library: "Library") -> str:
        """Watch a name from now on: articles that mention it already are not told. Raises InvalidRequest."""
        require("manage")
        known = library.mentions(name)
        name = name.strip()
        if len(self.outbox.names()) >= MOST_NAMES and name not in self.outbox.names():
            raise InvalidRequest("name", f"{MOST_NAMES} names are watched already; remove one first")
        self.outbox.add_name(name, [one.doc_id for one in known])
        return name

    def look(self, library: "Library") -> None:
        """Keep alerts for what an index version has that is new, unless it was looked at."""
        if self.outbox.looked_at() != library.info.version:
            finding.look(self.outbox, library)
        finding.corrections(self.outbox, self._feeds)

    def send(self, stop: Event | None = None) -> Sent:
        """Send what waits and whose time it is."""
        return send(self.outbox, self._receivers, stop or Event())
