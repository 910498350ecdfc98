"""The running server: one address that speaks the API and shows the chat page."""

import asyncio
import contextlib
import errno
import signal
import socket
import sys
from collections.abc import Callable
from ipaddress import ip_address

import uvicorn
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from aliqa.doors.http.app import create_app
from aliqa.doors.http.bodies import BodyRoute
from aliqa.doors.http.changes import STOPPING
from aliqa.doors.http.observing import set_up_log
from aliqa.doors.http.slow_clients import Protocol
from aliqa.doors.kept.access import Keys
from aliqa.foundations.errors import AddressInUse, SettingsError
from aliqa.foundations.settings import Settings

_SWITCHING = 0.0005
"""Seconds, a tenth of Python's own, after which a thread that answers lets others run: the one that speaks to clients
gives way whenever it sends or receives, and would wait so long each time. A fifth more was answered under a flood."""

_LOCAL_NAMES = ("127.0.0.1", "localhost", "::1")
_PATIENCE = 5
"""Seconds that a shutdown waits for open requests."""


_FILES = 4096
"""How many files and connections the server may have open, if the system lets it."""

_PAGE_STREAMS = "/gradio_api/"
"""Below this path the chat page keeps streams open for as long as it is shown."""


class _ShutdownNotice:
    """When the server stops, ends the streams of open chat pages and tells those of jobs; other requests finish."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self.stopping = asyncio.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope[STOPPING] = self.stopping
        path = scope.get("path", "").removeprefix(scope.get("root_path", ""))
        endless = scope["type"] == "http" and path.startswith(_PAGE_STREAMS)
        await self._app(scope, self._until_stopping(receive) if endless else receive, send)

    def _until_stopping(self, receive: Receive) -> Receive:
        async def told() -> Message:
            message, stopping = asyncio.ensure_future(receive()), asyncio.ensure_future(self.stopping.wait())
            try:
                await asyncio.wait((message, stopping), return_when=asyncio.FIRST_COMPLETED)
                return message.result() if message.done() else {"type": "http.disconnect"}
            finally:
                message.cancel()
                stopping.cancel()

        return told


class Server(uvicorn.Server):
    """Says where it listens as soon as it does, and ends the streams of open pages before it stops."""

    def __init__(self, app: ASGIApp, settings: Settings, ready: Callable[[str], object] | None = None) -> None:
        """``ready`` is told the address, too."""
        self._notice = _ShutdownNotice(app)
        self._ready = ready
        config = uvicorn.Config(
            self._notice,
            http=Protocol,
            ws="none",
            log_config=None,
            server_header=False,
            lifespan="on",
            root_path=settings.root_path,
            timeout_keep_alive=settings.service.client_timeout,  # type: ignore[arg-type]  # it may be a fraction
            timeout_graceful_shutdown=_PATIENCE,
        )
        super().__init__(config)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen, and say where."""
        await super().startup(sockets)
        if self.started and sockets:
            sys.stdout.write(f"aliqa answers at {_address(sockets[0])}  (API: /openapi.json)\n")
            sys.stdout.flush()
            if self._ready:
                self._ready(_address(sockets[0]))

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End the streams of open pages, then finish other requests."""
        self._notice.stopping.set()
        await super().shutdown(sockets)


def serve(
    settings: Settings,
    *,
    watch: bool = False,
    prepare: Callable[[], object] = lambda: None,
    ready: Callable[[str], object] | None = None,
) -> None:
    """Answer over HTTP until SIGINT or SIGTERM.

    The address is taken before anything is loaded; port 0 takes any free one. With ``watch``, what
    changes in the folder of articles is indexed. ``prepare`` is called once it is sure that the server may listen,
    ``ready`` with its address once it does.

    Raises:
        AddressInUse: another program listens there.
        SettingsError: the host is no address of this machine, or open to other machines while there is no key.
        KeysDamaged: the file of keys cannot be read.
    """
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with listening(settings.host, settings.port) as listener:
        keys = Keys(settings.index_dir, settings.api_key)
        if not keys.listed() and not _is_local(listener):
            raise SettingsError(
                f"host {settings.host} is open to other machines, but there is no key; make one with"
                " `aliqa keys add NAME`,"
                " set ALIQA_API_KEY, or listen on 127.0.0.1"
            )
        prepare()
        from aliqa.doors import page as chat

        sys.setswitchinterval(_SWITCHING)
        _take_enough_files()
        set_up_log(settings.service.log)
        app = create_app(settings, watch=watch, hosts={*_LOCAL_NAMES, settings.host}, build_apart=True)
        chat.mount(
            app,
            app.state.current.library,
            app.state.jobs,
            app.state.watchlist,
            app.state.feedback,
            BodyRoute,
            app.state.pool,
        )
        with contextlib.suppress(KeyboardInterrupt):
            Server(app, settings, ready).run(sockets=[listener])


def _take_enough_files() -> None:
    """Raise this process's limit of open files to what connections, as many as may be open, and the index need."""
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource

        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        wanted = _FILES if hard == resource.RLIM_INFINITY else min(_FILES, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, wanted), hard))


def listening(host: str, port: int) -> socket.socket:
    """A socket that holds the address."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, kind, protocol)  # with it, asyncio sends small answers at once (no Nagle)
        try:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(address)
        except OSError:
            listener.close()
            raise
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise AddressInUse(host, port) from error
        raise SettingsError(f"cannot listen on host {host}, port {port} ({error.strerror})") from error
    return listener


def _is_local(listener: socket.socket) -> bool:
    """Whether only programs on this machine can reach it."""
    address = ip_address(listener.getsockname()[0].partition("%")[0])
    return (getattr(address, "ipv4_mapped", None) or address).is_loopback


def _address(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
