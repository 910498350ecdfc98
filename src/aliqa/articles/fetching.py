"""Fetches a page that the user named. Nothing else in aliqa opens a connection to another machine.

At most `MAX_BYTES` are taken, at most five redirects are followed, and the whole takes at most a minute.
"""

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final
from urllib.parse import unquote

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


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a server sent, a name for it with the suffix of its format, and the address it came from."""

    name: str
    data: bytes
    url: str


def is_address(words: str) -> bool:
    """Whether the user named a page and not a file.

    >>> is_address("https://example.org/mill"), is_address("mill.html")
    (True, False)
    """
    return bool(_ADDRESS.match(words))


def fetch(url: str) -> Fetched:
    """The page at an address, as it was sent. Raises FetchFailed."""
    headers = {"User-Agent": f"aliqa/{__version__}", "Accept-Encoding": "gzip, deflate"}
    try:
        with (
            httpx.Client(timeout=_TIMEOUT, follow_redirects=True, max_redirects=_REDIRECTS, headers=headers) as client,
            client.stream("GET", url) as response,
        ):
            name = _name(response)
            return Fetched(name, b"".join(_body(response)), _public(response.url))
    except httpx.TooManyRedirects as error:
        raise FetchFailed(f"it redirects more than {_REDIRECTS} times") from error
    except httpx.TimeoutException as error:
        raise FetchFailed("the server does not answer in time") from error
    except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, ValueError) as error:
        raise FetchFailed(str(error) or type(error).__name__) from error


def _name(response: httpx.Response) -> str:
    """A file name for what the server sends, by its type and address. Raises FetchFailed."""
    if not response.is_success:
        raise FetchFailed(f"the server answers {response.status_code} {response.reason_phrase}")
    path = PurePosixPath(unquote(response.url.path))
    kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    named = path.suffix.lower()
    suffix = named if kind in _VAGUE and named in SUFFIXES else _SUFFIX_OF.get(kind)
    if suffix is None:
        readable = f"{', '.join(SUFFIXES[:-1])} or {SUFFIXES[-1]}"
        raise FetchFailed(f"it is {kind or 'of no known type'}, not one of {readable}")
    stem = path.name.removesuffix(path.suffix) if named in SUFFIXES else path.name
    return f"{stem or response.url.host}{suffix}"


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


def _public(url: httpx.URL) -> str:
    """The address without a user's name and password, and without a place in the page."""
    return str(url.copy_with(userinfo=b"", fragment=None))
