"""Fetches pages that the user named, or feeds that the user added name.

Whatever else dials out, sends to an address of the settings.

At most `MAX_BYTES` are taken, at most five redirects are followed, none of them from the internet into this network,
and the whole takes at most a minute.
"""

import re
import socket
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address
from pathlib import PurePosixPath
from typing import Final, TypeVar
from urllib.parse import unquote
from urllib.request import getproxies, proxy_bypass

import httpx

from aliqa import __version__
from aliqa.articles.loading import MAX_BYTES, SUFFIXES
from aliqa.foundations.errors import FetchFailed

_SUFFIX_OF: Final = {
    "text/html": ".html",
    "application/xhtml+xml": ".html",
    "application/pdf": ".pdf",
    "text/plain": ".txt",
    "text/markdown": ".md",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/jsonl": ".jsonl",
    "application/x-ndjson": ".jsonl",
    "message/rfc822": ".eml",
    "application/json": ".json",
    "text/csv": ".csv",
    "application/rss+xml": ".rss",
    "application/atom+xml": ".atom",
    "application/epub+zip": ".epub",
    "application/rtf": ".rtf",
    "application/vnd.oasis.opendocument.text": ".odt",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": ".pptx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
}
_VAGUE: Final = frozenset({"", "text/plain", "application/octet-stream", "binary/octet-stream"})
"""What servers call a file of which they know nothing; then its name counts."""
_PACKINGS: Final = frozenset({"", "identity", "gzip", "deflate"})
"""Encodings whose unpacking is bounded; a thousandfold at most."""
_REDIRECTS: Final = 5
_TIMEOUT: Final = httpx.Timeout(20.0, connect=10.0)
_LONGEST: Final = 60.0
"""Seconds that a fetch may take as a whole."""
_ADDRESS: Final = re.compile(r"https?://", re.IGNORECASE)
AGENT: Final = "aliqa"
"""What it calls itself to servers, and what their robots.txt may call it."""


Address = IPv4Address | IPv6Address
Taken = TypeVar("Taken")


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a server sent, a name for it with the suffix of its format, and the address it came from."""

    name: str
    data: bytes
    url: str


@dataclass(frozen=True, slots=True)
class Reply:
    """What a server answers: the status, the headers, the bytes of a success, and the address that they came from."""

    status: int
    headers: Mapping[str, str]
    data: bytes
    url: str

    @property
    def fetched(self) -> Fetched:
        """The same with a name for the file. Raises FetchFailed if it is no success or of no known format."""
        return Fetched(_name(self.status, self.headers, httpx.URL(self.url)), self.data, self.url)


@dataclass(frozen=True, slots=True)
class _Bounds:
    """Where a fetch may lead: to which addresses once it is ``guarded``, and to which hosts; any if None."""

    is_public: Callable[[Address], bool]
    guarded: bool = False
    hosts: Collection[str] | None = None


def is_address(words: str) -> bool:
    """Whether the user named a page and not a file.

    >>> is_address("https://example.org/mill"), is_address("mill.html")
    (True, False)
    """
    return bool(_ADDRESS.match(words))


def _is_public(address: Address) -> bool:
    """Whether an address belongs to the internet at large: not to this machine, its network or its provider's inside.

    >>> [_is_public(ip_address(address)) for address in ("192.0.2.1", "::ffff:127.0.0.1", "1.1.1.1")]
    [False, False, True]
    """
    address = getattr(address, "ipv4_mapped", None) or address
    return address.is_global and not address.is_multicast


def fetch(url: str, is_public: Callable[[Address], bool] = _is_public) -> Fetched:
    """The page at an address, as it was sent.

    A page on a private address is fetched where the user names it, but no page of the internet leads there by a
    redirect.

    Args:
        url: the address of the page, ``http`` or ``https``.
        is_public: tells which addresses anyone on the internet could give; others may be named by the user alone.

    Raises:
        FetchFailed: there is none, it is of no known format, or it takes too long.
    """

    def taken(response: httpx.Response, where: httpx.URL) -> Fetched:
        name = _name(response.status_code, response.headers, where)
        return Fetched(name, b"".join(_body(response)), _shareable(where))

    return _sent(url, {}, _Bounds(is_public), taken)


def get(url: str, headers: Mapping[str, str], hosts: Collection[str], *, private: bool = False) -> Reply:
    """What is at an address that a feed names; nothing but ``hosts`` is asked, by redirects neither.

    Args:
        url: the address.
        headers: what is sent beside the usual, as for a conditional request.
        hosts: the names of the only hosts that may be asked.
        private: whether they may be on this machine, or in its network.

    Raises:
        FetchFailed: nothing comes, or it would come from elsewhere.
    """
    bounds = _Bounds((lambda _: True) if private else _is_public, guarded=True, hosts=hosts)
    return _sent(url, headers, bounds, _reply)


def _reply(response: httpx.Response, where: httpx.URL) -> Reply:
    data = b"".join(_body(response)) if response.is_success else b""
    return Reply(response.status_code, response.headers, data, _shareable(where))


def _sent(
    url: str, headers: Mapping[str, str], bounds: _Bounds, take: Callable[[httpx.Response, httpx.URL], Taken]
) -> Taken:
    """What ``take`` makes of the answer to a request. Raises FetchFailed."""
    usual = {"User-Agent": f"{AGENT}/{__version__}", "Accept-Encoding": "gzip, deflate"}
    try:
        with httpx.Client(timeout=_TIMEOUT, headers=usual) as client:
            return _followed(client, url, headers, bounds, take)
    except httpx.TimeoutException as error:
        raise FetchFailed("the server does not answer in time") from error
    except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, ValueError) as error:
        raise FetchFailed(str(error) or type(error).__name__) from error


def _followed(
    client: httpx.Client,
    start: str,
    headers: Mapping[str, str],
    bounds: _Bounds,
    take: Callable[[httpx.Response, httpx.URL], Taken],
) -> Taken:
    """What ``take`` makes of the answer that an address leads to, by redirects or at once."""
    guarded, request = bounds.guarded, client.build_request("GET", start, headers=headers)
    for _ in range(_REDIRECTS + 1):
        url = request.url
        if bounds.hosts is not None and url.host not in bounds.hosts:
            raise FetchFailed(f"it leads to {url.host}, a host that was not added")
        found = _addresses(url)
        public = all(map(bounds.is_public, found))
        if guarded and not public:
            raise FetchFailed(f"it leads to {url.host}, an address inside this network, which only you may name")
        guarded = guarded or (bool(found) and public)
        response = client.send(_pinned(client, request, found) if guarded and found else request, stream=True)
        try:
            if response.next_request is None:
                return take(response, url)
            request = client.build_request("GET", url.join(response.headers["Location"]), headers=headers)
        finally:
            response.close()
    raise FetchFailed(f"it redirects more than {_REDIRECTS} times")


def _addresses(url: httpx.URL) -> list[Address]:
    """The addresses of a host; none if only a proxy knows them, which then connects to it."""
    if url.host in ("", None):
        return []
    with suppress(ValueError):
        return [ip_address(url.host)]
    if url.scheme in getproxies() and not proxy_bypass(url.host):
        return []
    try:
        found = socket.getaddrinfo(url.host, url.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):  # connecting says it better
        return []
    return [ip_address(entry[4][0].partition("%")[0]) for entry in found if isinstance(entry[4][0], str)]


def _pinned(client: httpx.Client, request: httpx.Request, found: Sequence[Address]) -> httpx.Request:
    """The same request to the very address that was checked: a name may have another one a moment later."""
    return client.build_request(
        "GET",
        request.url.copy_with(host=str(found[0])),
        headers=dict(request.headers),
        extensions={**request.extensions, "sni_hostname": request.url.host},
    )


def _name(status: int, headers: Mapping[str, str], url: httpx.URL) -> str:
    """A file name for what the server sends, by its type and address. Raises FetchFailed."""
    if not httpx.codes.is_success(status):
        raise FetchFailed(f"the server answers {status} {httpx.codes.get_reason_phrase(status)}".rstrip())
    path = PurePosixPath(unquote(url.path))
    kind = headers.get("Content-Type", "").partition(";")[0].strip().lower()
    named = path.suffix.lower()
    suffix = named if kind in _VAGUE and named in SUFFIXES else _SUFFIX_OF.get(kind)
    if suffix is None:
        readable = f"{', '.join(SUFFIXES[:-1])} or {SUFFIXES[-1]}"
        raise FetchFailed(f"it is {kind or 'of no known type'}, not one of {readable}")
    stem = path.name.removesuffix(path.suffix) if named in SUFFIXES else path.name
    return f"{stem or url.host}{suffix}"


def _body(response: httpx.Response) -> Iterator[bytes]:
    """The bytes of the page, unpacked. Raises FetchFailed when they are too many or too slow."""
    if (packing := response.headers.get("Content-Encoding", "").strip().lower()) not in _PACKINGS:
        raise FetchFailed(f"it is packed as {packing}, although aliqa did not ask for it")
    size, deadline = 0, time.monotonic() + _LONGEST
    for chunk in response.iter_bytes():
        size += len(chunk)
        if size > MAX_BYTES:
            raise FetchFailed(f"it is larger than {MAX_BYTES // 1024**2} MB")
        if time.monotonic() > deadline:
            raise FetchFailed(f"it is not there after {_LONGEST:.0f} seconds")
        yield chunk


def _shareable(url: httpx.URL) -> str:
    """The address without a user's name and password, and without a place in the page."""
    return str(url.copy_with(userinfo=b"", fragment=None))
