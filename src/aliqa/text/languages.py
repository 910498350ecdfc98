"""Which language a text is in.

It is told by py3langid, which ``aliqa[multilingual]`` installs; without it nothing is told.
"""

from functools import cache
from typing import Any, Final

ENGLISH: Final = "en"

_SURE: Final = 5.0
"""So many times as likely as English a language must be: of 2,283 English questions, 8 pass for another language's."""

_SAMPLE: Final = 600


def detected(text: str) -> str | None:
    """The language of a text's beginning by its ISO 639-1 code; English where it may be; None if nothing tells."""
    identifier = _identifier()
    if identifier is None or not any(map(str.isalpha, text)):
        return None
    chances: dict[str, float] = dict(identifier.rank(text[:_SAMPLE]))
    likeliest = max(chances, key=lambda code: chances[code])
    return likeliest if chances[likeliest] > _SURE * chances[ENGLISH] else ENGLISH


@cache
def _identifier() -> Any:
    try:
        from py3langid.langid import MODEL_FILE, LanguageIdentifier
    except ImportError:
        return None
    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
