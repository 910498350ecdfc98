"""What changed is told over a real webhook, a real mail server and as a feed: once, and not lost if nobody listens."""

import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import feedparser
import pytest
from tests import commands
from tests.conftest import QUICK, ROOT, THRESHOLD, environment
from tests.integration.test_live import served, until
from tests.receivers import SECRET, MailServer, WebhookServer, mail_server, webhook_server

from aliqa.doors.alerts import Alerts, outbox
from aliqa.doors.alerts.alert import Alert, Quote
from aliqa.doors.kept.access import Keys
from aliqa.doors.kept.watchlist import Watchlist
from aliqa.foundations import settings as aliqa_settings
from aliqa.foundations.errors import NameNotWatched, SettingsError
from aliqa.foundations.settings import Settings
from aliqa.library import Library, build

SALE = "The mill at the river was sold to the town for 4 million euros on Monday.\n"
FERRY = "Northwind Lines ordered four electric ferries from the Brevik shipyard.\n"
PRICE = "For how much was the mill sold to the town?"


@pytest.fixture
def webhook() -> Iterator[WebhookServer]:
    with webhook_server() as server:
        yield server


@pytest.fixture
def mail() -> Iterator[MailServer]:
    with mail_server() as server:
        yield server


def to(webhook: WebhookServer | None = None, mail: MailServer | None = None) -> dict[str, Any]:
    """The settings that send to these."""
    found: dict[str, Any] = {}
    if webhook:
        found |= {"webhook": webhook.address, "webhook_secret": SECRET}
    if mail:
        found |= {"mail_to": "desk@news.example night@news.example", "mail_from": "aliqa@news.example"}
        found |= {"smtp_host": "127.0.0.1", "smtp_port": mail.port, "smtp_security": "none"}
    return found


def chosen(tmp_path: Path, **alerts: Any) -> Settings:
    places = {"corpus_dir": tmp_path / "corpus", "index_dir": tmp_path / "index"}
    (tmp_path / "corpus").mkdir(exist_ok=True)
    (tmp_path / "corpus" / "ferry.txt").write_text(FERRY)
    return aliqa_settings.load(**places, **QUICK, answering={"threshold": THRESHOLD}, alerts=alerts)


def written(settings: Settings, **articles: str) -> Library:
    """The library once these articles are in it."""
    for name, text in articles.items():
        (settings.corpus_dir / f"{name}.txt").write_text(text)
    build(settings)
    return Library.open(settings)


def asked(settings: Settings, library: Library) -> Alerts:
    """The alerts once the watched questions were asked and the version was looked at."""
    alerts = Alerts(settings)
    Watchlist(settings.index_dir, alerts.answers).run(library.ask)
    alerts.look(library)
    return alerts


def at_once(settings: Settings) -> None:
    """Let what waits be tried again now."""
    with outbox.Outbox(settings.index_dir)._database.changing() as db:
        db.execute("UPDATE waiting SET next_at = 0")


def test_a_changed_answer_is_told_once_with_both_quotes(
    tmp_path: Path, webhook: WebhookServer, mail: MailServer
) -> None:
    settings = chosen(tmp_path, **to(webhook, mail))
    library = written(settings, mill=SALE)
    Watchlist(settings.index_dir).add_and_ask(PRICE, library.ask)
    assert asked(settings, library).send().sent == 0
    new = SALE.replace("4 million", "6 million")
    library = written(settings, mill=new)
    alerts = asked(settings, library)
    assert alerts.send().sent == 2
    asked(settings, library).send()
    [body] = webhook.bodies.values()
    assert body["type"] == "aliqa.answer"
    assert [one["quote"] for one in body["data"]["new"]] == [new.strip()]
    assert [one["quote"] for one in body["data"]["old"]] == [SALE.strip()]
    assert (body["data"]["about"], body["data"]["new"][0]["doc_id"]) == (PRICE, "mill.txt")
    assert not webhook.forged
    [letter] = mail.mails
    assert letter["To"] == "desk@news.example, night@news.example"
    assert letter["Message-ID"] == f"<{webhook.ids[0]}@aliqa.invalid>"
    text = letter.get_content()
    assert f"New: “{new.strip()}”" in text
    assert f"Before: “{SALE.strip()}”" in text


def test_an_answer_that_comes_back_is_told_again(tmp_path: Path) -> None:
    settings = chosen(tmp_path)
    library = written(settings, mill=SALE)
    Watchlist(settings.index_dir).add_and_ask(PRICE, library.ask)
    for price in ("6", "4", "6"):
        asked(settings, written(settings, mill=SALE.replace("4 million", f"{price} million")))
    assert len(Alerts(settings).outbox.newest()) == 3


def test_a_change_that_was_written_down_but_not_told_is_told_before_the_next(
    tmp_path: Path, webhook: WebhookServer
) -> None:
    settings = chosen(tmp_path, **to(webhook))
    library = written(settings, mill=SALE)
    Watchlist(settings.index_dir).add_and_ask(PRICE, library.ask)
    library = written(settings, mill=SALE.replace("4 million", "6 million"))
    Watchlist(settings.index_dir).run(library.ask)  # as if this process had been killed before it told
    asked(settings, written(settings, mill=SALE.replace("4 million", "7 million"))).send()
    Watchlist(settings.index_dir, Alerts(settings).answers).tell_again()
    Alerts(settings).send()
    told = [webhook.bodies[one]["data"] for one in webhook.ids]
    assert [(one["before"][-24:], one["answer"][-24:]) for one in told] == [
        (SALE.strip()[-20:] + " [1]", SALE.strip()[-20:] + " [1]")
    ] * 2
    assert ["6 million" in told[0]["answer"], "6 million" in told[1]["before"], "7 million" in told[1]["answer"]] == [
        True
    ] * 3


def test_names_and_new_disagreements_are_told_and_old_ones_are_not(tmp_path: Path, webhook: WebhookServer) -> None:
    settings = chosen(tmp_path, **to(webhook))
    library = written(settings, mill=SALE + "Ada Moss signed for the owners.\n")
    alerts = Alerts(settings)
    alerts.watch_name("Ada Moss", library)
    alerts.look(library)
    library = written(settings, bridge="The bridge was closed. Ada Moss, an engineer, saw the crack first.\n")
    alerts.look(library)
    alerts.look(library)
    [one] = alerts.outbox.newest()
    assert (one.alert.kind, one.alert.about, one.alert.new[0].doc_id) == ("name", "Ada Moss", "bridge.txt")
    assert one.alert.new[0].quote == "Ada Moss, an engineer, saw the crack first."
    alerts.outbox.remove_name("Ada Moss")
    with pytest.raises(NameNotWatched):
        alerts.outbox.remove_name("Ada Moss")
    written(settings, fire="Ada Moss put out a fire.\n")
    alerts.look(Library.open(settings))
    assert len(alerts.outbox.newest()) == 1


def test_what_a_receiver_does_not_take_is_kept_and_tried_again(
    tmp_path: Path, webhook: WebhookServer, mail: MailServer
) -> None:
    settings = chosen(tmp_path, **to(webhook, mail))
    alerts = Alerts(settings)
    webhook.status, mail.refusal = 503, "451 later"
    alerts.outbox.put([_alert(number) for number in range(3)])
    done = alerts.send()
    assert (done.sent, done.problems) == (
        0,
        {"webhook": "the webhook answers 503", "mail": "the mail server answers 451 later"},
    )
    assert alerts.send().problems == {}  # it is not yet time
    webhook.status, mail.refusal = 204, ""
    assert Alerts(settings).send().sent == 0
    waiting = {one.receiver: one for one in alerts.outbox.waiting()}
    assert (waiting["webhook"].alerts, waiting["webhook"].problem) == (3, "the webhook answers 503")
    at_once(settings)
    assert Alerts(settings).send().sent == 6
    assert webhook.ids == ["0", "1", "2"]
    assert len(mail.mails) == 3


def test_one_alert_that_is_refused_does_not_hold_up_the_others(tmp_path: Path, webhook: WebhookServer) -> None:
    settings = chosen(tmp_path, **to(webhook))
    alerts = Alerts(settings)
    webhook.status = 400
    alerts.outbox.put([_alert(1)])
    assert alerts.send().problems == {"webhook": "the webhook answers 400"}
    webhook.status = 204
    alerts.outbox.put([_alert(2)])
    assert alerts.send().sent == 1
    at_once(settings)
    assert alerts.send().sent == 1
    assert webhook.ids == ["2", "1"]


def test_what_waits_is_bounded(tmp_path: Path, webhook: WebhookServer, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = chosen(tmp_path, **to(webhook))
    monkeypatch.setattr(outbox, "MOST_WAITING", 5)
    monkeypatch.setattr(outbox, "MOST_KEPT", 3)
    alerts = Alerts(settings)
    for number in range(12):
        alerts.outbox.put([_alert(number)])
    [waiting] = alerts.outbox.waiting()
    assert (waiting.alerts, waiting.dropped) == (5, 7)
    assert alerts.send().sent == 5
    assert webhook.ids == ["7", "8", "9", "10", "11"]
    alerts.outbox.put([_alert(3)])
    assert alerts.send().sent == 0  # it was told before, though it was dropped
    alerts.outbox.put([_alert(12)])
    assert len(alerts.outbox.newest()) == 3


def test_nothing_is_sent_unasked_and_half_settings_are_refused(tmp_path: Path) -> None:
    alerts = Alerts(chosen(tmp_path))
    alerts.outbox.put([_alert(1)])
    assert (alerts.send().sent, alerts.outbox.waiting()) == (0, [])
    for half in (
        {"webhook": "http://127.0.0.1:1/"},
        {"mail_to": "a@b.example"},
        {"webhook": "ftp://x", "webhook_secret": "x"},
    ):
        with pytest.raises(SettingsError):
            chosen(tmp_path, **half)


def _alert(number: int) -> Alert:
    from datetime import UTC, datetime

    quote = Quote("Rain fell.", "a.txt", "Rain")
    return Alert(
        str(number), "name", datetime(2026, 1, 1, tzinfo=UTC), "Rain\nBcc: x@y.example", "It rained.", (quote,)
    )


CHILD = """
import sys
from aliqa.doors.alerts import Alerts
from aliqa.doors.alerts.webhook import Webhook
from aliqa.foundations import settings

alerts = Alerts(settings.load(index_dir=sys.argv[1]))
while alerts.send().sent:
    pass
"""


@pytest.mark.kill
def test_a_kill_while_sending_loses_none_and_doubles_are_known_by_their_id(
    tmp_path: Path, webhook: WebhookServer
) -> None:
    settings = chosen(tmp_path, **to(webhook))
    Alerts(settings).outbox.put([_alert(number) for number in range(60)])
    variables = environment(ALIQA_ALERTS__WEBHOOK=webhook.address, ALIQA_ALERTS__WEBHOOK_SECRET=SECRET)
    command = [sys.executable, "-c", CHILD, str(settings.index_dir)]
    kills = 0
    for wanted in (10, 25, 40):
        with subprocess.Popen(command, env=variables, cwd=ROOT) as process:
            while len(webhook.ids) < wanted and process.poll() is None:
                time.sleep(0.001)
            process.send_signal(signal.SIGKILL)
            kills += 1
    Alerts(settings).send()
    assert set(webhook.ids) == {str(number) for number in range(60)}
    assert len(webhook.ids) <= 60 + kills  # the alert that was under way may come twice, under the same id
    assert Alerts(settings).outbox.waiting()[0].alerts == 0


@pytest.mark.slow
def test_a_server_tells_and_its_feed_takes_the_key_in_the_address(tmp_path: Path, webhook: WebhookServer) -> None:
    settings = chosen(tmp_path)
    written(settings, mill=SALE)
    variables = {"ALIQA_ALERTS__WEBHOOK": webhook.address, "ALIQA_ALERTS__WEBHOOK_SECRET": SECRET}
    with served(settings, "--watch", **variables) as client:
        assert client.call("POST", "/watchlist", {"question": PRICE})[0] == 201
        assert client.call("POST", "/watchlist/names", {"name": "Ada Moss"}) == (201, {"names": ["Ada Moss"]})
        (settings.corpus_dir / "mill.txt").write_text(SALE.replace("4 million", "6 million"))
        until(lambda: webhook.ids)
        (settings.corpus_dir / "deed.txt").write_text("Ada Moss signed the deed in June.\n")
        until(lambda: [one for one in webhook.bodies.values() if one["type"] == "aliqa.name"])
        found = client.call("GET", "/alerts")[1]
        assert {one["alert"]["id"] for one in found["alerts"]} == set(webhook.ids)
        feed = feedparser.parse(urllib.request.urlopen(f"{client.address}/watchlist.atom").read())
        assert not feed.bozo
        assert {one.id.removeprefix("urn:aliqa:alert:") for one in feed.entries} == set(webhook.ids)
        assert "6 million euros" in next(one for one in feed.entries if PRICE in one.title).content[0].value
        assert client.call("DELETE", "/watchlist/names/Ada%20Moss") == (200, {"names": []})
        assert client.call("DELETE", "/watchlist/names/Ada%20Moss")[0] == 404
        key = Keys(settings.index_dir).add("reader", ("ask",))
        assert status(f"{client.address}/watchlist.atom") == 401
        assert status(f"{client.address}/watchlist.atom?key=guess") == 401
        assert status(f"{client.address}/watchlist.atom?key={key}") == 200
        assert status(f"{client.address}/articles?key={key}") == 401
        assert key not in urllib.request.urlopen(f"{client.address}/watchlist.atom?key={key}").read().decode()


def status(address: str) -> int:
    try:
        with urllib.request.urlopen(address) as response:
            return int(response.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code


@pytest.mark.slow
def test_the_commands(tmp_path: Path, webhook: WebhookServer) -> None:
    settings = chosen(tmp_path)
    written(settings, mill=SALE)
    variables = environment(ALIQA_ALERTS__WEBHOOK=webhook.address, ALIQA_ALERTS__WEBHOOK_SECRET=SECRET)

    def said(*words: str) -> str:
        done = commands.run(*words, "--index", settings.index_dir, env=variables)
        assert not done.stderr
        return done.stdout

    said("watch", "add", PRICE)
    assert said("watch", "name", "Ada Moss") == "Watching Ada Moss\n"
    assert said("watch", "list").endswith("Name: Ada Moss\n")
    assert said("alerts", "list") == "0 wait for the webhook\nThere are no alerts yet.\n"
    written(settings, mill=SALE.replace("4 million", "6 million"))
    said("watch", "run")
    assert len(webhook.ids) == 1
    assert "Before: “The mill at the river was sold to the town for 4 million euros" in said("alerts", "list")
    assert said("alerts", "send") == "Sent 0.\n"
    assert said("watch", "remove", "Ada Moss") == "Removed Ada Moss\n"
