"""The assembly: the one module that knows which part is which.

`Library` answers from an open index; `build` makes one from a folder of articles.
"""

from collections.abc import Callable, Sequence

from aliqa.settings import Settings
from aliqa.types import Answer, ArticleSummary, ArticleText, BuildReport, Filters, FoundPassage, IndexInfo, Turn

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how much of it is done, and how much there is."""


class Library:
    """A folder of articles, indexed and open for questions. Safe to share between threads."""

    def __init__(self, settings: Settings) -> None: ...

    @classmethod
    def open(cls, settings: Settings) -> "Library":
        """Open the published index.

        Raises:
            IndexMissing, IndexDamaged, IndexIncompatible, ModelError: it cannot be used.
        """
        raise NotImplementedError

    @property
    def info(self) -> IndexInfo:
        """Which index version answers."""
        raise NotImplementedError

    @property
    def model(self) -> str:
        """The fingerprint of the embedding model."""
        raise NotImplementedError

    def ask(
        self, question: str, *, history: Sequence[Turn] = (), top_k: int = 5, filters: Filters = Filters()
    ) -> Answer:
        """Answer a question with verbatim quotes, or say why the articles do not.

        Raises:
            InvalidRequest: the question is empty or longer than 2,000 characters, or a filter makes no sense.
        """
        raise NotImplementedError

    def search(self, query: str, *, top_k: int = 10, filters: Filters = Filters()) -> tuple[FoundPassage, ...]:
        """The passages that fit a query best. Raises InvalidRequest like `ask`."""
        raise NotImplementedError

    def articles(self) -> tuple[ArticleSummary, ...]:
        """All articles, by ``doc_id``; those that could not be read come with the reason."""
        raise NotImplementedError

    def article(self, doc_id: str) -> ArticleText:
        """One whole article. Raises ArticleNotFound."""
        raise NotImplementedError

    def examples(self, count: int = 4) -> tuple[str, ...]:
        """Questions that the articles answer, made from their own sentences."""
        raise NotImplementedError


def build(settings: Settings, *, full: bool = False, progress: Progress | None = None) -> BuildReport:
    """Index the corpus and publish the new version in one step.

    Raises:
        CorpusMissing, CorpusUnreadable, CorpusEmpty, IndexBusy, IndexUnwritable, ModelError: nothing was changed.
    """
    raise NotImplementedError
