"""From a folder of articles to a published index version: read, cut, embed, write, check, publish.

Each build compares the corpus with the published version by path and content hash. What did not
change is copied, what moved keeps its vectors, and only new text is embedded. One file that cannot
be used never stops the rest; it is listed with its reason. An article is left out only when its
file is known to be gone or to hold something else: one that cannot be read just now stays.
"""

import os
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from pathlib import Path

from aliqa import __version__
from aliqa.articles.loading import (
    SUFFIXES,
    FileState,
    file_of,
    file_states,
    list_folder,
    parse_article,
    read_files,
    suffixes_of,
)
from aliqa.foundations.errors import ArticleError, ArticleUnreadable, CorpusEmpty, IndexShrinking
from aliqa.foundations.protocols import Reader
from aliqa.foundations.types import Article, BuildOptions, BuildReport, Failure
from aliqa.index.folder.catalog import Manifest
from aliqa.index.making import Engine, Journal, Made, Maker, in_blocks
from aliqa.index.places import Build, Entry, Index, Version

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how many articles are done, and how many there are."""


@dataclass(slots=True)
class _Plan:
    """What a build has to do with every article, in the order of ``doc_id``.

    ``before`` are the articles of what is published, ``base`` the same if they may be kept; ``kept`` are articles of
    the base under the names that they have now, ``new`` those to be written, of which ``recalled`` stand in a version
    that is still there and need not be embedded; ``states`` are those of the files, by their paths, as they were
    before they were read or left unread; ``skipped`` is how many files there are of each suffix that is not read,
    ``readings`` how the text of an article was got where that is not plain. There may be very many articles of which
    few are new: what stands for one that is only kept is its key.
    """

    published: Version | None
    base: Version | None
    before: dict[str, int]
    kept: dict[str, int] = field(default_factory=dict)
    new: dict[str, Article] = field(default_factory=dict)
    recalled: dict[str, tuple[Version, int]] = field(default_factory=dict)
    failures: list[Failure] = field(default_factory=list)
    states: dict[str, FileState | None] = field(default_factory=dict)
    skipped: dict[str, int] = field(default_factory=dict)
    readings: dict[str, str] = field(default_factory=dict)

    def state(self, doc_id: str) -> FileState | None:
        """The state of the file of an article."""
        return self.states.get(file_of(doc_id))

    def changes(self) -> tuple[int, int, int, int]:
        """How many articles are added, changed, removed and unchanged, by path and hash."""
        other = [doc_id for doc_id, key in self.kept.items() if self.before.get(doc_id) != key] + list(self.new)
        added = sum(doc_id not in self.before for doc_id in other)
        changed = sum(doc_id in self.before and not self._is_same(doc_id) for doc_id in other)
        return added, changed, len(self._gone()), len(self.kept) + len(self.new) - added - changed

    def _is_same(self, doc_id: str) -> bool:
        """Whether an article that was published, and is written anew or kept from elsewhere, is what it was."""
        if self.published is None:
            return False
        before = self.published.meta(doc_id).sha256
        if new := self.new.get(doc_id):
            return new.meta.sha256 == before
        return any(entry.key == self.kept[doc_id] for entry in self.published.entries_of({before}))

    def lost(self, deleted: Collection[str]) -> int:
        """How many published articles are gone, but for those that were deleted: by themselves or with their file."""
        return sum(doc_id not in deleted and file_of(doc_id) not in deleted for doc_id in self._gone())

    def _gone(self) -> list[str]:
        """The published articles that are gone."""
        return [doc_id for doc_id in self.before if doc_id not in self.kept and doc_id not in self.new]

    def is_current(self) -> bool:
        """Whether the base already says all that a new version would."""
        return (
            self.base is not None
            and self.base.complete
            and not self.new
            and self.kept == self.before
            and self.failures == self.base.manifest.failures
            and self.skipped == self.base.manifest.skipped
        )


@dataclass(frozen=True, slots=True)
class Indexer:
    """Builds index versions of what an engine makes (``maker`` itself if none) and of what a build that died kept."""

    maker: Maker
    journal: Journal
    engine: Engine | None = None
    reader: Callable[[], Reader | None] = lambda: None

    def build(
        self,
        corpus: Path,
        index: Index,
        progress: Progress,
        options: BuildOptions = BuildOptions(),
        *,
        ignored: Path | None = None,
        keep: Callable[[Version], object] = lambda _: None,
    ) -> BuildReport:
        """Index every article of a folder and publish the result, unless nothing changed.

        Args:
            corpus: the folder.
            index: where the versions are.
            progress: told how far it is.
            options: what to make anew, and what to publish.
            ignored: a folder whose files are no articles, though it may be inside.
            keep: given the new version, open; as long as it is kept, it need not be opened again.

        Raises:
            CorpusError: the folder cannot be used; nothing was changed.
            IndexBusy, IndexUnwritable, IndexShrinking: nothing was published.
        """
        begin = time.perf_counter()
        with index.building(options.wait) as draft:
            published = draft.published
            base = published if published and not options.full and self._made(published.manifest) else None
            known = {} if options.retry_failed else _known_failures(base)
            names, others = (_outside(ignored, corpus, found) if ignored else found for found in list_folder(corpus))
            before = published.keys() if published else {}
            states = dict(zip(names, file_states(corpus, names, options.rest), strict=True))
            plan = _Plan(published, base, before, states=states, skipped=suffixes_of(others))
            plan = _plan(corpus, names, plan, known, progress)
            if not plan.kept and not plan.new:
                raise CorpusEmpty(corpus, SUFFIXES, failed=len(plan.failures))
            lost = plan.lost(options.deleted)
            if lost * 2 > len(plan.before) and not options.force:
                raise IndexShrinking(lost, len(plan.before))
            self._recall(plan, draft)
            current = base.manifest if base and plan.is_current() else None
            manifest = current or self._publish(plan, draft, progress, keep)
            self.journal.clear()
        return BuildReport(
            manifest.info, *plan.changes(), time.perf_counter() - begin, tuple(plan.failures), plan.skipped
        )

    def _made(self, manifest: Manifest) -> bool:
        """Whether a version was made as this indexer would make it."""
        embedder, chunker = self.maker.embedder, self.maker.chunker
        return (manifest.embedding, manifest.chunking) == (embedder.fingerprint, chunker.fingerprint)

    def _recall(self, plan: _Plan, build: Build) -> None:
        """Find the new articles that the published version, or the one before it, has in another place."""
        if plan.base is None:
            return
        wanted = {article.meta.sha256 for article in plan.new.values()}
        for store in (plan.base, *build.recall(wanted)):
            if self._made(store.manifest):
                at = {replace(entry.meta, doc_id=""): entry for entry in store.entries_of(wanted)}
                for doc_id, article in plan.new.items():
                    if entry := at.get(replace(article.meta, doc_id="")):
                        plan.recalled[doc_id] = (store, entry.key)

    def _publish(self, plan: _Plan, build: Build, progress: Progress, keep: Callable[[Version], object]) -> Manifest:
        """Write the version that the plan describes, check it, and make it the published one."""
        build.begin(self.maker.embedder.dimension, anew=plan.base is None, reader=self.reader)
        made = self._new(plan, progress)
        doc_ids = sorted(dict.fromkeys((*plan.kept, *plan.new)))  # most are in order already
        for new, run in groupby(doc_ids, plan.new.__contains__):
            if not new:
                kept = list(run)
                build.keep([plan.kept[doc_id] for doc_id in kept], kept, [plan.state(doc_id) for doc_id in kept])
                continue
            for doc_id in run:
                if doc_id in plan.recalled:
                    store, key = plan.recalled[doc_id]
                    build.add(plan.new[doc_id], *store.remake(key), plan.state(doc_id))
                else:
                    build.add(*next(made), plan.state(doc_id))
        fields = {
            "embedding": self.maker.embedder.fingerprint,
            "chunking": self.maker.chunker.fingerprint,
            "failures": plan.failures,
            "skipped": plan.skipped,
            "readings": plan.readings,
        }
        return build.publish(fields, list(plan.new), keep)

    def _new(self, plan: _Plan, progress: Progress) -> Iterator[Made]:
        """The new articles with their passages and vectors; while some are used, the next are embedded."""
        wanted = sorted(plan.new.keys() - plan.recalled.keys())
        done = 0
        for block in self._blocks(list(in_blocks(plan.new[doc_id] for doc_id in wanted))):
            yield from block
            done += len(block)
            progress("embedding", done, len(plan.new))
        progress("embedding", len(plan.new), len(plan.new))

    def _blocks(self, blocks: Sequence[Sequence[Article]]) -> Iterator[list[Made]]:
        """What is made of blocks, in their order; the engine gets only those that the journal does not hold whole."""
        kept = self.journal.names()
        held = [bool(kept) and all(self.maker.name(article) in kept for article in block) for block in blocks]
        make_each = self.engine or self.maker.make_each
        fresh = make_each(block for block, is_held in zip(blocks, held, strict=True) if not is_held)
        for block, is_held in zip(blocks, held, strict=True):
            yield self._kept(block) if is_held else next(fresh)

    def _kept(self, block: Sequence[Article]) -> list[Made]:
        """A block out of the journal, made anew here if that is damaged."""
        found: list[Made] = []
        for article in block:
            made = self.journal.read(self.maker.name(article))
            if made is None:
                return self.maker.make(block)
            found.append((article, *made))
        return found


def _outside(folder: Path, corpus: Path, names: Sequence[str]) -> Sequence[str]:
    """The files of a corpus, by their paths inside it, that are not in a folder, which may be there, too."""
    here, there = os.path.abspath(folder), os.path.join(os.path.abspath(corpus), "")
    if not here.startswith(there):
        return names
    return [name for name in names if not name.startswith(here[len(there) :] + "/")]


def _known_failures(base: Version | None) -> dict[tuple[str, str | None], Failure]:
    """The failures that would come again, by file and hash: this release of aliqa has parsed the same bytes."""
    if base is None or base.manifest.aliqa != __version__:
        return {}
    return {(failure.doc_id, failure.sha256): failure for failure in base.manifest.failures if failure.sha256}


def _plan(
    corpus: Path,
    names: Sequence[str],
    plan: _Plan,
    known: Mapping[tuple[str, str | None], Failure],
    progress: Progress,
) -> _Plan:
    """Tell what has to be done with every file: each is read at most once, ``known`` failures are not parsed again.

    A file whose state is the one under which the base has its articles, all of them, is not read.
    """
    base = plan.base
    at = plan.before if base else {}
    plan.kept = _resting(base, at, plan.states) if base else {}
    moved = _read(corpus, names, plan, at, known, progress)
    alike: dict[str, list[Entry]] = {article.meta.sha256: [] for article in moved}
    for entry in base.entries_of(alike) if base and alike else ():
        alike[entry.meta.sha256].append(entry)
    taken = set(plan.kept.values())
    for article in moved:
        _plan_new(plan, article, [entry for entry in alike[article.meta.sha256] if entry.key not in taken], taken)
    plan.failures.sort(key=lambda failure: failure.doc_id)
    said = base.manifest.readings if base else {}
    plan.readings = {doc_id: said[doc_id] for doc_id in plan.kept if doc_id in said} | {
        article.meta.doc_id: article.meta.reading for article in moved if article.meta.reading
    }
    return plan


def _read(
    corpus: Path,
    names: Sequence[str],
    plan: _Plan,
    at: Mapping[str, int],
    known: Mapping[tuple[str, str | None], Failure],
    progress: Progress,
) -> list[Article]:
    """The articles of the files that have to be read, but for those that the base has ``at`` the same place."""
    moved: list[Article] = []
    unread = {file_of(doc_id) for doc_id in plan.kept}
    unreadable: set[str] = set()
    for number, name in enumerate(names, 1):
        if name in unread:
            continue
        try:
            files = read_files(corpus / name, name)
        except ArticleUnreadable as error:
            plan.failures.append(Failure(name, str(error)))
            plan.states[name] = None
            unreadable.add(name)
            continue
        except ArticleError as error:
            plan.failures.append(Failure(name, str(error)))
            continue
        for file in files:
            if plan.base and file.doc_id in at and plan.base.meta(file.doc_id).sha256 == file.sha256:
                plan.kept[file.doc_id] = at[file.doc_id]
            elif failure := known.get((file.doc_id, file.sha256)):
                plan.failures.append(failure)
            else:
                try:
                    moved.append(parse_article(file))
                except ArticleError as error:
                    plan.failures.append(Failure(file.doc_id, str(error), file.sha256))
        progress("reading", number, len(names))
    progress("reading", len(names), len(names))
    if unreadable:
        plan.kept.update((doc_id, one) for doc_id, one in at.items() if file_of(doc_id) in unreadable)
    return moved


def _resting(base: Version, keys: Mapping[str, int], states: Mapping[str, FileState | None]) -> dict[str, int]:
    """Those ``keys`` whose article's file has the state under which the base has it, and did not fail."""
    failed = {file_of(failure.doc_id) for failure in base.manifest.failures}
    return {
        doc_id: keys[doc_id]
        for doc_id, state in base.states().items()
        if states.get(name := file_of(doc_id)) == state and name not in failed
    }


def _plan_new(plan: _Plan, article: Article, alike: Sequence[Entry], taken: set[int]) -> None:
    """Take over an article that only moved, or make it new."""
    for entry in alike:
        if replace(entry.meta, doc_id=article.meta.doc_id) == article.meta:
            plan.kept[article.meta.doc_id] = entry.key
            taken.add(entry.key)
            return
    plan.new[article.meta.doc_id] = article
