"""The names in articles: people, organisations, places, products, and the different ways to write each.

There is no model behind it and no dictionary of names: names are told by statistics over capital letters, as honest as
those are. `finding` reads one article, when it is indexed; `same` finds what it says are two names of one; `directory`
puts together what was found in all of them.
"""

from aliqa.text.names.directory import ALIASES_FILE, Directory, read_edits
from aliqa.text.names.finding import NAMES_RULES, ORGANISATION, decode, encode, find, may_be_a_person, territories

__all__ = [
    "ALIASES_FILE",
    "NAMES_RULES",
    "ORGANISATION",
    "ArticleNames",
    "Directory",
    "Found",
    "decode",
    "encode",
    "find",
    "may_be_a_person",
    "read_edits",
    "territories",
]
