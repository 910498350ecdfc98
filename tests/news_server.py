"""A newsroom's web server: feeds, pages, corrections, errors, redirects, answers that come slowly or not at all."""

import json
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Resource:
    """What is at an address. ``stall`` keeps the client waiting until the server closes."""

    body: bytes = b""
    kind: str = "text/html; charset=utf-8"
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    marked: bool = True
    stall: bool = False


class NewsServer:
    """Serves `resources` by path at 127.0.0.1, and at ``elsewhere``, 127.0.0.2, too.

    `asked` are host, path and status.
    """

    def __init__(self) -> None:
        self.resources: dict[str, Resource] = {}
        self.asked: list[tuple[str, str, int]] = []
        self._closing = threading.Event()
        news = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                found = news.resources.get(self.path, Resource(b"not here", status=404))
                tag = f'"{sha256(found.body).hexdigest()[:16]}"'
                known = found.marked and self.headers.get("If-None-Match") == tag and found.status == 200
                status = 304 if known else found.status
                news.asked.append((self.headers["Host"].partition(":")[0], self.path, status))
                if found.stall:
                    news._closing.wait()
                self.send_response(status)
                for name, value in found.headers.items():
                    self.send_header(name, value)
                if found.marked:
                    self.send_header("ETag", tag)
                self.send_header("Content-Type", found.kind)
                self.send_header("Content-Length", "0" if status == 304 else str(len(found.body)))
                self.end_headers()
                if status != 304:
                    self.wfile.write(found.body)

            def log_message(self, *_: object) -> None:
                pass

        first = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._servers = [first, ThreadingHTTPServer(("127.0.0.2", first.server_port), Handler)]
        self.address = f"http://127.0.0.1:{first.server_port}"
        self.elsewhere = f"http://127.0.0.2:{first.server_port}"
        for server in self._servers:
            server.daemon_threads = True
            threading.Thread(target=server.serve_forever, daemon=True).start()

    def close(self) -> None:
        """Let go of who waits, and end."""
        self._closing.set()
        for server in self._servers:
            server.shutdown()
            server.server_close()

    def publish(self, path: str, title: str, *paragraphs: str, noise: str = "") -> None:
        """A page with an article; ``noise`` is what else is on it."""
        told = "".join(f"<p>{escape(one)}</p>" for one in paragraphs)
        self.resources[path] = Resource(
            f"<html><head><title>{escape(title)}</title></head><body><nav>{noise}</nav>"
            f"<article><h1>{escape(title)}</h1>"
            f"{told}</article></body></html>".encode()
        )

    def list_rss(self, path: str, links: Sequence[str]) -> None:
        """A feed that lists these addresses."""
        items = "".join(f"<item><title>x</title><link>{escape(link)}</link></item>" for link in links)
        body = f'<?xml version="1.0"?><rss version="2.0"><channel><title>News</title>{items}</channel></rss>'
        self.resources[path] = Resource(body.encode(), "application/rss+xml")

    def list_atom(self, path: str, links: Sequence[str], updated: str = "2026-01-01T00:00:00Z") -> None:
        """The same in Atom."""
        entries = "".join(
            f'<entry><id>{escape(link)}</id><updated>{updated}</updated><link href="{escape(link)}"/></entry>'
            for link in links
        )
        body = f'<feed xmlns="http://www.w3.org/2005/Atom"><title>News</title>{entries}</feed>'
        self.resources[path] = Resource(body.encode(), "application/atom+xml")

    def list_json(self, path: str, links: Sequence[str]) -> None:
        """The same as a JSON Feed."""
        items = [{"id": link, "url": link, "content_text": "x"} for link in links]
        body = json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "News", "items": items})
        self.resources[path] = Resource(body.encode(), "application/feed+json")

    def list_sitemap(self, path: str, links: Sequence[str], *, of_sitemaps: bool = False) -> None:
        """The same as a sitemap, or a sitemap of sitemaps."""
        whole, each = ("sitemapindex", "sitemap") if of_sitemaps else ("urlset", "url")
        told = "".join(f"<{each}><loc>{escape(link)}</loc></{each}>" for link in links)
        body = f'<{whole} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{told}</{whole}>'
        self.resources[path] = Resource(body.encode(), "application/xml")

    def forget(self) -> None:
        """Begin to write down anew who asked."""
        self.asked.clear()


@contextmanager
def news_server() -> Iterator[NewsServer]:
    server = NewsServer()
    try:
        yield server
    finally:
        server.close()
