"""Sends what waits: oldest first, one process at a time, again and again until a receiver takes it."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pkgutil import resolve_name
from threading import Event
from typing import Final, Protocol

from filelock import FileLock, Timeout

from aliqa.doors.alerts.alert import Alert
from aliqa.doors.alerts.outbox import Outbox, soon
from aliqa.foundations.settings import AlertSettings

AT_ONCE: Final = 100
"""How many alerts are sent to a receiver before it is looked whether something else is to be done."""


class Down(Exception):
    """A receiver takes nothing now."""


class Refused(Exception):
    """A receiver does not take this alert; it may take others."""


class Receiver(Protocol):
    """Whoever alerts are sent to."""

    def send(self, alert: Alert) -> None:
        """Hand over one alert. Raises Down or Refused."""

    def close(self) -> None:
        """End the connection."""


@dataclass(slots=True)
class Sent:
    """How many alerts were taken, and what went wrong, by receiver."""

    sent: int = 0
    problems: dict[str, str] = field(default_factory=dict)


def receivers_of(settings: AlertSettings) -> dict[str, Receiver]:
    """The receivers that are set, by name."""
    found: dict[str, Receiver] = {}
    if settings.webhook and settings.webhook_secret:
        webhook = resolve_name("aliqa.doors.alerts.webhook:Webhook")
        found["webhook"] = webhook(settings.webhook, settings.webhook_secret.get_secret_value())
    if settings.mail_to:
        found["mail"] = resolve_name("aliqa.doors.alerts.mail:Mail")(settings)
    return found


def send(outbox: Outbox, receivers: Mapping[str, Receiver], stop: Event) -> Sent:
    """Send to each receiver what waits for it and whose time it is; nothing if another process does so."""
    done = Sent()
    if not any(outbox.due(name, time.time(), 1) for name in receivers):
        return done
    lock = FileLock(outbox.folder / ".alerts.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        return done
    try:
        for name, receiver in receivers.items():
            _send_to(outbox, name, receiver, stop, done)
    finally:
        lock.release()
    return done


def _send_to(outbox: Outbox, name: str, receiver: Receiver, stop: Event, done: Sent) -> None:
    try:
        for numbered, tries in outbox.due(name, time.time(), AT_ONCE):
            if stop.is_set():
                return
            try:
                receiver.send(numbered.alert)
            except Refused as error:
                outbox.refused(name, numbered.number, soon(tries), str(error))
                done.problems[name] = str(error)
            except Down as error:  # the others would fail, too: they wait with it
                for other, times in outbox.due(name, time.time(), AT_ONCE):
                    outbox.refused(name, other.number, soon(times), str(error))
                done.problems[name] = str(error)
                return
            else:
                outbox.sent(name, numbered.number)
                done.sent += 1
    finally:
        receiver.close()
