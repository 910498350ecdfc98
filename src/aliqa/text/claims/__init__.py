"""What a sentence claims: which value or name, of what, when; and whether two claims are about the same thing.

Two claims are of the same thing when they name the same, measure the same and narrow it down in the same
way ("in Brazil", "net", "a day", "planned"). Where the words leave a doubt they are not: a false alarm costs
more than a miss.

::

    words.toml, words.py   which words say the same, narrow down, or say nothing
    clauses.py             the clause around a value, and the words in it
    roles.py, holders.py   who holds a role, where something is; which names may be of the same one
    turns.py               what goes up or down, is approved or rejected, done or not
    reading.py             a sentence's claims
    matching.py            how two claims stand to each other
    comparing.py           which articles disagree, found while an index is built
"""

from aliqa.text.claims.matching import Relation, compare, contradict, differ, said_too, subject
from aliqa.text.claims.reading import Claim, canonical, names, read

__all__ = ["Claim", "Relation", "canonical", "compare", "contradict", "differ", "names", "read", "said_too", "subject"]
