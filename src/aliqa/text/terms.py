"""Words as search sees them.

A text becomes stemmed words: case and width folded, numbers kept whole ("33.40"), Chinese,
Japanese and Korean runs as overlapping pairs of characters.
"""

import re
import threading
import unicodedata
from functools import lru_cache
from typing import Final

import Stemmer

from aliqa.text.english import FUNCTION_WORDS, without_possessive
from aliqa.text.scripts import LATIN, script_of

_CJK: Final = r"\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uac00-\ud7af"
_TOKEN: Final = re.compile(rf"[{_CJK}]+|\d+(?:[.,]\d+)*|[^\W\d_{_CJK}]+(?:['’][^\W\d_{_CJK}]+)?\d*")
_FIRST_CJK: Final = re.compile(rf"[{_CJK}]")
_LONGEST: Final = 60
_ASKING: Final = re.compile(
    "请问|什么时候|为什么|为什麼|什么|什麼|多少|多大|多久|多长|多高|多远|怎么样|怎么|怎样|如何|为何|何时|何地|哪里|哪儿|哪些|哪个|哪家|哪一年|哪年"
    "|[的了吗呢吧嗎谁誰哪几是]"
)
_local = threading.local()


def terms(text: str) -> list[str]:
    """The search terms of a text, in order, repeats kept.

    >>> terms("Alibaba's cloud revenues grew 33.40%")
    ['alibaba', 'cloud', 'revenu', 'grew', '33.40']
    >>> terms("阿里巴巴 AI")
    ['阿里', '里巴', '巴巴', 'ai']
    """
    found: list[str] = []
    for token in _TOKEN.findall(unicodedata.normalize("NFKC", text)):
        found.extend(_pairs(token) if _FIRST_CJK.match(token) else [_stem(token.casefold()[:_LONGEST])])
    return found


def query_terms(text: str) -> list[str]:
    """The search terms of a question: without those that in Chinese only ask, rare as they are in articles.

    >>> query_terms("阿里的收入是多少 in 2024?")
    ['阿里', '收入', 'in', '2024']
    """
    found: list[str] = []
    for token in _TOKEN.findall(unicodedata.normalize("NFKC", text)):
        if _FIRST_CJK.match(token):
            found.extend(term for run in _content_runs(token) for term in _pairs(run))
        else:
            found.append(_stem(token.casefold()[:_LONGEST]))
    return found


def content_words(text: str) -> dict[str, str]:
    """The words of a question that carry its meaning, by their search term, in order; without a possessive's ending.

    >>> content_words("How much was Alibaba fined in 2021?")
    {'alibaba': 'Alibaba', 'fine': 'fined', '2021': '2021'}
    >>> content_words("Amazon's revenue")
    {'amazon': 'Amazon', 'revenu': 'revenue'}
    """
    words: dict[str, str] = {}
    for match in _TOKEN.finditer(unicodedata.normalize("NFKC", text)):
        if _FIRST_CJK.match(match.group()):
            for run in _content_runs(match.group()):
                for term in _pairs(run):
                    words.setdefault(term, run)
        elif match.group().casefold() not in FUNCTION_WORDS:
            for term in terms(match.group()):
                words.setdefault(term, without_possessive(match.group()))
    return words


def common_words(text: str) -> dict[str, str]:
    """The words of a question that another language may write alike, by their search term: figures, and names.

    A word in another script than most of the text is one, else one that begins with a capital inside a sentence.

    >>> common_words("Wie viele Einwohner hatte Jacksonville im Jahr 2010?")
    {'einwohn': 'Einwohner', 'jacksonvill': 'Jacksonville', 'jahr': 'Jahr', '2010': '2010'}
    >>> common_words("Lady Gaga赢得过多少个格莱美奖？")
    {'ladi': 'Lady', 'gaga': 'Gaga'}
    """
    latin = script_of(text) == LATIN
    words = {term: word for term, word in content_words(text).items() if not _FIRST_CJK.match(word)}
    opening = text.lstrip(" \"'“‘«„¿¡")
    return {
        term: word
        for term, word in words.items()
        if word[0].isdigit() or (word[0].isupper() and not opening.startswith(word) if latin else word.isascii())
    }


def _pairs(run: str) -> list[str]:
    """The overlapping pairs of a run of ideographs; a single one as it is."""
    return [run[i : i + 2] for i in range(max(1, len(run) - 1))]


def _content_runs(run: str) -> list[str]:
    """A run of ideographs without what only asks; of several parts, not the single ideographs."""
    parts = [part for part in _ASKING.split(run) if part]
    return [part for part in parts if len(part) > 1] or parts


@lru_cache(maxsize=20_000)
def _stem(word: str) -> str:
    """The stem of an English word (Snowball); the possessive goes first."""
    if not hasattr(_local, "stemmer"):
        _local.stemmer = Stemmer.Stemmer("english", 0)
    word = re.sub(r"['’]s?$", "", word)
    stem: str = _local.stemmer.stemWord(word)
    return stem
