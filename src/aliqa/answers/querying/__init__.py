"""The language of archives in a search: quotes, AND, OR, NOT, brackets, spelling that is nearly right, fields.

    language.py   what a query says: read by luqum, the parser of Lucene's syntax
    matching.py   whether an article fits, word by word
    finding.py    the passages of the articles that fit, best first

A query without any of it, or that cannot be read, is searched by meaning and words.
"""

from aliqa.answers.querying.finding import find
from aliqa.answers.querying.language import is_query, parse, trouble

__all__ = ["find", "is_query", "parse", "trouble"]
