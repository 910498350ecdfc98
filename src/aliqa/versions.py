"""What an index folder holds, what changed from one version to the next, and the way back.

Nothing here loads the embedding model.
"""

from pathlib import Path

from aliqa.catalog import Catalog, read_manifest
from aliqa.errors import IndexError_, NoEarlierVersion, VersionNotFound
from aliqa.settings import Settings
from aliqa.store import FaissStore
from aliqa.types import ArticleChange, IndexInfo, IndexStatus, StatedPair, VersionDiff


def status(settings: Settings) -> IndexStatus:
    """What the index folder holds. Raises IndexMissing, IndexDamaged or IndexIncompatible."""
    catalog = Catalog(settings.index_dir)
    store = FaissStore.published(catalog)
    published = store.manifest
    earlier = _info(catalog.earlier())
    versions = (earlier, published.info) if earlier else (published.info,)
    return IndexStatus(published.info, published.embedding, versions, tuple(published.failures), len(store.copied()))


def disagreements(settings: Settings) -> tuple[StatedPair, ...]:
    """Where articles of the published version disagree. Raises NotCompared, and what `status` raises."""
    return FaissStore.published(Catalog(settings.index_dir)).disagreements()


def rollback(settings: Settings) -> IndexInfo:
    """Publish the version before the published one again; the two change places.

    Raises:
        NoEarlierVersion: there is none.
        IndexError_: it cannot be used; nothing was changed.
    """
    return Catalog(settings.index_dir).rollback().info


def diff(settings: Settings, old: str | None = None, new: str | None = None) -> VersionDiff:
    """What changed from one version to another.

    Args:
        settings: the folder.
        old: the name of a version or its number; the one before the published one if None.
        new: the same; the published one if None.

    Raises:
        VersionNotFound, NoEarlierVersion: there is no such version.
        IndexMissing, IndexDamaged, IndexIncompatible: it cannot be used.
    """
    catalog = Catalog(settings.index_dir)
    published, earlier = catalog.current(), catalog.earlier()
    if old is None and earlier is None:
        raise NoEarlierVersion(settings.index_dir)
    before, after = old or (earlier or published).name, new or published.name
    return compare(_store(settings, before), _store(settings, after))


def compare(old: FaissStore, new: FaissStore) -> VersionDiff:
    """The articles of which one version holds another text than the other, or none."""
    before, after = ({meta.doc_id: meta for meta in store.metas()} for store in (old, new))
    had, has = old.passage_counts(), new.passage_counts()

    def changes(doc_ids: set[str]) -> tuple[ArticleChange, ...]:
        return tuple(
            ArticleChange(one, (after.get(one) or before[one]).title, had.get(one, 0), has.get(one, 0))
            for one in sorted(doc_ids)
        )

    both = before.keys() & after.keys()
    changed = {doc_id for doc_id in both if before[doc_id].sha256 != after[doc_id].sha256}
    return VersionDiff(
        old.info,
        new.info,
        added=changes(after.keys() - before.keys()),
        changed=changes(changed),
        removed=changes(before.keys() - after.keys()),
        unchanged=len(both) - len(changed),
    )


def _info(folder: Path | None) -> IndexInfo | None:
    """What a kept version is; None if there is none that can be used."""
    try:
        return read_manifest(folder).info if folder else None
    except IndexError_:
        return None


def _store(settings: Settings, name: str) -> FaissStore:
    """A version by its name or number."""
    versions = Catalog(settings.index_dir).versions()
    named = [one for one in versions if name == one or (name.isdecimal() and int(name) == int(one.split("-")[0]))]
    if not named:
        raise VersionNotFound(settings.index_dir, name, versions)
    folder = settings.index_dir / named[0]
    return FaissStore(folder, read_manifest(folder))
