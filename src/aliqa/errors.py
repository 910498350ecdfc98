"""Everything that can go wrong, and what to do about it.

::

    AliqaError
    ├── SettingsError          a setting is unknown or has a value that makes no sense
    ├── CorpusError            the folder of articles cannot be used
    │   ├── CorpusMissing      it is not there, or is not a folder
    │   ├── CorpusUnreadable   its files cannot be listed
    │   └── CorpusEmpty        it holds no article that can be read
    ├── ArticleError           one article cannot be used; the others go on
    │   └── ArticleUnreadable  its file cannot be read now; what it holds is not known
    ├── ArticleNotFound        the index holds no article of this name
    ├── IndexError_            the index cannot be used
    │   ├── IndexMissing       there is none yet
    │   ├── IndexDamaged       its files are not what its manifest says
    │   ├── IndexIncompatible  it was made with another model, chunking or format
    │   ├── IndexBusy          another process is building it
    │   ├── IndexUnwritable    its folder cannot be written
    │   └── IndexShrinking     the new version would lose more than half of the articles
    ├── ModelError             the embedding model cannot be used
    ├── InvalidRequest         a question or a filter cannot be asked like this
    └── AddressInUse           another program listens there

"The articles do not answer" is a result, not an error.
Messages never name a path outside the corpus and index folders that the user gave.
"""

from pathlib import Path


class AliqaError(Exception):
    """The root of all errors that aliqa raises on purpose."""


class SettingsError(AliqaError):
    """A setting is unknown or has a value that makes no sense."""

    def __init__(self, problems: str) -> None:
        super().__init__(
            f"These settings cannot be used: {problems}. Correct the flag, the environment variable or aliqa.toml."
        )


class CorpusError(AliqaError):
    """The folder of articles cannot be used."""


class CorpusMissing(CorpusError):
    """The corpus is not there, or is not a folder."""

    def __init__(self, folder: Path) -> None:
        super().__init__(f"There is no folder {folder}. Name the folder of your articles with --corpus.")


class CorpusUnreadable(CorpusError):
    """The corpus or a folder inside it cannot be listed; nothing was changed."""

    def __init__(self, folder: Path, reason: str) -> None:
        super().__init__(
            f"The folder {folder} cannot be read ({reason}). The index was left as it was; allow reading and run again."
        )


class CorpusEmpty(CorpusError):
    """The corpus holds no article that can be read; nothing was changed."""

    def __init__(self, folder: Path, suffixes: tuple[str, ...], failed: int = 0) -> None:
        found = f"{failed} could not be read" if failed else "none was found"
        super().__init__(
            f"The folder {folder} holds no readable article ({found}). Put {' or '.join(suffixes)} files there and run again."
        )


class ArticleError(AliqaError):
    """One article cannot be read; its message is the reason shown beside it."""


class ArticleUnreadable(ArticleError):
    """The file of an article cannot be read now, so nobody knows whether it changed."""


class ArticleNotFound(AliqaError):
    """The index holds no article of this name."""

    def __init__(self, doc_id: str) -> None:
        super().__init__(f"No article is called {doc_id!r}. GET /articles lists them all.")


class IndexError_(AliqaError):
    """The index cannot be used."""


class IndexMissing(IndexError_):
    """There is no index in the folder yet."""

    def __init__(self, folder: Path) -> None:
        super().__init__(f"There is no index in {folder} yet. Build it with: aliqa index --corpus DIR --index {folder}")


class IndexDamaged(IndexError_):
    """The files of an index are not what its manifest says."""

    def __init__(self, folder: Path, what: str) -> None:
        super().__init__(
            f"The index in {folder} is damaged: {what}. Rebuild it with: aliqa index --full --corpus DIR --index {folder.parent}"
        )


class IndexIncompatible(IndexError_):
    """The index was made with another model, chunking or format than the settings ask for."""

    def __init__(self, folder: Path, what: str, found: object, wanted: object) -> None:
        super().__init__(
            f"The index in {folder} was made with {what} {found}, the settings ask for {wanted}. "
            f"Set it back, or rebuild with: aliqa index --full --corpus DIR --index {folder.parent}"
        )


class IndexBusy(IndexError_):
    """Another process is building the index."""

    def __init__(self, folder: Path) -> None:
        super().__init__(f"Another process is building the index in {folder}. Wait until it is done and run again.")


class IndexUnwritable(IndexError_):
    """The folder of the index cannot be written; what stood there still stands."""

    def __init__(self, folder: Path, reason: str) -> None:
        super().__init__(
            f"The index folder {folder} cannot be written ({reason}). The last published index still stands; free or allow it and run again."
        )


class IndexShrinking(IndexError_):
    """The new version would lose more than half of the articles; it was not published."""

    def __init__(self, lost: int, articles: int) -> None:
        super().__init__(
            f"{lost:,} of the index's {articles:,} articles are gone from the corpus. "
            "The published version was kept. If that is meant, run again with --force."
        )


class ModelError(AliqaError):
    """The embedding model cannot be used."""

    def __init__(self, model: str, reason: str) -> None:
        super().__init__(f"The embedding model {model} cannot be used: {reason}.")


class InvalidRequest(AliqaError):
    """A question, a query or a filter cannot be asked like this."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field}: {message}")
        self.field = field
        self.message = message


class AddressInUse(AliqaError):
    """Another program listens on the address."""

    def __init__(self, host: str, port: int) -> None:
        super().__init__(f"Port {port} on {host} is in use. Stop the other program, or choose another with --port.")
