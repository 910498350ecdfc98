"""Where an index lives: in a folder, or in a database that many servers share; and what either can do.

A `Store` is one version, open for questions. Here is what else Library and builds need: which version is published,
what a build wants to know of it, and how the next one is written and takes its place in one step.
"""

from collections.abc import Callable, Collection, Sequence
from contextlib import AbstractContextManager
from functools import cache
from pathlib import Path
from pkgutil import resolve_name
from typing import Any, Final, Protocol

from aliqa.articles.loading import FileState
from aliqa.foundations.errors import PackageMissing, SettingsError
from aliqa.foundations.protocols import Embedded, Reader, Store
from aliqa.foundations.settings import Settings
from aliqa.foundations.types import Article, ArticleMeta, IndexInfo
from aliqa.index.chunking import Chunks
from aliqa.index.folder.catalog import Manifest

_STORES: Final = dict.fromkeys(("postgresql", "postgres"), ("aliqa.index.postgres:PostgresIndex", "postgres"))
"""By the scheme of an address, the class of the index and the extra of aliqa that installs what it needs."""


class Entry(Protocol):
    """An article of a version: its key, what is known of it, and the state of its file when it was read."""

    @property
    def key(self) -> int:
        """Names what was made of its text; an article that only moves keeps it."""

    @property
    def doc_id(self) -> str:
        """Its name."""

    @property
    def meta(self) -> ArticleMeta:
        """What is known of it, its name included; read when it is asked for, since builds ask it of few."""

    @property
    def state(self) -> FileState | None:
        """That of its file; None if that is not known."""


class Version(Store, Protocol):
    """A version, open, and what a build wants to know of it."""

    @property
    def manifest(self) -> Manifest:
        """What it is made of."""

    @property
    def place(self) -> Path | str:
        """Where it is, for messages: its folder, or the address of the database without the password."""

    @property
    def complete(self) -> bool:
        """Whether it knows all that this release finds in articles: copies, and where they disagree."""

    def entries(self) -> Sequence[Entry]:
        """All articles, ordered by ``doc_id``."""

    def keys(self) -> dict[str, int]:
        """The key of every article by its ``doc_id``, in that order."""

    def states(self) -> dict[str, FileState]:
        """The state of every article's file when it was read, by ``doc_id``, in that order, where it is known."""

    def meta(self, doc_id: str) -> ArticleMeta:
        """What is known of an article. Raises ArticleNotFound."""

    def entries_of(self, hashes: Collection[str]) -> Sequence[Entry]:
        """The articles that have one of these hashes, ordered by ``doc_id``."""

    def remake(self, key: int) -> tuple[Chunks, list[Embedded]]:
        """The chunks and vectors of an article, as they were made."""


class Build(Protocol):
    """The next version of an index, while nobody else can make one."""

    @property
    def published(self) -> Version | None:
        """The published version, if there is one that can be opened."""

    def recall(self, hashes: Collection[str]) -> Sequence[Version]:
        """Earlier versions that may hold articles of these hashes."""

    def begin(self, dimension: int, *, anew: bool, reader: Callable[[], Reader | None] = lambda: None) -> None:
        """Start writing: articles of the published version can be kept unless all is made ``anew``.

        ``reader`` gives what reads pairs of statements that may differ, if there is one.
        """

    def keep(self, keys: Sequence[int], doc_ids: Sequence[str], states: Sequence[FileState | None]) -> None:
        """Take articles over, each at most once, under these names and with the states of their files now."""

    def add(self, article: Article, chunks: Chunks, embedded: Sequence[Embedded], state: FileState | None) -> None:
        """Write an article; ``embedded`` holds the vectors of ``chunks.passages``, in their order."""

    def publish(self, fields: dict[str, Any], new: Sequence[str], keep: Callable[[Version], object]) -> Manifest:
        """Check what was written and make it the published version.

        Args:
            fields: what the builder has to say in the manifest.
            new: the articles that were added; each must be found by its own words.
            keep: given the version, open; as long as it is kept, it need not be opened again.
        """


class Index(Protocol):
    """The versions of one index, of which one is published."""

    @property
    def place(self) -> Path | str:
        """Where it is, for messages."""

    def stamp(self) -> object:
        """Changes whenever another version is published; None if none is. Costs little."""

    def published(self) -> Version:
        """The published version, checked and open. Raises IndexMissing and others that an index can raise."""

    def earlier(self) -> IndexInfo | None:
        """The version before the published one, to which `rollback` goes; None if there is none."""

    def version(self, name: str) -> Version:
        """A version by its name or number. Raises VersionNotFound."""

    def rollback(self) -> Manifest:
        """Publish the version before the published one again; the two change places. Raises NoEarlierVersion."""

    def building(self, wait: float = 0) -> AbstractContextManager[Build]:
        """Make the next version; another process that makes one gets ``wait`` seconds to finish.

        What is not published when the block ends is gone. Raises IndexBusy.
        """


def index_of(settings: Settings) -> Index:
    """The index that the settings name. Raises SettingsError or PackageMissing."""
    return index_at(settings.store.get_secret_value() if settings.store else settings.index_dir)


def index_at(address: Path | str) -> Index:
    """The index in a folder, or at the address of a database, as ``postgresql://user@host/name``.

    Raises:
        SettingsError: no store knows such an address.
        PackageMissing: the packages of the store are not installed.
    """
    scheme, separator, _ = str(address).partition("://")
    if not separator:
        return _made("aliqa.index.folder.index:FolderIndex", Path(address))
    if scheme not in _STORES:
        raise SettingsError(f"store: {scheme}:// is none of {', '.join(f'{name}://' for name in _STORES)}")
    return _opened(str(address))


@cache
def _opened(address: str) -> Index:
    """The index at an address; one a process, which shares its connections."""
    name, extra = _STORES[address.partition("://")[0]]
    try:
        return _made(name, address)
    except ImportError:
        raise PackageMissing(extra) from None


def _made(name: str, address: Path | str) -> Index:
    made: Index = resolve_name(name)(address)
    return made
