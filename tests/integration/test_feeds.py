"""Feeds over real HTTP: what they bring, what is corrected, and who is never asked."""

import gzip
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests import commands
from tests.conftest import QUICK, ROOT, THRESHOLD, environment
from tests.integration.test_live import served, until
from tests.news_server import NewsServer, Resource, news_server

from aliqa.articles import feeds
from aliqa.articles.feeds import Feeds, Round
from aliqa.articles.loading import list_articles
from aliqa.foundations import settings as aliqa_settings
from aliqa.foundations.errors import FeedInvalid, FeedNotFound, FeedsBusy, InvalidRequest
from aliqa.foundations.settings import Settings
from aliqa.index import versions
from aliqa.library import Library, build

SALE = ("The mill at the river was sold to the town for 4 million euros on Monday.", "Ada Moss signed for the owners.")
FERRY = ("Northwind Lines ordered four electric ferries from the Brevik shipyard.", "The first sails in two years.")
LOOSE = {"ALIQA_FEEDS__PRIVATE": "true", "ALIQA_FEEDS__DELAY": "0", "ALIQA_FEEDS__RECHECK": "0"}
LOOPBACK = {"feeds": {"private": True, "delay": 0, "recheck": 0}}


@pytest.fixture
def news() -> Iterator[NewsServer]:
    with news_server() as server:
        server.publish("/mill", "The mill is sold", *SALE)
        server.publish("/ferry", "New ferries", *FERRY)
        server.list_rss("/feed", ["/mill", f"{server.address}/ferry"])
        yield server


def chosen(tmp_path: Path, **more: Any) -> Settings:
    places = {"corpus_dir": tmp_path / "corpus", "index_dir": tmp_path / "index"}
    return aliqa_settings.load(**places, **QUICK, answering={"threshold": THRESHOLD}, **{**LOOPBACK, **more})


def added(settings: Settings, url: str, *hosts: str) -> Feeds:
    kept = Feeds(settings.index_dir)
    feeds.add(kept, settings, url, hosts)
    return kept


def only(rounds: list[Round]) -> Round:
    [one] = rounds
    return one


def test_each_page_becomes_a_file_known_by_its_address(tmp_path: Path, news: NewsServer) -> None:
    settings = chosen(tmp_path)
    kept = added(settings, f"{news.address}/feed")
    one = only(feeds.poll(kept, settings))
    assert one.added == ["127.0.0.1/mill.html", "127.0.0.1/ferry.html"]
    assert (one.corrected, one.failures, one.problem) == ([], [], None)
    build(settings)
    answer = Library.open(settings).ask("Who signed for the owners of the mill?")
    assert answer.citations[0].quote == SALE[1]
    assert answer.citations[0].url == f"{news.address}/mill"


@pytest.mark.parametrize("form", ["rss", "atom", "json", "sitemap"])
def test_all_forms_of_feeds_are_read(tmp_path: Path, news: NewsServer, form: str) -> None:
    getattr(news, f"list_{form}")("/feed", [f"{news.address}/mill?utm_source=feed#top", f"{news.address}/ferry"])
    settings = chosen(tmp_path)
    one = only(feeds.poll(added(settings, f"{news.address}/feed"), settings))
    assert sorted(list_articles(settings.corpus_dir)) == ["127.0.0.1/ferry.html", "127.0.0.1/mill.html"]
    assert "/mill" in {path for _, path, _ in news.asked}
    assert not one.failures


def test_a_packed_sitemap_of_sitemaps(tmp_path: Path, news: NewsServer) -> None:
    news.list_sitemap("/part", ["/mill"])
    news.resources["/part"] = Resource(gzip.compress(news.resources["/part"].body), "application/gzip")
    news.list_sitemap("/feed", [f"{news.address}/part", f"{news.elsewhere}/part"], of_sitemaps=True)
    settings = chosen(tmp_path)
    assert only(feeds.poll(added(settings, f"{news.address}/feed"), settings)).added == ["127.0.0.1/mill.html"]
    assert {host for host, _, _ in news.asked} == {"127.0.0.1"}


def test_a_corrected_article_replaces_its_text_and_diff_shows_the_sentences(tmp_path: Path, news: NewsServer) -> None:
    settings = chosen(tmp_path)
    kept = added(settings, f"{news.address}/feed")
    feeds.poll(kept, settings)
    build(settings)
    corrected = SALE[0].replace("4 million", "6 million")
    news.publish("/mill", "The mill is sold", corrected, SALE[1])
    one = only(feeds.poll(kept, settings))
    assert (one.added, one.same) == ([], 1)
    [correction] = one.corrected
    assert (correction.doc_id, correction.changes) == ("127.0.0.1/mill.html", ((SALE[0], corrected),))
    assert [told.changes for told in kept.corrections()] == [correction.changes]
    assert len(list_articles(settings.corpus_dir)) == 2
    build(settings)
    [change] = versions.diff(settings).changed
    assert change.sentences == ((SALE[0], corrected),)
    answer = Library.open(settings).ask("For how much was the mill sold to the town?")
    assert [one.quote for one in answer.citations] == [corrected]


def test_a_page_that_says_the_same_in_other_bytes_changes_nothing(tmp_path: Path, news: NewsServer) -> None:
    settings = chosen(tmp_path)
    kept = added(settings, f"{news.address}/feed")
    feeds.poll(kept, settings)
    before = (settings.corpus_dir / "127.0.0.1/mill.html").read_bytes()
    news.publish("/mill", "The mill is sold", *SALE, noise="<a href='/'>12 readers now</a>")
    one = only(feeds.poll(kept, settings))
    assert (one.added, one.corrected, one.same) == ([], [], 2)
    assert (settings.corpus_dir / "127.0.0.1/mill.html").read_bytes() == before


def test_a_story_of_two_sites_is_a_near_copy(tmp_path: Path, news: NewsServer) -> None:
    story = (*SALE, *FERRY, "The council votes on the bridge in May.", "Rain kept the market closed all week.")
    news.publish("/mill", "The mill is sold", *story)
    news.publish("/same", "Mill changes hands", *story, "Reporting by an agency.")
    news.list_rss("/feed", ["/mill", f"{news.elsewhere}/same"])
    settings = chosen(tmp_path)
    feeds.poll(added(settings, f"{news.address}/feed", "127.0.0.2"), settings)
    build(settings)
    assert [one.copy_of for one in versions.articles(settings)] == [None, "127.0.0.1/mill.html"]


def test_what_has_not_changed_is_not_sent_again(tmp_path: Path, news: NewsServer) -> None:
    settings = chosen(tmp_path)
    kept = added(settings, f"{news.address}/feed")
    feeds.poll(kept, settings)
    news.forget()
    assert only(feeds.poll(kept, settings)).same == 2
    assert {status for _, _, status in news.asked} == {304}
    assert "/robots.txt" not in {path for _, path, _ in news.asked}
    rarely = chosen(tmp_path, feeds={"private": True, "delay": 0, "recheck": 60})
    news.forget()
    feeds.poll(kept, rarely)
    assert [path for _, path, _ in news.asked] == ["/feed"]
    news.list_atom("/feed", [f"{news.address}/mill", f"{news.address}/ferry"], updated="2026-02-02T00:00:00Z")
    feeds.poll(kept, rarely)
    news.forget()
    news.list_atom("/feed", [f"{news.address}/mill"], updated="2026-03-03T00:00:00Z")
    feeds.poll(kept, rarely)
    assert [path for _, path, _ in news.asked] == ["/feed", "/mill"]


def test_no_host_is_asked_that_was_not_added(tmp_path: Path, news: NewsServer) -> None:
    news.publish("/aside", "An aside", *FERRY)
    news.resources["/moved"] = Resource(status=302, headers={"Location": f"{news.elsewhere}/aside"})
    news.list_rss("/feed", ["/mill", "/moved", f"{news.elsewhere}/aside", "file:///etc/passwd", "ftp://127.0.0.1/x"])
    settings = chosen(tmp_path)
    kept = added(settings, f"{news.address}/feed")
    one = only(feeds.poll(kept, settings))
    assert one.added == ["127.0.0.1/mill.html"]
    assert {host for host, _, _ in news.asked} == {"127.0.0.1"}
    assert {failure.doc_id: failure.reason for failure in one.failures} == {
        "127.0.0.2": "pages left out: 1; to take them, add the feed again with --host 127.0.0.2",
        f"{news.address}/moved": "it leads to 127.0.0.2, a host that was not added",
    }
    added(settings, f"{news.address}/feed", "127.0.0.2")
    assert only(feeds.poll(kept, settings)).added == ["127.0.0.1/aside.html"]


@pytest.mark.parametrize("url", ["{0}/feed", "http://localhost:{1}/feed", "http://[::ffff:127.0.0.1]:{1}/feed"])
def test_private_addresses_are_refused(tmp_path: Path, news: NewsServer, url: str) -> None:
    settings = chosen(tmp_path, feeds={})
    with pytest.raises(FeedInvalid, match="inside this network"):
        added(settings, url.format(news.address, news.address.rpartition(":")[2]))
    assert not news.asked
    assert not Feeds(settings.index_dir).listed()


def test_robots_are_heeded(tmp_path: Path, news: NewsServer) -> None:
    news.resources["/robots.txt"] = Resource(b"User-agent: aliqa\nDisallow: /mill\n", "text/plain")
    settings = chosen(tmp_path)
    kept = added(settings, f"{news.address}/feed")
    one = only(feeds.poll(kept, settings))
    assert one.added == ["127.0.0.1/ferry.html"]
    assert [failure.reason for failure in one.failures] == ["the robots.txt of 127.0.0.1 does not allow it"]
    assert "/mill" not in {path for _, path, _ in news.asked}


def test_without_its_robots_a_site_is_not_asked(tmp_path: Path, news: NewsServer) -> None:
    news.resources["/robots.txt"] = Resource(status=500)
    with pytest.raises(FeedInvalid, match=r"robots.txt"):
        added(chosen(tmp_path), f"{news.address}/feed")
    assert {path for _, path, _ in news.asked} == {"/robots.txt"}


def test_a_server_that_fails_is_left_alone_longer_each_time(tmp_path: Path, news: NewsServer) -> None:
    settings = chosen(tmp_path)
    kept = added(settings, f"{news.address}/feed")
    news.resources["/feed"].status = 503
    news.resources["/feed"].headers["Retry-After"] = "7200"
    assert only(feeds.poll(kept, settings)).problem == "the server answers 503"
    [feed] = Feeds(settings.index_dir).listed()  # it is on the disk
    assert feed.next_at > time.time() + 7000
    assert feeds.poll(kept, settings) == []
    news.resources["/feed"].headers.clear()
    waits: list[int] = []
    for failures in range(3):
        kept.keep(replace(feed, failures=failures, next_at=0.0))
        feeds.poll(kept, settings)
        [feed] = kept.listed()
        waits.append(round((feed.next_at - (feed.checked_at or 0)) / 60))
    assert waits == [1, 2, 4]


def test_pages_that_fail_do_not_stop_others_and_wait(tmp_path: Path, news: NewsServer) -> None:
    news.resources["/gone"] = Resource(status=410)
    news.resources["/menu"] = Resource(b"<html><body><nav><a href='/'>Home</a></nav></body></html>")
    news.resources["/song"] = Resource(b"ID3", "audio/mpeg")
    news.list_rss("/feed", ["/gone", "/menu", "/mill", "/song", "/ferry"])
    settings = chosen(tmp_path)
    kept = added(settings, f"{news.address}/feed")
    one = only(feeds.poll(kept, settings))
    assert one.added == ["127.0.0.1/mill.html", "127.0.0.1/ferry.html"]
    assert len(one.failures) == 3
    news.forget()
    feeds.poll(kept, settings)
    assert {path for _, path, _ in news.asked} == {"/feed", "/mill", "/ferry"}


def test_nothing_is_a_feed_that_is_none(tmp_path: Path, news: NewsServer) -> None:
    news.resources["/bomb"] = Resource(
        b'<!DOCTYPE rss [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><rss><channel>&b;</channel></rss>',
        "text/xml",
    )
    settings = chosen(tmp_path)
    for path in ("/mill", "/nothing"):
        with pytest.raises(FeedInvalid):
            added(settings, f"{news.address}{path}")
    for url in ("feed.xml", "ftp://127.0.0.1/feed", f"{news.address.replace('//', '//user:secret@')}/feed"):
        with pytest.raises(InvalidRequest):
            added(settings, url)
    added(settings, f"{news.address}/bomb")
    with pytest.raises(InvalidRequest):
        feeds.add(Feeds(settings.index_dir), settings, f"{news.address}/feed", folder="../outside")


def test_a_deleted_article_does_not_come_back_and_a_taken_name_is_left(tmp_path: Path, news: NewsServer) -> None:
    settings = chosen(tmp_path)
    mine = settings.corpus_dir / "127.0.0.1/mill.html"
    mine.parent.mkdir(parents=True)
    mine.write_text("<p>My own notes on the mill, which nobody may overwrite.</p>")
    kept = added(settings, f"{news.address}/feed")
    assert only(feeds.poll(kept, settings)).added == ["127.0.0.1/mill-2.html", "127.0.0.1/ferry.html"]
    assert "My own notes" in mine.read_text()
    (settings.corpus_dir / "127.0.0.1/ferry.html").unlink()
    news.publish("/ferry", "New ferries", FERRY[0], "The first sails in three years.")
    one = only(feeds.poll(kept, settings))
    assert (one.added, one.corrected) == ([], [])
    assert kept.remove(f"{news.address}/feed").folder == "127.0.0.1"
    with pytest.raises(FeedNotFound):
        kept.remove("nothing")
    added(settings, f"{news.address}/feed")
    assert only(feeds.poll(kept, settings)).added == []


def test_one_process_asks_at_a_time(tmp_path: Path, news: NewsServer) -> None:
    settings = chosen(tmp_path)
    kept = added(settings, f"{news.address}/feed")
    from filelock import FileLock

    with FileLock(settings.index_dir / ".feeds.lock"), pytest.raises(FeedsBusy):
        feeds.poll(kept, settings)


@pytest.mark.slow
@pytest.mark.kill
def test_a_kill_at_any_moment_loses_and_doubles_nothing(tmp_path: Path, news: NewsServer) -> None:
    paths = [f"/story{number}" for number in range(12)]
    for number, path in enumerate(paths):
        news.publish(path, f"Story {number}", f"The harbour has {number} cranes that lift the ships.")
    news.list_rss("/feed", paths)
    settings = chosen(tmp_path)
    kept = added(settings, f"{news.address}/feed")
    news.forget()
    code = (
        "import sys; from pathlib import Path; from aliqa.articles import feeds;"
        " from aliqa.foundations import settings;"
        "s = settings.load(corpus_dir=Path(sys.argv[1]), index_dir=Path(sys.argv[2]));"
        "feeds.poll(feeds.Feeds(s.index_dir), s)"
    )
    command = [sys.executable, "-c", code, str(settings.corpus_dir), str(settings.index_dir)]
    loose = environment(**LOOSE)
    for wanted in (3, 6, 9):  # killed after so many requests for pages
        with subprocess.Popen(command, env=loose, cwd=ROOT) as process:
            while len({path for _, path, _ in news.asked} & set(paths)) < wanted and process.poll() is None:
                time.sleep(0.01)
            process.send_signal(signal.SIGKILL)
    assert subprocess.run(command, env=loose, cwd=ROOT).returncode == 0
    assert len(list_articles(settings.corpus_dir)) == len(paths)
    assert not [name for name in os.listdir(settings.corpus_dir / "127.0.0.1") if name.endswith("-2.html")]
    assert only(feeds.poll(kept, settings)).same == len(paths)


def command(settings: Settings, *words: str) -> subprocess.CompletedProcess[str]:
    """What a command of the command line says."""
    places = ["--index", str(settings.index_dir)]
    places += ["--corpus", str(settings.corpus_dir)] if words[1] in ("add", "run") else []
    return commands.run(*words, *places, env=environment(**LOOSE))


@pytest.mark.slow
def test_the_commands(tmp_path: Path, news: NewsServer) -> None:
    settings = chosen(tmp_path)
    assert command(settings, "feed", "list").stdout.startswith("There are no feeds")
    said = command(settings, "feed", "add", f"{news.address}/feed", "--into", "wire")
    assert said.stdout.endswith(f"{news.address}/feed: asks 127.0.0.1, writes into wire/\n"), said.stderr
    said = command(settings, "feed", "run")
    assert "2 new, 0 corrected" in said.stdout
    assert "Indexed 2 articles" in said.stdout
    news.publish("/mill", "The mill is sold", "The mill at the river was not sold.", SALE[1])
    said = command(settings, "feed", "run")
    assert "+ The mill at the river was not sold." in said.stdout
    news.resources["/feed"].status = 500
    said = command(settings, "feed", "run")
    assert (said.returncode, "the server answers 500" in said.stderr) == (1, True)
    assert "the server answers 500; again from" in command(settings, "feed", "list").stdout
    assert command(settings, "feed", "remove", f"{news.address}/feed").stdout.startswith("Removed")


@pytest.mark.slow
def test_a_server_takes_what_feeds_bring(tmp_path: Path, news: NewsServer) -> None:
    settings = chosen(tmp_path)
    settings.corpus_dir.mkdir()
    (settings.corpus_dir / "note.txt").write_text("The harbour master keeps a diary of all storms.")
    with served(settings, **LOOSE, ALIQA_FEEDS__INTERVAL="0.01") as client:
        assert client.call("GET", "/feeds")[0] == 200
        status, feed = client.call("POST", "/feeds", {"url": f"{news.address}/feed"})
        assert (status, feed["hosts"]) == (201, ["127.0.0.1"])
        until(
            lambda: client.call("POST", "/ask", {"question": "Who signed for the owners of the mill?"})[1].get(
                "answered"
            )
        )
        news.publish("/mill", "The mill is sold", SALE[0], "Ben Ash signed for the owners.")
        until(lambda: "Ben Ash" in client.ask("Who signed for the owners of the mill?")["answer"])
        corrections: Any = client.call("GET", "/feeds/corrections")[1]
        assert [one["changes"] for one in corrections] == [[[SALE[1], "Ben Ash signed for the owners."]]]
        assert client.call("DELETE", f"/feeds/{feed['id']}")[0] == 200
        assert client.call("DELETE", f"/feeds/{feed['id']}")[0] == 404
        assert client.call("POST", "/feeds", {"url": f"{news.address}/mill"})[0] == 422
