"""Which language a request is answered in: the one that its page was switched to, that of the setting, its browser's.

English is for whoever names none, as programs do.
"""

from typing import Final

from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from aliqa.foundations.messages import languages, preferred, speak

COOKIE: Final = "aliqa_language"
"""What the page keeps the choice in; `static/settings.js` writes it."""


class Languages:
    """Middleware that speaks a language while a request is served; what articles say stays as it is."""

    def __init__(self, app: ASGIApp, default: str | None) -> None:
        """``default`` is spoken to whoever chose nothing; if None, what the browser asks for."""
        self._app = app
        self._default = default

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request."""
        if scope["type"] == "http":
            asked = HTTPConnection(scope)
            chosen = asked.cookies.get(COOKIE, "")
            if chosen not in languages():
                chosen = self._default or preferred(asked.headers.get("accept-language", ""))
            speak(chosen)
        await self._app(scope, receive, send)
