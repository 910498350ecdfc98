"""How much may be asked at once: every door says the same."""

from typing import Final

LONGEST_QUESTION: Final = 2000
"""Code points of a question, or of what is searched for, at most."""

MOST_TURNS: Final = 20
"""How many earlier messages a follow-up carries, at most."""

MOST_PASSAGES: Final = 20
"""How many passages are returned beside an answer, at most."""

MOST_FOUND: Final = 100
"""How many passages a search returns, at most."""
