"""The library that answers now: opened when it is first asked for, and changed for a newer one when that is published.

It is opened anew, too, when somebody edits the file of aliases.

Who asks gets one `Library` and keeps it to the end of the request, whatever is published meanwhile.
Nothing else refers to an older one, so its memory is freed when its last request ends. The
embedding model is loaded once and shared by all.
"""

import logging
import time
from threading import Lock
from typing import Final

from aliqa.foundations.errors import AliqaError
from aliqa.foundations.protocols import Embedder
from aliqa.foundations.settings import Settings
from aliqa.index.places import index_of
from aliqa.library import Library, make_embedder
from aliqa.text.names import ALIASES_FILE

_RETRIED: Final = 10.0
"""Seconds after which a version that could not be opened is tried again."""

logger = logging.getLogger(__name__)


class CurrentLibrary:
    """Holds the library that answers now. Safe to share between threads."""

    def __init__(self, settings: Settings, library: Library | None = None, patience: float = 2.0) -> None:
        """Begin with ``library``, or with the published version once it is asked for.

        ``patience`` is how many seconds a request waits for another one that opens a newer version, which mostly takes
        a tenth of one.
        """
        self._settings = settings
        self._index = index_of(settings)
        self._patience = patience
        self._library = library
        self._embedder: Embedder | None = None
        self._stamp = self._newest() if library else None
        self._refused: tuple[object, float] | None = None
        self._opening = Lock()

    def library(self) -> Library:
        """The library to answer one request from.

        Who first notices a newer version opens it, and those who ask meanwhile wait for it, so that whoever has
        published answers from that at once; if it takes long, or cannot be opened, they get the old one.

        Raises:
            AliqaError: there is none yet; what `Library.open` raises, anew on every call until it opens.
        """
        if self._library is None:
            return self.refresh()
        if self._newest() == self._stamp or not self._opening.acquire(timeout=self._patience):
            return self._library  # as it is now: another request may just have opened it
        try:
            return self._followed(self._library)
        finally:
            self._opening.release()

    def refresh(self) -> Library:
        """The library of the version that is published now. Raises what `Library.open` raises."""
        with self._opening:
            if self._library is None or self._newest() != self._stamp:
                return self._open()
            return self._library

    def embedder(self) -> Embedder:
        """The embedding model. Raises ModelError."""
        with self._opening:
            if self._embedder is None:
                self._embedder = self._library.embedder if self._library else make_embedder(self._settings)
            return self._embedder

    def warm(self) -> None:
        """Open the library ahead of the first question; the log says why it could not be."""
        try:
            self.library()
        except AliqaError as error:
            logger.warning("%s", error)

    def _followed(self, library: Library) -> Library:
        """The library of the newer version, or the old one if that cannot be opened."""
        library, stamp = self._library or library, self._newest()
        refused = self._refused and self._refused[0] == stamp and time.monotonic() < self._refused[1]
        if refused or stamp == self._stamp:
            return library
        try:
            return self._open()
        except Exception as error:  # whatever is wrong with the newer one, the old one can answer
            logger.error("The newer version is not used: %s", error, exc_info=not isinstance(error, AliqaError))
            self._refused = (stamp, time.monotonic() + _RETRIED)
            return library

    def _newest(self) -> object:
        """What changes when a version is published, or the file of aliases is written."""
        try:
            edits = (self._settings.index_dir / ALIASES_FILE).stat()
        except OSError:  # most have none
            return self._index.stamp(), None
        return self._index.stamp(), (edits.st_ino, edits.st_mtime_ns, edits.st_size)

    def _open(self) -> Library:
        stamp = self._newest()  # before opening: a version published meanwhile is noticed by the next request
        if self._embedder is None and self._library is not None:
            self._embedder = self._library.embedder
        reader = self._library.reader if self._library else None
        self._library = Library.open(self._settings, self._embedder, reader)
        self._embedder, self._stamp = self._library.embedder, stamp
        return self._library
