"""Ask a folder of articles; every sentence of the answer is a verbatim quote with its place.

An article becomes passages, passages become an index; a question becomes evidence, evidence
becomes an answer. The README lists the rooms in that order.
"""

__version__ = "0.1.0"
