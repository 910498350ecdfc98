"""What an index holds, what changed from one version to the next, and the way back.

Nothing here loads the embedding model.
"""

from collections.abc import Callable, Sequence

from aliqa.foundations.errors import NoEarlierVersion
from aliqa.foundations.protocols import Store
from aliqa.foundations.settings import Settings
from aliqa.foundations.types import (
    ArticleChange,
    ArticleSummary,
    Failure,
    IndexInfo,
    IndexStatus,
    Name,
    SourceSummary,
    StatedPair,
    VersionDiff,
)
from aliqa.index.places import index_of
from aliqa.text.edits import sentence_changes
from aliqa.text.names import Directory, read_edits

Sentences = tuple[tuple[str, str], ...]
"""Pairs of a sentence as it was and as it is."""


def status(settings: Settings) -> IndexStatus:
    """What the index holds. Raises IndexMissing, IndexDamaged or IndexIncompatible."""
    index = index_of(settings)
    store, earlier = index.published(), index.earlier()
    published = store.manifest
    versions = (earlier, published.info) if earlier else (published.info,)
    return IndexStatus(
        published.info, published.embedding, versions, tuple(published.failures), len(store.copied()),
        published.skipped, published.readings,
    )  # fmt: skip


def summaries(store: Store, failures: Sequence[Failure]) -> tuple[ArticleSummary, ...]:
    """All articles, by ``doc_id``; those that could not be read come with the reason."""
    counts, copied = store.passage_counts(), store.copied()
    indexed = [
        ArticleSummary(
            m.doc_id, m.title, m.author, m.source, m.published, m.bytes, counts[m.doc_id],
            copy_of=copied.get(m.doc_id),
        )
        for m in store.metas()
    ]  # fmt: skip
    failed = [
        ArticleSummary(failure.doc_id, failure.doc_id, None, None, None, 0, 0, "failed", failure.reason)
        for failure in failures
    ]
    return tuple(sorted(indexed + failed, key=lambda summary: summary.doc_id))


def articles(settings: Settings) -> tuple[ArticleSummary, ...]:
    """All articles, without a model. Raises IndexMissing, IndexDamaged or IndexIncompatible."""
    store = index_of(settings).published()
    return summaries(store, store.manifest.failures)


def sources(settings: Settings) -> tuple[SourceSummary, ...]:
    """The outlets, those with most articles first. Raises like `articles`."""
    found: dict[str, list[ArticleSummary]] = {}
    for article in articles(settings):
        if article.source:
            found.setdefault(article.source, []).append(article)
    told = [
        SourceSummary(
            source, len(those), max((article.published for article in those if article.published), default=None)
        )
        for source, those in found.items()
    ]
    return tuple(sorted(told, key=lambda outlet: (-outlet.articles, outlet.source)))


def disagreements(settings: Settings) -> tuple[StatedPair, ...]:
    """Where articles of the published version disagree. Raises NotCompared, and what `status` raises."""
    return index_of(settings).published().disagreements()


def names(settings: Settings) -> tuple[Name, ...]:
    """The names in the articles of the published version, those in most articles first. Raises what `status` raises."""
    return Directory(index_of(settings).published().names(), read_edits(settings.index_dir)).names


def rollback(settings: Settings) -> IndexInfo:
    """Publish the version before the published one again; the two change places.

    Raises:
        NoEarlierVersion: there is none.
        IndexError_: it cannot be used; nothing was changed.
    """
    return index_of(settings).rollback().info


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
    index = index_of(settings)
    published, earlier = index.published(), index.earlier()
    if old is None and earlier is None:
        raise NoEarlierVersion(index.place)
    before = index.version(old or (earlier or published.info).version)
    return compare(before, index.version(new) if new else published)


def compare(old: Store, new: Store) -> VersionDiff:
    """The articles of which one version holds another text than the other, or none."""
    before, after = ({meta.doc_id: meta for meta in store.metas()} for store in (old, new))
    had, has = old.passage_counts(), new.passage_counts()

    def changes(doc_ids: set[str], edited: Callable[[str], Sentences] = lambda _: ()) -> tuple[ArticleChange, ...]:
        return tuple(
            ArticleChange(
                doc_id,
                (after.get(doc_id) or before[doc_id]).title,
                had.get(doc_id, 0),
                has.get(doc_id, 0),
                edited(doc_id),
            )
            for doc_id in sorted(doc_ids)
        )

    def edited(doc_id: str) -> Sentences:
        was, now = old.article(doc_id), new.article(doc_id)
        return sentence_changes(was.text, now.text, was.meta.body_start, now.meta.body_start)

    both = before.keys() & after.keys()
    changed = {doc_id for doc_id in both if before[doc_id].sha256 != after[doc_id].sha256}
    return VersionDiff(
        old.info,
        new.info,
        added=changes(after.keys() - before.keys()),
        changed=changes(changed, edited),
        removed=changes(before.keys() - after.keys()),
        unchanged=len(both) - len(changed),
    )
