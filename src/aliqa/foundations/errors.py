"""Everything that can go wrong, and what to do about it.

::

    AliqaError
    ├── SettingsError          a setting is unknown or has a value that makes no sense
    ├── CorpusError            the folder of articles cannot be used
    │   ├── CorpusMissing      it is not there, or is not a folder
    │   ├── CorpusUnreadable   its files cannot be listed
    │   ├── NotesDamaged       the file of tags and notes beside it cannot be read
    │   ├── CorpusUnwritable   no article can be put into it or taken out of it
    │   └── CorpusEmpty        it holds no article that can be read
    ├── ArticleError           one article cannot be used; the others go on
    │   └── ArticleUnreadable  its file cannot be read now; what it holds is not known
    ├── ArticleNotFound        the index holds no article of this name
    ├── ArticleNotDeletable    it is one line of a file, or the last article
    ├── FetchFailed            a page that the user named cannot be fetched
    ├── FeedError              nothing can be taken from a feed
    │   ├── FeedInvalid        there is no feed at the address
    │   ├── FeedNotFound       no feed of this id or address was added
    │   ├── FeedsBusy          another process asks them
    │   └── FeedsDamaged       the file of what is known of feeds cannot be used
    ├── FormatUnknown          no reader knows files of this suffix
    ├── ContentMismatch        a file holds something else than its name says
    ├── FileTooLarge           it is larger than an article may be
    ├── JobNotFound            there is no job of this id
    ├── JobRunning             a rebuild is queued or running already
    ├── WatchedNotFound        no question of this id is watched
    ├── WatchlistDamaged       the file of watched questions cannot be read
    ├── BackupFailed           an archive cannot be written, or not be put back
    ├── ArchiveDamaged         an archive is not what it was
    ├── NameNotWatched         no name like this is watched
    ├── AlertsDamaged          the file of alerts cannot be used
    ├── FeedbackUnreadable     the file of what readers said of answers cannot be read
    ├── KeysDamaged            the file of keys cannot be read
    ├── KeyNotFound            no key has this name
    ├── KeyExists              another key has this name
    ├── NotAllowed             the key of whoever asks lacks a scope
    ├── IndexError_            the index cannot be used
    │   ├── IndexMissing       there is none yet
    │   ├── IndexDamaged       its files are not what its manifest says
    │   ├── IndexIncompatible  it was made with another model, chunking or format
    │   ├── IndexBusy          another process is building it
    │   ├── IndexUnwritable    its folder cannot be written
    │   ├── IndexShrinking     the new version would lose more than half of the articles
    │   ├── StoreUnreachable   no database answers at the address, or it went away
    │   ├── StoreRefused       the database does not let this user in, or not do this
    │   ├── StoreTimeout       a query took longer than it may
    │   ├── StoreFailed        the database reports another error
    │   ├── ExtensionMissing   the database lacks pgvector, or has an old one
    │   ├── SchemaDiffers      another release of aliqa made its tables
    │   ├── PackageMissing     a package that the store, or Ray, needs is not installed
    │   ├── NoEarlierVersion   there is no version before the published one to go back to
    │   └── VersionNotFound    the folder holds no version of this name
    ├── ClusterError           nothing can be embedded on the Ray cluster
    │   ├── ClusterUnreachable there is none at the address, or one of another version
    │   ├── WorkerFailed       an actor cannot start, or dies of its work
    │   └── WorkerDiffers      an actor has another release of aliqa, or another model
    ├── ModelError             the embedding model cannot be used
    ├── LlmError               the language model cannot be used; there is the extractive answer
    ├── EvaluationError        answers cannot be scored
    │   ├── GoldInvalid        a line of the gold file cannot be used
    │   ├── RunUnreadable      a run that was kept cannot be read
    │   ├── RunsDiffer         two runs were not asked the same questions
    │   └── ResultUnwritable   a run or its plot cannot be written
    ├── InvalidRequest         a question or a filter cannot be asked like this
    ├── BuildDied              the process that indexes is gone
    ├── Overloaded             more questions wait than can be answered soon
    ├── Abandoned              nobody waits for the answer any more
    ├── AddressInUse           another program listens there
    ├── RequestRefused         a server says no to its client
    └── ServerUnreachable      a server says nothing to its client

"The articles do not answer" is a result, not an error.
Messages never name a path outside the corpus and index folders that the user gave.
"""

from pathlib import Path

from aliqa.foundations.messages import gettext


class AliqaError(Exception):
    """The root of all errors that aliqa raises on purpose."""


class SettingsError(AliqaError):
    """A setting is unknown or has a value that makes no sense."""

    def __init__(self, problems: str) -> None:
        super().__init__(
            f"These settings cannot be used: {problems}. "
            "Correct the flag, the environment variable, .env or aliqa.toml."
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


class CorpusUnwritable(CorpusError):
    """No article can be put into the corpus, or taken out of it."""

    def __init__(self, folder: Path, reason: str) -> None:
        super().__init__(f"The folder {folder} cannot be written ({reason}). Free or allow it and try again.")


class NotesDamaged(CorpusError):
    """The file of tags and notes beside the folder cannot be read; it was left as it is."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"The notes {path} cannot be read ({reason}). They were left as they are; repair the file.")


class CorpusEmpty(CorpusError):
    """The corpus holds no article that can be read; nothing was changed."""

    def __init__(self, folder: Path, suffixes: tuple[str, ...], failed: int = 0) -> None:
        found = f"{failed} could not be read" if failed else "none was found"
        super().__init__(
            f"The folder {folder} holds no readable article ({found}). "
            f"Put {' or '.join(suffixes)} files there and run again."
        )


class ArticleError(AliqaError):
    """One article cannot be read; its message is the reason shown beside it."""


class ArticleUnreadable(ArticleError):
    """The file of an article cannot be read now, so nobody knows whether it changed."""


class ArticleNotFound(AliqaError):
    """The index holds no article of this name."""

    def __init__(self, doc_id: str) -> None:
        super().__init__(f"No article is called {doc_id!r}. GET /articles lists them all.")


class ArticleNotDeletable(AliqaError):
    """An article that cannot be deleted by itself."""

    def __init__(self, doc_id: str, reason: str) -> None:
        super().__init__(f"{doc_id!r} cannot be deleted: {reason}.")


class FetchFailed(AliqaError):
    """A page that the user named cannot be fetched."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"The page cannot be fetched: {reason}. Check the address, or save the page and add the file.")


class FeedError(AliqaError):
    """Nothing can be taken from a feed."""


class FeedInvalid(FeedError):
    """There is no feed at an address, or none that can be read."""

    def __init__(self, url: str, reason: str) -> None:
        super().__init__(
            f"{url} cannot be read as a feed: {reason}. Give the address of an RSS, Atom or JSON feed, or of a sitemap."
        )


class FeedNotFound(FeedError):
    """No feed of this id or address was added."""

    def __init__(self, name: str) -> None:
        super().__init__(f"No feed is {name!r}. List them with: aliqa feed list")


class FeedsBusy(FeedError):
    """Another process asks the feeds."""

    def __init__(self) -> None:
        super().__init__("The feeds are being asked by another process. Wait until it is done.")


class FeedsDamaged(FeedError):
    """The file of what is known of feeds cannot be read or written."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(
            f"What is known of feeds, {path}, cannot be used ({reason}). Free the disk or restore it from a backup."
        )


class FormatUnknown(AliqaError):
    """No reader knows files of this suffix."""

    def __init__(self, name: str, suffixes: tuple[str, ...]) -> None:
        super().__init__(
            f"{name!r} has no suffix that can be read. Send a file whose name ends in {', '.join(suffixes)}."
        )


class ContentMismatch(AliqaError):
    """A file holds something else than its name says."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name!r} does not hold what its name says. Send it with the suffix that it should have.")


class FileTooLarge(AliqaError):
    """A file is larger than an article may be."""

    def __init__(self, name: str, most: int) -> None:
        super().__init__(f"{name!r} is larger than {most // 1024**2} MB. Split it into several articles.")


class JobNotFound(AliqaError):
    """There is no job of this id; the last hundred are remembered."""

    def __init__(self, job_id: str) -> None:
        super().__init__(f"There is no job {job_id!r}. Only the last hundred jobs since the server started are known.")


class JobRunning(AliqaError):
    """A rebuild is queued or running already."""

    def __init__(self, job_id: str) -> None:
        self.job_id = job_id
        super().__init__(f"The job {job_id} is rebuilding the index already. Wait until it is done: GET /jobs/{job_id}")


class WatchedNotFound(AliqaError):
    """No question of this id, or in these words, is watched."""

    def __init__(self, name: str) -> None:
        super().__init__(f"No watched question is {name!r}. List them with: aliqa watch list")


class WatchlistDamaged(AliqaError):
    """The file of watched questions cannot be read; it was left as it is."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(
            f"The watchlist {path} cannot be read ({reason}). "
            "It was left as it is; repair it, or move it away and begin anew."
        )


class BackupFailed(AliqaError):
    """An archive cannot be written, or what it holds not be put back; all is as it was."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path}: {reason}. Nothing was changed.")


class ArchiveDamaged(AliqaError):
    """An archive is not what it was when it was written, or was never one of aliqa's."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"The archive {path} cannot be used: {reason}. Take another copy of it.")


class NameNotWatched(AliqaError):
    """No such name is watched."""

    def __init__(self, name: str) -> None:
        super().__init__(f"The name {name!r} is not watched. List what is with: aliqa watch list")


class AlertsDamaged(AliqaError):
    """The file of alerts cannot be read or written; nothing was changed."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"The alerts in {path} cannot be used ({reason}). Free the disk or restore it from a backup.")


class FeedbackUnreadable(AliqaError):
    """The file of what readers said of answers cannot be read."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"The feedback {path} cannot be read ({reason}). See who may read it.")


class KeysDamaged(AliqaError):
    """The file of keys cannot be read; it was left as it is, and nobody is let in."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(
            f"The file of keys {path} cannot be read ({reason}). "
            "Repair it, or move it away and make new keys: aliqa keys add NAME"
        )


class KeyNotFound(AliqaError):
    """No key has this name."""

    def __init__(self, name: str) -> None:
        super().__init__(f"No key is called {name!r}. List them with: aliqa keys list")


class KeyExists(AliqaError):
    """Another key has this name."""

    def __init__(self, name: str) -> None:
        super().__init__(f"A key is called {name!r} already. Choose another name, or: aliqa keys remove {name}")


class NotAllowed(AliqaError):
    """The key of whoever asks lacks a scope."""

    def __init__(self, name: str, scope: str) -> None:
        super().__init__(
            f"The key {name!r} lacks the scope {scope!r}. "
            f"Use another one, or make one with: aliqa keys add NAME --scope {scope}"
        )


class IndexError_(AliqaError):
    """The index cannot be used.

    Where an index is, is a folder, or the address of a database without its password.
    """


class IndexMissing(IndexError_):
    """There is no index yet."""

    def __init__(self, place: Path | str) -> None:
        super().__init__(f"There is no index in {place} yet. Build it with: aliqa index --corpus DIR{_named(place)}")


class IndexDamaged(IndexError_):
    """The files of an index are not what its manifest says."""

    def __init__(self, folder: Path, what: str) -> None:
        super().__init__(
            f"The index in {folder} is damaged: {what}. "
            f"Rebuild it with: aliqa index --full --corpus DIR --index {folder.parent}"
        )


class IndexIncompatible(IndexError_):
    """The index was made with another model, chunking or format than the settings ask for."""

    def __init__(self, place: Path | str, what: str, found: object, wanted: object) -> None:
        """``place`` is the folder of the version, or the address of the database."""
        super().__init__(
            f"The index in {place} was made with {what} {found}, the settings ask for {wanted}. "
            f"Set it back, or rebuild with: aliqa index --full --corpus DIR{_named(_whole(place))}"
        )


class NotCompared(IndexError_):
    """The index was built by a release that did not look for disagreements, or otherwise than this one."""

    def __init__(self, place: Path | str) -> None:
        """``place`` is the folder of the version, or the address of the database."""
        super().__init__(
            f"The index in {_whole(place)} was built before articles were compared as they are now. "
            f"Bring it up to date with: aliqa index --corpus DIR{_named(_whole(place))}"
        )


class IndexBusy(IndexError_):
    """Another process is building the index."""

    def __init__(self, place: Path | str) -> None:
        super().__init__(f"Another process is building the index in {place}. Wait until it is done and run again.")


class IndexUnwritable(IndexError_):
    """The folder of the index cannot be written; what stood there still stands."""

    def __init__(self, folder: Path, reason: str) -> None:
        super().__init__(
            f"The index folder {folder} cannot be written ({reason}). "
            "The last published index still stands. Free space or allow writing, and run again."
        )


class IndexShrinking(IndexError_):
    """The new version would lose more than half of the articles; it was not published."""

    def __init__(self, lost: int, articles: int) -> None:
        super().__init__(
            f"{lost:,} of the index's {articles:,} articles are gone from the corpus. "
            "The published version was kept. If that is meant, run again with --force."
        )


class StoreUnreachable(IndexError_):
    """No database answers at the address, or it went away; who asks again later may be answered."""

    def __init__(self, place: str, reason: str) -> None:
        super().__init__(
            f"The store {place} cannot be reached: {reason}. See whether the database runs and ALIQA_STORE is right."
        )


class StoreRefused(IndexError_):
    """The database does not let this user in, or does not let it do this."""

    def __init__(self, place: str, reason: str) -> None:
        super().__init__(
            f"The store {place} refuses this: {reason}. Check user, password and database in ALIQA_STORE, and what the"
            " user may do there."
        )


class StoreTimeout(IndexError_):
    """A query took longer than the database lets it; nothing was changed."""

    def __init__(self, place: str) -> None:
        super().__init__(
            f"The store {place} did not answer within its statement timeout. Try again; if it stays so, give the"
            " database more memory, or raise the timeout: ?options=-c%20statement_timeout%3D60s in ALIQA_STORE."
        )


class StoreFailed(IndexError_):
    """The database reports another error; the published version still stands."""

    def __init__(self, place: str, reason: str) -> None:
        super().__init__(
            f"The store {place} reports: {reason}. The published version still stands; mend it and try again."
        )


class ExtensionMissing(IndexError_):
    """The database lacks pgvector, or has one that is too old."""

    def __init__(self, place: str, reason: str) -> None:
        super().__init__(
            f"The store {place} needs the extension pgvector, 0.8 or newer: {reason}. Install it on the server and have"
            " an administrator run: CREATE EXTENSION vector"
        )


class SchemaDiffers(IndexError_):
    """Another release of aliqa made the tables; ``found`` and ``wanted`` are versions of the schema."""

    def __init__(self, place: str, found: int, wanted: int) -> None:
        remedy = "Update aliqa" if found > wanted else "Bring them up to date with: aliqa index"
        super().__init__(f"The tables of {place} have version {found}, this release needs {wanted}. {remedy}.")


class PackageMissing(IndexError_):
    """A package that the chosen store needs, or a build on Ray, is not installed."""

    def __init__(self, extra: str) -> None:
        super().__init__(f"This needs packages that are not installed. Run: pip install 'aliqa[{extra}]'")


class NoEarlierVersion(IndexError_):
    """There is no version before the published one to go back to."""

    def __init__(self, place: Path | str) -> None:
        super().__init__(
            f"The index in {place} has no version before the published one. Change the corpus and rebuild."
        )


class VersionNotFound(IndexError_):
    """The folder of the index holds no version of this name."""

    def __init__(self, place: Path | str, name: str, versions: list[str]) -> None:
        super().__init__(f"The index in {place} has no version {name!r}. It has {', '.join(versions) or 'none'}.")


def _whole(place: Path | str) -> Path | str:
    """Where the index is of which a version is at ``place``."""
    return place.parent if isinstance(place, Path) else place


def _named(place: Path | str) -> str:
    """How the command line is told of an index: the address of a database is a setting."""
    return f" --index {place}" if isinstance(place, Path) else ""


class ClusterError(AliqaError):
    """Nothing can be embedded on the Ray cluster; the published version still stands."""


class ClusterUnreachable(ClusterError):
    """There is no Ray cluster at the address, or one that this process cannot use."""

    def __init__(self, address: str, reason: str) -> None:
        super().__init__(
            f"No Ray cluster can be used at {address} ({reason}). See with 'ray status' whether it runs there; it needs"
            " the same versions of Ray and Python, and, if it asks for a token, RAY_AUTH_MODE=token and the token."
        )


class WorkerFailed(ClusterError):
    """An actor cannot start, or a block of articles cannot be made; what had arrived is kept."""

    def __init__(self, reason: str) -> None:
        super().__init__(
            f"A worker of the Ray cluster failed: {reason}. Every machine needs aliqa, and memory for the model on each"
            " core. Mend it and run again; what was embedded is not embedded again."
        )


class WorkerDiffers(ClusterError):
    """An actor would make another index than this process."""

    def __init__(self, found: str, wanted: str) -> None:
        super().__init__(
            f"A worker of the Ray cluster has {found}; here is {wanted}. Install the same release, and the same model,"
            " on every machine and run again."
        )


class ModelError(AliqaError):
    """The embedding model cannot be used."""

    def __init__(self, model: str, reason: str) -> None:
        super().__init__(f"The embedding model {model} cannot be used: {reason}.")


class BuildDied(AliqaError):
    """The process that made a new index version is gone."""

    def __init__(self) -> None:
        super().__init__("The process that indexes has died. The index is as it was; start again: POST /index.")


class EvaluationError(AliqaError):
    """Answers cannot be scored."""


class GoldInvalid(EvaluationError):
    """A line of a gold file cannot be used, or the whole file if ``line`` is None."""

    def __init__(self, name: str, line: int | None, problem: str) -> None:
        place = name if line is None else f"{name}, line {line}"
        super().__init__(f"{place}: {problem}. Correct it and run again.")


class RunUnreadable(EvaluationError):
    """A run that was kept cannot be read."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(
            f"{name} is no run to compare with: {reason}. Make one with: aliqa eval GOLD.jsonl --out {name}"
        )


class RunsDiffer(EvaluationError):
    """Two runs were not asked the same questions."""

    def __init__(self, difference: str) -> None:
        super().__init__(f"The runs cannot be compared: {difference}. Run both on the same gold file.")


class ResultUnwritable(EvaluationError):
    """A run or its plot cannot be written."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"{name} cannot be written ({reason}). Name another place.")


class LlmError(AliqaError):
    """The language model cannot be used; ``reason`` says why, without the key or what the endpoint said."""

    def __init__(self, reason: str, remedy: str = "") -> None:
        super().__init__(f"The language model cannot be used: {reason}{f'; {remedy}' if remedy else ''}.")
        self.reason = reason


class InvalidRequest(AliqaError):
    """A question, a query or a filter cannot be asked like this."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field}: {message}")
        self.field = field
        self.message = message


class Overloaded(AliqaError):
    """More questions wait than can be answered soon; ``seconds`` is when to ask again."""

    def __init__(self, seconds: int) -> None:
        super().__init__(gettext("Too many questions are being answered. Ask again in {seconds} s.", seconds=seconds))
        self.seconds = seconds


class Abandoned(AliqaError):
    """Nobody waits for the answer any more; it was not begun."""

    def __init__(self) -> None:
        super().__init__("Nobody waits for the answer any more. Ask again.")


class AddressInUse(AliqaError):
    """Another program listens on the address."""

    def __init__(self, host: str, port: int) -> None:
        super().__init__(f"Port {port} on {host} is in use. Stop the other program, or choose another with --port.")


class RequestRefused(AliqaError):
    """A server says no; ``retry_after`` is in how many seconds it may say yes, if it told."""

    def __init__(self, status: int, detail: str, retry_after: int | None = None) -> None:
        super().__init__(f"The server refused ({status}): {detail}")
        self.status = status
        self.detail = detail
        self.retry_after = retry_after


class ServerUnreachable(AliqaError):
    """A server says nothing, or breaks off."""

    def __init__(self, url: str, reason: str) -> None:
        super().__init__(
            f"No answer came from {url} ({reason}). Check the address, and whether aliqa serve runs there."
        )
