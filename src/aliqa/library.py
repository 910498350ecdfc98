"""The assembly: the one module that knows which part is which.

`Library` answers from an open index; `build` makes one from a folder of articles.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from functools import partial
from itertools import islice
from pathlib import Path
from pkgutil import resolve_name
from tempfile import TemporaryDirectory
from threading import Event
from types import MappingProxyType
from typing import Final

from aliqa.answers import answering, querying, suggesting, timeline
from aliqa.answers.asking import Steps, Stopwatch
from aliqa.answers.examples import propose
from aliqa.answers.kinds import which_articles
from aliqa.answers.language_model import ChatModel
from aliqa.answers.reading import load_reader, prepare
from aliqa.answers.retrieval import Retriever
from aliqa.answers.synthesis import Writer
from aliqa.answers.understanding import Interpreter
from aliqa.articles import corpus
from aliqa.articles.notes import ArticleNote, Notes, collection_of
from aliqa.foundations.errors import CorpusMissing, IndexIncompatible, InvalidRequest, ModelError
from aliqa.foundations.limits import LONGEST_QUESTION
from aliqa.foundations.protocols import Embedder, Reader, Store
from aliqa.foundations.settings import BUNDLED, LLM, ChunkingSettings, EmbeddingSettings, Settings, load
from aliqa.foundations.types import (
    Answer,
    ArticleMention,
    ArticleSummary,
    ArticleText,
    BuildOptions,
    BuildReport,
    CheckedName,
    Failure,
    Filters,
    FoundPassage,
    IndexInfo,
    Mode,
    Name,
    Part,
    SentenceKind,
    StatedPair,
    Timeline,
    Turn,
)
from aliqa.index import versions
from aliqa.index.chunking import Chunker
from aliqa.index.embedding import load_model
from aliqa.index.indexing import Indexer, Progress
from aliqa.index.making import Engine, Journal, Maker
from aliqa.index.places import index_of
from aliqa.text.names import read_edits
from aliqa.text.sentences import split_sentences

MODELS: Final = "models"
"""The folder inside the index folder that keeps converted models."""
JOURNAL: Final = "embedded"
"""The folder inside the index folder that keeps what was embedded on a cluster until it is published."""
_EXAMPLE_ARTICLES: Final = 5
_EXAMPLE_CHARACTERS: Final = 20_000
_SURE_EXAMPLE: Final = 0.75
_SURE_EXAMPLES: Final = 2
"""How many examples of an article, and how sure ones, are enough to look no further in it."""


class Library:
    """A folder of articles, indexed and open for questions. Safe to share between threads."""

    def __init__(
        self,
        settings: Settings,
        embedder: Embedder,
        store: Store,
        reader: Reader,
        failures: Sequence[Failure] = (),
        skipped: Mapping[str, int] = MappingProxyType({}),
    ) -> None:
        """Put the parts together; `open` does it from settings.

        ``failures`` are the files that could not be read, ``skipped`` how many files of each suffix are no articles.
        """
        self._settings = settings
        self._embedder = embedder
        self.store = store
        self._retriever = Retriever(store)
        self._reader = reader
        self._failures = tuple(failures)
        self.skipped = skipped
        self.notes = Notes(settings.corpus_dir)
        self._writer = Writer(settings.llm, lambda doc_id: store.article(doc_id).text)
        english_only = settings.embedding.model == BUNDLED
        chooses = settings.reading.model == LLM and settings.llm.configured
        self._steps = Steps(
            store,
            embedder,
            reader,
            settings.answering,
            english_only=english_only,
            edits=read_edits(settings.index_dir),
            interpreter=Interpreter(ChatModel(settings.llm)) if chooses else None,
        )

    @classmethod
    def open(
        cls, settings: Settings | str | Path, embedder: Embedder | None = None, reader: Reader | None = None
    ) -> "Library":
        """Open the published index.

        Args:
            settings: the folder of the index, the model, the chunking; or that folder alone, all else as it is set.
            embedder: the model that the settings name, if it is loaded already.
            reader: the reader that they name, likewise.

        Raises:
            IndexMissing, IndexDamaged, IndexIncompatible, ModelError: it cannot be used.
        """
        if not isinstance(settings, Settings):
            settings = load(index_dir=Path(settings))
        store = index_of(settings).published()
        manifest = store.manifest
        embedder = embedder or make_embedder(settings)
        reader = reader or load_reader(settings.reading, settings.index_dir / MODELS, settings.llm)
        chunker = Chunker(settings.chunking, embedder)
        for what, found, wanted in (
            ("the model", manifest.embedding, embedder.fingerprint),
            ("the chunking", manifest.chunking, chunker.fingerprint),
        ):
            if found != wanted:
                raise IndexIncompatible(store.place, what, found, wanted)
        return cls(settings, embedder, store, reader, manifest.failures, manifest.skipped)

    @property
    def info(self) -> IndexInfo:
        """Which index version answers."""
        return self.store.info

    @property
    def embedder(self) -> Embedder:
        """The embedding model, which another version can share."""
        return self._embedder

    @property
    def reader(self) -> Reader:
        """The reader, which another version can share."""
        return self._reader

    @property
    def model(self) -> str:
        """The fingerprint of the embedding model."""
        return self._embedder.fingerprint

    def ask(
        self,
        question: str,
        *,
        history: Sequence[Turn] = (),
        top_k: int = 5,
        filters: Filters = Filters(),
        limit: int | None = None,
        as_typed: bool = False,
    ) -> Answer:
        """Answer a question with verbatim quotes, or say why the articles do not.

        A question that leans on those of ``history``, "And Tencent Cloud?", is completed out of them first. ``limit``
        is how many sentences or articles are told at most where a question wants several. A misspelt name is corrected
        where it is clear which one is meant, unless the question is to be searched ``as_typed``.

        Raises:
            InvalidRequest: the question is empty or longer than 2,000 characters, or a filter makes no sense.
        """
        filters = self._narrowed(filters)
        steps, watch = self._steps, Stopwatch()
        understood = steps.understand(
            checked("question", question, filters), history, top_k, filters, limit, as_typed=as_typed
        )
        watch.lap()
        found = steps.search(understood)
        watch.lap()
        understood, found, decision = steps.surest(understood, found, history)
        answer = steps.compose(understood, found, decision)
        answer = replace(answer, suggestions=steps.suggest(understood, answer))
        watch.lap()
        return replace(answer, timings_ms=watch.timings())

    def _narrowed(self, filters: Filters) -> Filters:
        """The same filters, with the articles that have one of the tags in place of the tags. Raises NotesDamaged."""
        if filters.tags is None:
            return filters
        tagged = self.notes.tagged(filters.tags)
        wanted = tagged if filters.doc_ids is None else tuple(set(tagged) & set(filters.doc_ids))
        return replace(filters, tags=None, doc_ids=wanted)

    @property
    def has_llm(self) -> bool:
        """Whether a language model is configured."""
        return self._writer.configured

    def parts(
        self, answer: Answer, mode: Mode, *, filters: Filters = Filters(), cancelled: Event | None = None
    ) -> Iterator[Part]:
        """An answer of `ask` part by part, the whole last; in synthesis mode in the language model's words.

        Where those do not hold, or cannot be had, the whole is the extractive answer with a notice.

        Args:
            answer: what `ask` gave.
            mode: how it is to be written.
            filters: those with which it was asked.
            cancelled: set it when nobody waits for the answer any more.
        """
        if answer.lead:
            mode = "extractive"  # counted from metadata: nothing for a language model to say
        for part in self._writer.parts(answer, mode, cancelled):
            if isinstance(part, Answer) and part.mode == "synthesis":
                part = replace(part, newest_used=answering.newest(part.citations))
            yield part

    @property
    def threshold(self) -> float:
        """The confidence, from 0 to 1, below which it gives no answer."""
        return self._settings.answering.threshold

    def with_threshold(self, threshold: float) -> "Library":
        """The same library, but for the confidence (0 to 1) below which it gives no answer."""
        answering = self._settings.answering.model_copy(update={"threshold": threshold})
        settings = self._settings.model_copy(update={"answering": answering})
        return Library(settings, self._embedder, self.store, self._reader, self._failures, self.skipped)

    def search(self, query: str, *, top_k: int = 10, filters: Filters = Filters()) -> tuple[FoundPassage, ...]:
        """The passages that fit a query best; see `aliqa.answers.querying` for quotes, AND, OR, NOT and fields in it.

        What cannot be read as such is searched as words; `aliqa.answers.querying.trouble` says why.

        Raises:
            InvalidRequest: like `ask`.
        """
        filters = self._narrowed(filters)
        asked = checked("query", query, filters)
        if querying.is_query(asked) and not querying.trouble(asked):
            wanted, embed = querying.parse(asked), lambda: self._embedder.embed_query(asked)
            tagged = lambda tag: self.notes.tagged([tag])  # noqa: E731
            fitting = querying.find(wanted, self.store, filters, top_k, tagged, embed)
            return tuple(map(answering.found_passage, fitting))
        candidates = self._retriever.retrieve(asked, self._embedder.embed_query(asked), top_k, filters)
        return tuple(answering.found_passage(candidate) for candidate in candidates)

    def timeline(self, about: str, *, offset: int = 0, limit: int | None = None) -> Timeline:
        """What the articles say about something, in order of time: all, or at most ``limit`` after ``offset``.

        Raises:
            InvalidRequest: like `ask`.
        """
        about = checked("about", about, Filters())
        statements, undated = timeline.tell(self.store, about, self._steps.names.aliases(about))
        page = statements[offset : None if limit is None else offset + limit]
        return Timeline(about, tuple(page), undated, self.info, offset, len(statements))

    def names(self) -> tuple[Name, ...]:
        """The names in the articles, those in most articles first; a name written in several ways counts once."""
        return self._steps.names.names

    def mentioning(self, words: str, *, filters: Filters = Filters(), limit: int | None = None) -> CheckedName:
        """The articles that mention a name or a few words, most mentions first, each with a sentence.

        ``similar`` are names that may have been meant by a word that no article has. Raises InvalidRequest like `ask`.
        """
        filters = self._narrowed(filters)
        words, articles = checked("mentions", words, filters), self._steps.articles(filters)
        found = which_articles.listed(articles.phrase(words), articles)[:limit]
        return CheckedName(words, found, () if found else tuple(name for _, name in self._steps.guesses(words)))

    def mentions(self, name: str) -> tuple[ArticleMention, ...]:
        """The articles in which a name stands, most mentions first, with a sentence of each; raises as `ask` does."""
        articles = self._steps.articles()
        return which_articles.literal(articles.phrase(checked("name", name, Filters())), articles)

    def check_names(self, names: Sequence[str]) -> tuple[CheckedName, ...]:
        """Where each name stands in the articles, and what is spelt nearly like it; raises as `ask` does."""
        similar = self._steps.names.similar
        return tuple(
            CheckedName(
                name, self.mentions(name), tuple(dict.fromkeys(near for word in name.split() for near in similar(word)))
            )
            for name in names
        )

    def articles(self, filters: Filters = Filters()) -> tuple[ArticleSummary, ...]:
        """The articles, by ``doc_id``; those that could not be read come with the reason, unless there are filters."""
        found, narrowed = versions.summaries(self.store, self._failures), self._narrowed(filters)
        if not filters:
            return found
        admitted = {meta.doc_id for meta in self.store.metas() if narrowed.admit(meta)}
        return tuple(one for one in found if one.doc_id in admitted)

    def collections(self) -> tuple[tuple[str, int], ...]:
        """The folders that articles are in, each with how many, those in folders inside of it counted, too."""
        counts = Counter[str]()
        for meta in self.store.metas():
            folder = collection_of(meta.doc_id)
            while folder:
                counts[folder] += 1
                folder = collection_of(folder)
        return tuple(sorted(counts.items()))

    def annotate(self, doc_id: str, tags: Sequence[str], note: str = "", quote: str | None = None) -> ArticleNote:
        """Keep tags and a note on an article, or on a sentence of it, in place of those that it has.

        Raises:
            ArticleNotFound, InvalidRequest: there is no such article, or it has no such words; nothing was changed.
            NotesDamaged, CorpusUnwritable: nothing was changed.
        """
        if quote is not None and quote not in self.text(doc_id):
            raise InvalidRequest("quote", "the article does not say so; give words of it verbatim")
        self.text(doc_id)
        return self.notes.put(doc_id, tags, note, quote)

    def disagreements(self) -> tuple[StatedPair, ...]:
        """Where articles give different values for the same thing, the surest first.

        Raises:
            NotCompared: the index was built before articles were compared.
        """
        return self.store.disagreements()

    def article(self, doc_id: str) -> ArticleText:
        """One whole article. Raises ArticleNotFound."""
        article = self.store.article(doc_id)
        m = article.meta
        return ArticleText(m.doc_id, m.title, m.author, m.source, m.published, m.url, m.sha256, article.text)

    def text(self, doc_id: str) -> str:
        """The text of one article, as it was indexed. Raises ArticleNotFound."""
        return self.store.article(doc_id).text

    def examples(self, count: int = 4, ask: Callable[[str], Answer] | None = None) -> tuple[str, ...]:
        """Questions that the articles answer: made from sentences of the newest, one an article in turn, then on names.

        ``ask`` answers them; `Library.ask`, unless it has to wait for its turn among others.
        """
        newest = sorted(self.store.metas(), key=lambda meta: (meta.published is None, meta.published or date.min))
        dated = [meta for meta in newest if meta.published][::-1] + [meta for meta in newest if not meta.published]
        proposals = [self._answered_examples(meta.doc_id, ask or self.ask) for meta in dated[:_EXAMPLE_ARTICLES]]
        found: dict[str, None] = {}
        for rank in range(count):
            for questions in proposals:
                if rank < len(questions) and len(found) < count:
                    found.setdefault(questions[rank])
        for question in suggesting.opening(self._steps.names, self._steps.articles(), count):
            if len(found) < count:
                found.setdefault(question)
        return tuple(found)

    def _answered_examples(self, doc_id: str, ask: Callable[[str], Answer]) -> list[str]:
        """Questions made from an article that it then answers with the very sentence, surest first."""
        article = self.store.article(doc_id)
        answered: dict[str, float] = {}
        for sentence in split_sentences(article.text[:_EXAMPLE_CHARACTERS], article.meta.body_start):
            if sentence.kind is SentenceKind.PROSE:
                for question in islice(propose(sentence.span.cut(article.text)), 1):
                    answer = ask(question)
                    first = answer.citations[0] if answer.citations else None
                    if first and (first.doc_id, first.char_start) == (doc_id, sentence.span.start):
                        answered[question] = answer.confidence
            if sum(confidence >= _SURE_EXAMPLE for confidence in answered.values()) >= _SURE_EXAMPLES:
                break
        return sorted(answered, key=lambda question: -answered[question])


def build(
    settings: Settings,
    options: BuildOptions = BuildOptions(),
    *,
    ray: str | None = None,
    embedder: Embedder | None = None,
    progress: Progress | None = None,
    keep: Callable[[Store], object] = lambda _: None,
) -> BuildReport:
    """Index the corpus and publish the new version in one step, unless nothing changed.

    Args:
        settings: the folders, the model, the chunking.
        options: what to make anew, and what to publish.
        ray: the address of a Ray cluster that embeds, as ``ray.init`` takes it; if None, this process does.
        embedder: the model that the settings name, if it is loaded already.
        progress: told how far it is.
        keep: given the new version, open; as long as it is kept, `Library.open` need not open it again.

    Raises:
        CorpusError, IndexBusy, IndexUnwritable, IndexShrinking, ModelError, ClusterError: nothing was changed.
    """
    if not settings.corpus_dir.is_dir():  # before anything is made for it
        raise CorpusMissing(settings.corpus_dir)
    embedder = embedder or make_embedder(settings, asked=False)
    prepare(settings.reading, settings.index_dir / MODELS)
    maker = Maker(embedder, Chunker(settings.chunking, embedder))
    journal = Journal(settings.index_dir / JOURNAL)
    reader = partial(load_reader, settings.reading, settings.index_dir / MODELS, settings.llm)
    with _engine(settings, ray, maker, journal) as engine:
        report = Indexer(maker, journal, engine, reader).build(
            settings.corpus_dir,
            index_of(settings),
            progress or (lambda *_: None),
            options,
            ignored=settings.index_dir,
            keep=keep,
        )
    corpus.remember(settings.corpus_dir, settings.index_dir)
    return report


@contextmanager
def _engine(settings: Settings, ray: str | None, maker: Maker, journal: Journal) -> Iterator[Engine | None]:
    """The cluster at an address, which makes passages and vectors; None if none is named."""
    if ray is None:
        yield None
        return
    from aliqa.index import cluster

    models = (settings.index_dir / MODELS).absolute()
    load = partial(_load_maker, settings.embedding, settings.chunking, models)  # no more of the settings is sent
    with cluster.connected(ray, load, maker, journal) as workers:
        yield workers.make_each


def _load_maker(embedding: EmbeddingSettings, chunking: ChunkingSettings, models: Path) -> Maker:
    """What embeds on a machine of a cluster; where that lacks the folder of models, it keeps none."""
    with TemporaryDirectory() as nowhere:
        embedder = _load_embedder(embedding, models if models.is_dir() else Path(nowhere), asked=False)
    return Maker(embedder, Chunker(chunking, embedder))


def make_embedder(settings: Settings, *, asked: bool = True) -> Embedder:
    """The embedder that the settings name: a model, or any ``module:Class`` of one's own.

    It is made ready for questions, or for passages if not ``asked``; it takes both.

    Raises:
        ModelError: there is no such model or class.
    """
    return _load_embedder(settings.embedding, settings.index_dir / MODELS, asked=asked)


def _load_embedder(settings: EmbeddingSettings, models: Path, *, asked: bool) -> Embedder:
    model = settings.model
    if ":" not in model:
        return load_model(settings, models, asked=asked)
    try:
        made: Embedder = resolve_name(model)(settings)
    except (ImportError, AttributeError, ValueError) as error:
        raise ModelError(model, "there is no such module and class") from error
    return made


def checked(field: str, text: str, filters: Filters) -> str:
    """The text without blanks around it, if it and the filters can be asked.

    Raises:
        InvalidRequest: the text is empty, too long or no Unicode, or a filter makes no sense.
    """
    text = text.strip()
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise InvalidRequest(field, "it holds half of a surrogate pair; send Unicode text")
    if not text:
        raise InvalidRequest(field, "it is empty; write what you want to know")
    if len(text) > LONGEST_QUESTION:
        raise InvalidRequest(field, f"it has {len(text):,} characters; shorten it to {LONGEST_QUESTION:,}")
    if filters.since and filters.until and filters.since > filters.until:
        raise InvalidRequest("filters", f"since {filters.since} is after until {filters.until}; swap them")
    return text
