"""An index in PostgreSQL with pgvector, which many servers share.

Texts, passages and vectors are written once and belong to versions by ranges of version numbers, so that publishing
costs what changed and whoever reads an older version goes on reading it. Words are searched by BM25 in SQL over the
same terms as in a folder, vectors by HNSW where there are too many to compare them all.
"""

from aliqa.index.postgres.index import PostgresIndex

__all__ = ["PostgresIndex"]
