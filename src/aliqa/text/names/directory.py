"""All names of a collection: how often each stands in how many articles, and which are written in several ways.

Two names are one where an article says so, where they are the same words in another order, and where they share a word
and what they are said to be: "Chairman Joe Tsai" and "Joseph Tsai, the chairman". Who edits the file of aliases has the
last word.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from pathlib import Path
from typing import Final

from rapidfuzz import process
from rapidfuzz.distance import OSA

from aliqa.foundations.types import ArticleNames, Name, NameKind
from aliqa.text.english import FUNCTION_WORDS
from aliqa.text.names.finding import territories
from aliqa.text.names.same import abbreviates

ALIASES_FILE: Final = "aliases.txt"
_SHARED: Final = 1
"""How many words beside both of two names that share a word are not enough to take them for one."""

_MANY: Final = 20
"""A word that more names than these share tells nothing of who is who."""

_COMMON: Final = 4
"""Beside how many different names a word may stand that still tells one from others."""

_SHORTEST, _LONG = 5, 8
"""How many letters a word has at least of which one, or two, may be wrong and it is still clear what is meant."""


_TWO: Final = 2
_NEARLY_ALL: Final = 0.75
_MOST_WORDS: Final = 4
"""How many words a name in a question has at most."""


@dataclass(frozen=True)
class Directory:
    """The names of articles. ``articles`` are those by ``doc_id``, ``edits`` the lines of the file of aliases."""

    articles: Mapping[str, ArticleNames]
    edits: Sequence[str] = ()

    @cached_property
    def names(self) -> tuple[Name, ...]:
        """All names, those in most articles first; the different ways to write one stand together."""
        return self.among(self.articles)

    def among(self, doc_ids: Iterable[str]) -> tuple[Name, ...]:
        """The same for some of the articles: only what these name, and how often these do."""
        mentions, kinds = Counter[str](), defaultdict[str, Counter[NameKind]](Counter)
        where: dict[str, set[str]] = defaultdict(set)
        written: dict[str, Counter[str]] = defaultdict(Counter)
        ways: dict[str, set[str]] = defaultdict(set)
        for name, head in self._groups.items():
            ways[head].add(name)
        for doc_id in doc_ids:
            for one in self.articles[doc_id].names if doc_id in self.articles else ():
                head = self._groups.get(one.name, one.name)
                mentions[head] += one.count
                kinds[head][one.kind] += 1
                where[head].add(doc_id)
                written[head][one.name] += one.count
        best = {head: _best(written[head]) for head in mentions}
        kind = {head: _kind(kinds[head]) for head in mentions}
        for head, name in best.items():
            if kind[head] == "person" and " " in name and kind.get(name.split()[0]) == "place":  # "Lune Rovers"
                kind[head] = "other"
        made = [
            Name(
                best[head],
                kind[head],
                mentions[head],
                len(where[head]),
                tuple(sorted((ways[head] | {head}) - {best[head]})),
            )
            for head in mentions
        ]
        return tuple(sorted(made, key=lambda one: (-one.articles, -one.mentions, one.name)))

    def name(self, text: str) -> Name | None:
        """The name that is written so, whether with capitals or without."""
        return self._by_form.get(_form(text))

    def within(self, text: str) -> Iterator[Name]:
        """The names in a text, written with capitals or without; of those that overlap, the longest from the left."""
        words = list(re.finditer(r"(?<![\w.&-])[\w.&-]*\w", text))
        place = 0
        while place < len(words):
            for length in range(min(_MOST_WORDS, len(words) - place), 0, -1):
                part = text[words[place].start() : words[place + length - 1].end()]
                if part.casefold() not in FUNCTION_WORDS and (found := self.name(part)):
                    yield found
                    break
            place += length

    def written(self, text: str) -> str | None:
        """A name with the capitals that it has in the articles; None if there is none that is spelled so."""
        found = self.name(text)
        return next((one for one in (found.name, *found.aliases) if _form(one) == _form(text)), None) if found else None

    def aliases(self, text: str) -> tuple[str, ...]:
        """The other ways to write a name; also of a last word alone, if it is that of one name."""
        found = self.name(text) or self._by_last.get(_form(text))
        return tuple(one for one in (found.name, *found.aliases) if _form(one) != _form(text)) if found else ()

    def alone(self, text: str) -> tuple[tuple[str, frozenset[str]], ...]:
        """The surnames of a person, each with the articles where nobody and nothing else bears it.

        Those are the articles that give a whole name with it, too.
        """
        found = self.name(text)
        if found is None or found.kind != "person":
            return ()
        own = {found.name, *found.aliases}
        made = []
        for last in {one.split()[-1] for one in own if " " in one}:
            bearing = self._bearing[last]
            strangers = {doc_id for doc_id, name in bearing if name not in own}
            made.append((last, frozenset(doc_id for doc_id, name in bearing if name in own) - strangers))
        return tuple(made)

    @cached_property
    def _bearing(self) -> Mapping[str, list[tuple[str, str]]]:
        """For each word the articles with a name of several words that has it, and with a place or firm called so."""
        found: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for doc_id, article in self.articles.items():
            for one in article.names:
                if " " in one.name or one.kind not in ("person", "other"):
                    for word in set(one.name.split()):
                        found[word].append((doc_id, one.name))
        return found

    def meant(self, word: str) -> str | None:
        """The word of a name that somebody surely meant by a misspelt one; None if that is not clear.

        One letter is missing, too many, wrong, or has changed places with its neighbour; of long words, two.
        """
        found = self._similar(word)
        if not found or found[0][1] > 1 + (len(word) >= _LONG) or (len(found) > 1 and found[1][1] == found[0][1]):
            return None
        return found[0][0] if len(word) >= _SHORTEST else None

    def meant_name(self, text: str) -> str | None:
        """The name of several words that somebody surely meant by a misspelt one; in each word one letter may differ.

        Of a short name no more than one does.
        """
        key = _form(text)
        most = min(2, len(key) // _SHORTEST)
        found = process.extract(key, self._by_form.keys(), scorer=OSA.distance, score_cutoff=most, limit=4)
        alike = [other for other, distance, _ in found if distance and other[0] == key[0] and _each_near(key, other)]
        return self.written(alike[0]) if len(alike) == 1 else None

    def similar(self, word: str) -> list[str]:
        """The words of names that somebody may have meant by a misspelt one, the likeliest first."""
        return [name for name, _ in self._similar(word)]

    def _similar(self, word: str) -> list[tuple[str, int]]:
        """Words of names with how many letters they differ by (optimal string alignment), fewest first."""
        key = word.casefold()
        if not key.isalpha() or key in self._words or word in territories():
            return []
        most = 1 + (len(key) > _SHORTEST)
        found = process.extract(key, self._words.keys(), scorer=OSA.distance, score_cutoff=most, limit=4)
        alike = [(self._words[other], int(distance)) for other, distance, _ in found if other[0] == key[0]]
        return sorted(alike, key=lambda pair: pair[1])

    @cached_property
    def _by_form(self) -> dict[str, Name]:
        found: dict[str, Name] = {}
        for name in reversed(self.names):
            for one in (*name.aliases, name.name):
                found[_form(one)] = name
        return found

    @cached_property
    def _by_last(self) -> dict[str, Name | None]:
        """The only name that ends with a word; None where several do."""
        found: dict[str, Name | None] = {}
        for name in self.names:
            for last in {_form(one).split()[-1] for one in (name.name, *name.aliases) if " " in one}:
                found[last] = None if last in found else name
        return found

    @cached_property
    def _words(self) -> dict[str, str]:
        """The words of all names by their small letters, each as the most frequent name writes it."""
        found: dict[str, str] = {}
        for name in self.names:
            for one in (name.name, *name.aliases):
                for word in re.findall(r"[^\W\d_]{4,}", one):
                    found.setdefault(word.casefold(), word)
        return found

    @cached_property
    def _groups(self) -> dict[str, str]:
        """For every name that is written in several ways, the one that stands for all."""
        counts = Counter[str]()
        for article in self.articles.values():
            counts.update({one.name: one.count for one in article.names})
        joined, parted = self._edited()
        pairs = [pair for article in self.articles.values() for pair in article.same]
        named = {*counts, *(name for pair in pairs for name in pair)}
        pairs += [*_turned(sorted(named)), *self._alike(counts), *self._parts(counts), *self._begun(counts)]
        union: dict[str, str] = {}

        def first(name: str) -> str:
            while name in union:
                name = union[name]
            return name

        for one, other in (*joined, *(pair for pair in pairs if frozenset(pair) not in parted)):
            a, b = sorted((first(one), first(other)), key=lambda name: (-counts[name], name))
            if a != b:
                union[b] = a
        return {name: first(name) for name in union}

    def _alike(self, counts: Mapping[str, int]) -> Iterable[tuple[str, str]]:
        """Names of people that share a word and, beside them, words that tell them from others.

        Of two spellings of a first name, with a surname that no third one has, what else their articles name is enough.
        """
        beside: dict[str, set[str]] = defaultdict(set)
        where: dict[str, set[str]] = defaultdict(set)
        kinds: dict[str, NameKind] = {}
        for doc_id, article in self.articles.items():
            for one in article.names:
                beside[one.name].update(one.context)
                where[one.name].add(doc_id)
                kinds[one.name] = one.kind
        spread = Counter(word for words in beside.values() for word in words)
        by_word: dict[str, list[str]] = defaultdict(list)
        for name in counts:
            words = name.split()
            if len(words) in (2, 3) and kinds[name] in ("person", "other"):
                for word in words:
                    by_word[word].append(name)
        for names in by_word.values():
            for name, other in combinations(names, 2) if len(names) <= _MANY else ():
                if where[name] & where[other]:
                    continue
                shared = {term for term in beside[name] & beside[other] if spread[term] <= _COMMON}
                spelt = len(names) == _TWO and _spelt_alike(name, other)
                company = spelt and (shared or self._company(where[name], name) & self._company(where[other], other))
                if company or _short_form(name, other) or len(shared) > _SHARED:
                    yield name, other

    def _company(self, doc_ids: Iterable[str], name: str) -> set[str]:
        """What else these articles name, but for what most articles of several do."""
        found = {one.name for doc_id in doc_ids for one in self.articles[doc_id].names} - {name}
        return {one for one in found if 2 * self._spread[one] <= len(self.articles) or self._spread[one] == _TWO}

    @cached_property
    def _spread(self) -> "Counter[str]":
        """In how many articles each name stands."""
        return Counter(one.name for article in self.articles.values() for one in article.names)

    def _parts(self, counts: Mapping[str, int]) -> Iterable[tuple[str, str]]:
        """Surnames alone, and names with what somebody is before them, with the only other person whom they fit."""
        people = {one.name for article in self.articles.values() for one in article.names if one.kind == "person"}
        beside = {word for article in self.articles.values() for one in article.names for word in one.context}
        ends: dict[str, list[str]] = defaultdict(list)
        for name in counts:
            first, _, rest = name.partition(" ")
            if " " in rest and rest in counts:
                if {name, rest, rest.split()[-1]} & people or first.casefold() in beside:
                    yield rest, name
            elif rest and name.count(" ") < _MOST_WORDS - 1:
                ends[name.split()[-1]].append(name)
        for name in people:
            whole = max(ends[name], key=len, default=None)
            if whole and all(_short_form(whole, other) for other in ends[name]):
                yield whole, name

    def _begun(self, counts: Mapping[str, int]) -> Iterable[tuple[str, str]]:
        """First words that stand alone, with the only name that has them, where nearly all articles say that first.

        Of an organisation one article is enough.
        """
        where, places, firms = Counter[str](), Counter[str](), set[str]()
        for article in self.articles.values():
            where.update(one.name for one in article.names)
            places.update(one.name for one in article.names if one.kind == "place")
            firms.update(one.name for one in article.names if one.kind == "organisation")
        having = Counter(word for name in counts if " " in name for word in name.split())
        told = Counter(pair for article in self.articles.values() for pair in article.shortened)
        for (name, first), times in told.items():
            if (
                having[first] == 1
                and (name in firms or (times > 1 and times >= _NEARLY_ALL * where[first]))
                and 2 * places[first] < where[first]
            ):
                yield name, first

    def _edited(self) -> tuple[list[tuple[str, str]], set[frozenset[str]]]:
        """What the file of aliases says is one, and what is not."""
        joined: list[tuple[str, str]] = []
        parted: set[frozenset[str]] = set()
        for line in self.edits:
            line = line.partition("#")[0].strip()
            if "!=" in line:
                one, other = (part.strip() for part in line.split("!=", 1))
                parted.add(frozenset((one, other)))
            elif "=" in line:
                first, *others = (part.strip() for part in line.split("="))
                joined += [(first, other) for other in others if other]
        return joined, parted


def read_edits(folder: Path) -> list[str]:
    """The lines of the file of aliases in an index folder; none if there is no such file."""
    try:
        return (folder / ALIASES_FILE).read_text(encoding="utf-8").split("\n")
    except OSError:
        return []


def _turned(names: Iterable[str]) -> Iterable[tuple[str, str]]:
    """Names that are the same words in another order.

    >>> list(_turned(["Wu Yongming", "Yongming Wu", "Blue Net"]))
    [('Wu Yongming', 'Yongming Wu')]
    """
    by_words: dict[frozenset[str], list[str]] = defaultdict(list)
    for name in names:
        if " " in name:
            by_words[frozenset(name.split())].append(name)
    return [(group[0], other) for group in by_words.values() for other in group[1:]]


def _short_form(one: str, other: str) -> bool:
    """Whether two names have the last word in common and first words of which one shortens the other.

    Of a double name the second half is enough.

    >>> _short_form("Joe Berg", "Joseph Berg"), _short_form("J. Berg", "Jo Berg"), _short_form("Ada Moss", "Jo Moss")
    (True, True, False)
    >>> _short_form("Ada Moss", "Ada Lind-Moss"), _short_form("Ada Lind", "Ada Lind-Moss")
    (True, False)
    """
    (first, *_, last), (second, *_, end) = one.split(), other.split()
    if not f"-{last}".endswith(f"-{end}") and not f"-{end}".endswith(f"-{last}"):
        return False
    short, long = sorted((first.rstrip("."), second.rstrip(".")), key=len)
    return long.startswith(short) or (len(short) <= 4 and len(short) > 2 and long.startswith(short[:2]))


def _spelt_alike(one: str, other: str) -> bool:
    """Whether two names have the last word in common, and first words that are two spellings of one.

    Two letters may differ, not the last: "Paul" and "Paula" are two people.

    >>> _spelt_alike("Yevgeny Tarn", "Evgeni Tarn"), _spelt_alike("Khalid Moss", "Khaled Moss")
    (True, True)
    >>> _spelt_alike("Maria Berg", "Mario Berg"), _spelt_alike("Rolf Berg", "Rosa Berg")
    (False, False)
    """
    (first, *_, last), (second, *_, end) = one.casefold().split(), other.casefold().split()
    first, second = (name.replace("y", "i").replace("w", "v") for name in (first, second))
    near = OSA.distance(first, second) <= min(len(first), len(second)) // 3
    return last == end and near and first[-1] == second[-1]


def _best(written: "Counter[str]") -> str:
    """The way of writing that stands for all: the most frequent, but no initials, no part, and nothing with a role."""

    def is_whole(name: str) -> bool:
        _, _, rest = name.partition(" ")
        part = not rest and any(name in (other.split()[0], other.split()[-1]) for other in written if " " in other)
        short = any(abbreviates(name, other) for other in written)
        return not (name.isupper() or short or part or (" " in rest and rest in written))

    def rank(name: str) -> tuple[bool, int, int]:
        return re.search(r"\b[A-Z]\.", name) is None, written[name], -len(name)

    return max(filter(is_whole, written), default=None, key=rank) or max(written)


def _each_near(one: str, other: str) -> bool:
    """Whether two names have as many words, several, that differ in a letter at most."""
    words, others = one.split(), other.split()
    near = len(words) == len(others) > 1
    return near and all(OSA.distance(word, name) <= 1 for word, name in zip(words, others, strict=True))


def _form(text: str) -> str:
    return " ".join(re.sub(r"[’']s?\Z|[’']", "", text).casefold().split())


def _kind(votes: "Counter[NameKind]") -> NameKind:
    return max((kind for kind in votes if kind != "other"), key=lambda kind: votes[kind], default="other")
