"""One index version on disk: written once by `VersionWriter`, then only read, by `FaissStore`.

A version is a table of its articles and one or more segments that hold what belongs to them. A segment is written
once and never changed: the next version takes it over by hard links, and writes what is new into a segment of its own.

=====================  ==========================================================================
``articles.i64``       a column a fact, a row an article, in the order of their names: see `ArticleTable`
``names.utf8``         the articles' names, one after another
``000001-…``           the files of a segment: see `Segment`; later ones have higher numbers
``vectors.faiss``      in a large version, an inverted-file index of the passages of its first segments
``lexical/``           the BM25 index of the passages
``disagreements-11.jsonl``  where articles differ: see `aliqa.text.claims.comparing`
=====================  ==========================================================================

Everything is memory-mapped, so that opening costs little and processes share it. A passage's row counts through the
segments; rows of articles that are gone stay unused until their segment is written anew.
"""

from aliqa.index.folder.version import FaissStore
from aliqa.index.folder.writing import VersionWriter

__all__ = ["FaissStore", "VersionWriter"]
