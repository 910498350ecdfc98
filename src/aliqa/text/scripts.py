"""Which script a text is written in, by its characters: what a model that reads English alone can make nothing of."""

import unicodedata
from collections import Counter
from typing import Final

from aliqa.foundations.messages import gettext

LATIN: Final = "LATIN"

_EAST_ASIAN: Final = "CJK"
_OF: Final = {"HIRAGANA": _EAST_ASIAN, "KATAKANA": _EAST_ASIAN}
_WEIGHT: Final = {_EAST_ASIAN: 3, "HANGUL": 2}
"""How many letters of an alphabet one sign stands for."""

_SAMPLE: Final = 600


def script_of(text: str) -> str | None:
    """The script of most of a text's beginning, as Unicode names it; None if there are no letters.

    >>> script_of("这个 Port 的收入是多少？"), script_of("How much is 5 €?"), script_of("Сколько?"), script_of("42")
    ('CJK', 'LATIN', 'CYRILLIC', None)
    """
    shares = _shares(text)
    return shares.most_common(1)[0][0] if shares else None


def is_written_in(text: str, script: str) -> bool:
    """Whether a good part of a text's beginning, a fifth at least, is of a script.

    >>> is_written_in("青岚云的收入 (Qinglan Cloud)", "LATIN"), is_written_in("青岚云的收入 AI", "LATIN")
    (True, False)
    """
    shares = _shares(text)
    return 5 * shares[script] >= shares.total()


def language_of(script: str) -> str:
    """What to call the language of a script.

    >>> language_of("CJK"), language_of("CYRILLIC")
    ('Chinese or Japanese', 'Cyrillic script')
    """
    known = {_EAST_ASIAN: gettext("Chinese or Japanese"), "HANGUL": gettext("Korean"), LATIN: gettext("English")}
    return known.get(script) or gettext("{name} script", name=script.capitalize())


def _shares(text: str) -> "Counter[str]":
    """How much of a text's beginning is of each script."""
    shares: Counter[str] = Counter()
    for sign in text[:_SAMPLE]:
        if sign.isalpha():
            script = LATIN if sign.isascii() else unicodedata.name(sign, "?").split()[0]
            script = _OF.get(script, script)
            shares[script] += _WEIGHT.get(script, 1)
    return shares
