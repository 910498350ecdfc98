"""Tags and notes on articles and quotes: one YAML file beside the folder of articles, for people to read and to edit.

Of a folder ``corpus`` it is ``corpus.notes.yaml``. It is replaced whole, so that a kill leaves the old file or the new
one; a file that cannot be read is never overwritten. The articles themselves are not touched.
"""

import os
from collections import Counter
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Final

import yaml
from filelock import FileLock
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from aliqa.articles.durable import sync
from aliqa.foundations.errors import CorpusUnwritable, NotesDamaged

LONGEST_NOTE: Final = 10_000
MOST_TAGS: Final = 50
SUFFIX: Final = ".notes.yaml"
_HEAD: Final = (
    "# Tags and notes on articles. aliqa reads this file and writes it anew; so may you, but your comments go.\n"
)

Tags = Annotated[tuple[Annotated[str, Field(min_length=1, max_length=100)], ...], Field(max_length=MOST_TAGS)]
Note = Annotated[str, Field(max_length=LONGEST_NOTE)]


class _Kept(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    tags: Tags = ()
    note: Note = ""


class QuoteNote(_Kept):
    """Tags and a note on a sentence of an article, which is given verbatim."""

    quote: Annotated[str, Field(min_length=1, max_length=20_000)]


class ArticleNote(_Kept):
    """Tags and a note on an article, and those on its quotes."""

    quotes: tuple[QuoteNote, ...] = ()

    @property
    def all_tags(self) -> set[str]:
        """The tags of the article and of its quotes, in lower case."""
        return {tag.casefold() for kept in (self, *self.quotes) for tag in kept.tags}


_FILE: Final = TypeAdapter(dict[str, ArticleNote])


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag, and on how many articles it is, or on quotes of them."""

    tag: str
    articles: int


class Notes:
    """The notes on a folder of articles. Safe to share between threads and processes. All raise NotesDamaged."""

    def __init__(self, corpus: Path) -> None:
        """``corpus`` is the folder of articles; the file need not be there before the first note."""
        corpus = Path(os.path.abspath(corpus))
        self.path = corpus.with_name(corpus.name + SUFFIX)
        self._known: tuple[object, dict[str, ArticleNote]] = (None, {})

    def all(self) -> dict[str, ArticleNote]:
        """The notes by ``doc_id``; the file is read again when it has changed."""
        try:
            found = os.stat(self.path)
            stamp = found.st_ino, found.st_size, found.st_mtime_ns
            if self._known[0] != stamp:
                self._known = stamp, _parsed(self.path, self.path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        except (OSError, UnicodeDecodeError) as error:
            raise NotesDamaged(self.path, str(error)) from error
        return self._known[1]

    def tags(self) -> tuple[Tag, ...]:
        """All tags, those on most articles first."""
        counts = Counter(tag for kept in self.all().values() for tag in kept.all_tags)
        return tuple(Tag(tag, count) for tag, count in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))

    def tagged(self, tags: Collection[str]) -> tuple[str, ...]:
        """The articles that have one of these tags, on themselves or on a quote; case does not matter."""
        wanted = {tag.casefold() for tag in tags}
        return tuple(sorted(doc_id for doc_id, kept in self.all().items() if wanted & kept.all_tags))

    def put(self, doc_id: str, tags: Collection[str], note: str, quote: str | None = None) -> ArticleNote:
        """Keep these tags and this note on an article, or on a quote of it, in place of what was there.

        Raises:
            CorpusUnwritable: the file cannot be written.
        """
        cleaned = tuple(dict.fromkeys(" ".join(tag.split()) for tag in tags if tag.strip()))
        with self._changing() as kept:
            before = kept.get(doc_id, ArticleNote())
            if quote is None:
                now = ArticleNote(tags=cleaned, note=note.strip(), quotes=before.quotes)
            else:
                quotes = [note for note in before.quotes if note.quote != quote]
                if cleaned or note.strip():
                    quotes.append(QuoteNote(tags=cleaned, note=note.strip(), quote=quote))
                now = before.model_copy(update={"quotes": tuple(quotes)})
            kept[doc_id] = now
            if now == ArticleNote():
                del kept[doc_id]
        return now

    @contextmanager
    def _changing(self) -> Iterator[dict[str, ArticleNote]]:
        """The notes, to be changed in place; they are written out when the block ends well."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with FileLock(self.path.with_name(f".{self.path.name}.lock")):
                kept = dict(self.all())
                yield kept
                self._write(kept)
        except OSError as error:
            raise CorpusUnwritable(self.path, error.strerror or type(error).__name__) from error

    def _write(self, kept: dict[str, ArticleNote]) -> None:
        plain = {doc_id: _plain(kept[doc_id]) for doc_id in sorted(kept)}
        temporary = self.path.with_name(f".{self.path.name}.part")
        with open(temporary, "w", encoding="utf-8") as file:
            file.write(_HEAD)
            yaml.safe_dump(plain, file, allow_unicode=True, sort_keys=False, width=110)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, self.path)
        sync(self.path.parent)


def _plain(kept: ArticleNote) -> dict[str, Any]:
    """What is written of a note: nothing that is empty."""
    found: dict[str, Any] = kept.model_dump(mode="json", exclude_defaults=True)
    return found


def _parsed(path: Path, text: str) -> dict[str, ArticleNote]:
    try:
        return _FILE.validate_python(yaml.safe_load(text) or {})
    except yaml.YAMLError as error:
        raise NotesDamaged(path, "it is no YAML") from error
    except ValidationError as error:
        first = error.errors()[0]
        raise NotesDamaged(path, f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from error


def collection_of(doc_id: str) -> str | None:
    """The folder of an article, which is its collection; None at the top.

    >>> collection_of("news/2025/mill.html"), collection_of("mill.html")
    ('news/2025', None)
    """
    return doc_id.rpartition("/")[0] or None


def within(doc_id: str, collection: str) -> bool:
    """Whether an article is in a collection, or in a folder inside of it."""
    return doc_id.startswith(f"{collection.strip('/')}/")
