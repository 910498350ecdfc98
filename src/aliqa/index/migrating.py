"""Copies the published version of one index into another, wherever they are, without embedding anything again."""

from aliqa.foundations.errors import SettingsError
from aliqa.foundations.types import IndexInfo
from aliqa.index.indexing import Progress
from aliqa.index.places import Index


def migrate(source: Index, target: Index, progress: Progress = lambda *_: None) -> IndexInfo:
    """Publish in ``target`` what is published in ``source``; the new version comes back.

    Raises:
        SettingsError: both are the same.
        IndexError_: one of them cannot be used; nothing was published.
    """
    if source.place == target.place:
        raise SettingsError("--from and --to name the same index")
    version = source.published()
    made = version.manifest
    entries = version.entries()
    with target.building() as build:
        build.begin(made.dimension, anew=True)
        for number, entry in enumerate(entries, 1):
            build.add(version.article(entry.meta.doc_id), *version.remake(entry.key), entry.state)
            progress("copying", number, len(entries))
        fields = {
            "embedding": made.embedding,
            "chunking": made.chunking,
            "failures": made.failures,
            "skipped": made.skipped,
            "readings": made.readings,
        }
        return build.publish(fields, [entry.meta.doc_id for entry in entries], lambda _: None).info
