"""An index in a folder: its `catalog` of versions, opened and written by `store`."""

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

from aliqa.articles.durable import translated
from aliqa.articles.loading import FileState
from aliqa.foundations.errors import IndexDamaged, IndexError_, VersionNotFound
from aliqa.foundations.protocols import Embedded, Reader
from aliqa.foundations.types import Article, Filters, IndexInfo
from aliqa.index.chunking import Chunks
from aliqa.index.folder import FaissStore, VersionWriter
from aliqa.index.folder.catalog import Catalog, Manifest, read_manifest
from aliqa.index.folder.limits import LIMITS, Limits

_PROBES: Final = 500
_LEAST_COSINE: Final = 0.99


class FolderIndex:
    """The versions in a folder as an `aliqa.index.places.Index`."""

    def __init__(self, folder: Path, limits: Limits = LIMITS) -> None:
        """``folder`` need not exist before the first build."""
        self.place = folder
        self._catalog = Catalog(folder)
        self._limits = limits

    def stamp(self) -> object:
        """Changes whenever another version is published; None if none is."""
        return self._catalog.stamp()

    def published(self) -> FaissStore:
        """The published version, checked and open. Raises IndexMissing, IndexDamaged or IndexIncompatible."""
        return FaissStore.published(self._catalog, self._limits)

    def earlier(self) -> IndexInfo | None:
        """The version before the published one; None if there is none that can be used."""
        folder = self._catalog.earlier()
        try:
            return read_manifest(folder).info if folder else None
        except IndexError_:
            return None

    def version(self, name: str) -> FaissStore:
        """A version by its name or number. Raises VersionNotFound, IndexDamaged or IndexIncompatible."""
        versions = self._catalog.versions()
        named = [
            version
            for version in versions
            if name == version or (name.isdecimal() and int(name) == int(version.split("-")[0]))
        ]
        if not named:
            raise VersionNotFound(self.place, name, versions)
        folder = self.place / named[0]
        return FaissStore(folder, read_manifest(folder), self._limits)

    def rollback(self) -> Manifest:
        """Publish the version before the published one again; the two change places. Raises NoEarlierVersion."""
        return self._catalog.rollback()

    @contextmanager
    def building(self, wait: float = 0) -> Iterator["FolderBuild"]:
        """Make the next version in a folder beside the others. Raises IndexBusy or IndexUnwritable."""
        with self._catalog.building(wait) as workshop:
            build = FolderBuild(self._catalog, workshop, self._limits)
            try:
                yield build
            finally:
                build.close()


class FolderBuild:
    """The next version in a folder as an `aliqa.index.places.Build`."""

    def __init__(self, catalog: Catalog, workshop: Path, limits: Limits = LIMITS) -> None:
        """Write into ``workshop``, which `Catalog.building` gave."""
        self._limits = limits
        self._catalog = catalog
        self._workshop = workshop
        self.published: FaissStore | None = None
        with suppress(IndexError_):
            self.published = FaissStore.published(catalog, limits)

    def recall(self, hashes: Collection[str]) -> list[FaissStore]:
        """The version before the published one, if it holds an article of any of these hashes."""
        with suppress(IndexError_):
            earlier = self._catalog.earlier()
            if earlier and FaissStore.mentions(earlier, hashes):
                return [FaissStore(earlier, read_manifest(earlier), self._limits)]
        return []

    def begin(self, dimension: int, *, anew: bool, reader: Callable[[], Reader | None] = lambda: None) -> None:
        """Start writing. Raises IndexUnwritable."""
        base = None if anew else self.published
        with self._translated():
            self._writer = VersionWriter(self._workshop, dimension, base, reader, self._limits)

    def keep(self, keys: Sequence[int], doc_ids: Sequence[str], states: Sequence[FileState | None]) -> None:
        """Take articles over from the published version."""
        self._writer.keep(keys, doc_ids, states)

    def add(self, article: Article, chunks: Chunks, embedded: Sequence[Embedded], state: FileState | None) -> None:
        """Write an article. Raises IndexUnwritable."""
        with self._translated():
            self._writer.add(article, chunks, embedded, state)

    def publish(self, fields: dict[str, Any], new: Sequence[str], keep: Callable[[FaissStore], object]) -> Manifest:
        """Force the version to the disk, check it, and publish it. Raises IndexDamaged or IndexUnwritable."""
        with self._translated():
            fields = {**self._writer.finish(), **fields}
        manifest = self._catalog.seal(self._workshop, fields)
        store = FaissStore(self._workshop, manifest, self._limits)
        _probe(store, new)
        keep(store)
        return self._catalog.publish(self._workshop, manifest)

    def close(self) -> None:
        """Let go of the files, so that nothing is written any more when the folder is removed."""
        self.__dict__.pop("_writer", None)

    def _translated(self) -> Any:
        return translated(self._workshop.parent)


def _probe(store: FaissStore, doc_ids: Sequence[str]) -> None:
    """Ask for the new articles, of very many for some all over, by their own first passages.

    Raises IndexDamaged if one is not found.
    """
    for doc_id in doc_ids[:: 1 + len(doc_ids) // _PROBES]:
        row = store.first_row(doc_id)
        rows, cosines = store.dense(store.vectors([row])[0], 1, Filters())
        if not (len(rows) and cosines[0] >= _LEAST_COSINE and store.records([row])[0].meta.doc_id == doc_id):
            raise IndexDamaged(store.folder, f"the new article {doc_id} is not found in it; it was not published")
