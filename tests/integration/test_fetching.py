"""Redirects that a page of the internet sends: none leads into the network of whoever fetches it."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address

import pytest

from aliqa.articles.fetching import Address, fetch
from aliqa.foundations.errors import FetchFailed

PAGE = b"<html><body><article><p>The mill at the river was sold to the town on Monday.</p></article></body></html>"
INTERNET = ip_address("127.0.0.2")
"""An address of this machine that stands for the internet."""


def on_the_internet(address: Address) -> bool:
    return address == INTERNET


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """Servers at both addresses: ``/to/HOST/PATH`` redirects, ``/page`` is a page; `asked` are the hosts asked."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.headers["Host"].partition(":")[0])
            where = self.path.removeprefix("/to/")
            self.send_response(302 if where != self.path else 200)
            if where != self.path:
                self.send_header("Location", where if where.startswith("page") else f"http://{where}")
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(PAGE)))
            self.end_headers()
            self.wfile.write(PAGE)

        def log_message(self, *_: object) -> None:
            pass

    inside = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    servers = [inside, ThreadingHTTPServer((str(INTERNET), inside.server_port), Handler)]
    for server in servers:
        threading.Thread(target=server.serve_forever, daemon=True).start()
    yield inside.server_port
    for server in servers:
        server.shutdown()
        server.server_close()


asked: list[str] = []


@pytest.mark.parametrize(
    "inside", ["127.0.0.1:{port}/page", "localhost:{port}/page", "127.0.0.2:{port}/to/127.0.0.1:{port}/page"]
)
def test_no_redirect_of_the_internet_leads_into_this_network(port: int, inside: str) -> None:
    asked.clear()
    with pytest.raises(FetchFailed, match="inside this network"):
        fetch(f"http://{INTERNET}:{port}/to/" + inside.format(port=port), on_the_internet)
    assert set(asked) == {str(INTERNET)}


def test_other_redirects_are_followed_and_the_address_is_the_last_one(port: int) -> None:
    for start, end in (
        (f"{INTERNET}:{port}/to/{INTERNET}:{port}/page", f"http://{INTERNET}:{port}/page"),
        (f"127.0.0.1:{port}/to/localhost:{port}/page", f"http://localhost:{port}/page"),
        (f"127.0.0.1:{port}/to/{INTERNET}:{port}/page", f"http://{INTERNET}:{port}/page"),
    ):
        found = fetch(f"http://{start}", on_the_internet)
        assert (found.data, found.url, found.name) == (PAGE, end, "page.html")
