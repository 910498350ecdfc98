"""The tables, and how an older database gets them.

=================  ==================================================================================
``corpora``        the corpora of this database: which version is published, which was before it
``versions``       what each version is made of (its manifest), its copies and disagreements
``articles``       what is known of an article, in the versions from ``since`` to before ``until``
``contents``       what was made of an article's text: the text in UTF-8, sentences, their vectors, the names in it
``passages``       where passages stand in a content; their words, how often each, and their vectors
``term_counts``    in how many passages a word stands, from the version ``since`` on
=================  ==================================================================================

All but ``corpora`` carry ``corpus``, by which Citus distributes them where it is installed.
"""

from typing import Final, LiteralString

from aliqa.foundations.errors import ExtensionMissing, SchemaDiffers
from aliqa.index.postgres.connecting import Connection, Database

_LEAST_PGVECTOR: Final = (0, 8)
_MIGRATING: Final = 0x616C697161
"""The key of the advisory lock under which tables are made: "aliqa"."""

MIGRATIONS: Final[tuple[LiteralString, ...]] = (
    """
    CREATE TABLE aliqa.corpora (
        corpus int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL UNIQUE,
        published int, earlier int, built int NOT NULL DEFAULT 0, next_key bigint NOT NULL DEFAULT 1
    );
    CREATE TABLE aliqa.versions (
        corpus int NOT NULL, number int NOT NULL, name text NOT NULL, superseded_at timestamptz,
        manifest json NOT NULL, tokens bigint NOT NULL,
        copied json NOT NULL, pairs json NOT NULL, rules int NOT NULL,
        PRIMARY KEY (corpus, number)
    );
    CREATE TABLE aliqa.contents (
        corpus int NOT NULL, key bigint NOT NULL, text bytea NOT NULL, sentences bytea NOT NULL, vectors bytea NOT NULL,
        signature bytea NOT NULL, passages int NOT NULL, sentence_count int NOT NULL, tokens bigint NOT NULL,
        PRIMARY KEY (corpus, key)
    );
    ALTER TABLE aliqa.contents ALTER text SET STORAGE EXTERNAL, ALTER sentences SET STORAGE EXTERNAL,
        ALTER vectors SET STORAGE EXTERNAL;
    CREATE TABLE aliqa.articles (
        corpus int NOT NULL, key bigint NOT NULL, since int NOT NULL, until int, doc_id text NOT NULL,
        source text, published date, meta json NOT NULL, state bigint[], passages int NOT NULL,
        PRIMARY KEY (corpus, key, since)
    );
    CREATE INDEX articles_doc_id ON aliqa.articles (corpus, doc_id);
    CREATE INDEX articles_published ON aliqa.articles (corpus, published);
    CREATE TABLE aliqa.passages (
        corpus int NOT NULL, row bigint GENERATED ALWAYS AS IDENTITY, key bigint NOT NULL, number int NOT NULL,
        span int[] NOT NULL, bytes int[] NOT NULL, length int NOT NULL, dimension int NOT NULL,
        words bigint[] NOT NULL, counts smallint[] NOT NULL, vector halfvec NOT NULL,
        PRIMARY KEY (corpus, row)
    ) WITH (toast_tuple_target = 8160);
    CREATE UNIQUE INDEX passages_key ON aliqa.passages (corpus, key, number);
    CREATE INDEX passages_words ON aliqa.passages USING gin (words);
    CREATE TABLE aliqa.term_counts (
        corpus int NOT NULL, word bigint NOT NULL, since int NOT NULL, passages bigint NOT NULL,
        PRIMARY KEY (corpus, word, since)
    );
    CREATE TABLE aliqa.claims (
        corpus int NOT NULL, hash bigint NOT NULL, key bigint NOT NULL, sentence int NOT NULL, year int NOT NULL
    );
    CREATE INDEX claims_hash ON aliqa.claims (corpus, hash);
    CREATE INDEX claims_key ON aliqa.claims (corpus, key);
    DO $$ BEGIN
        IF EXISTS (SELECT FROM pg_extension WHERE extname = 'citus') THEN
            PERFORM create_reference_table('aliqa.corpora');
            PERFORM create_distributed_table('aliqa.' || name, 'corpus')
            FROM unnest(ARRAY['versions', 'contents', 'articles', 'passages', 'term_counts', 'claims']) name;
        END IF;
    END $$;
    """,
    """
    ALTER TABLE aliqa.contents ADD COLUMN names json;
    """,
    "DROP TABLE aliqa.claims",
)
"""Each brings the schema from one version to the next; only ever append."""


def migrate(database: Database, connection: Connection) -> None:
    """Bring the tables up to what this release needs. Raises ExtensionMissing, SchemaDiffers or StoreRefused."""
    with connection.transaction():
        connection.execute("SELECT pg_advisory_xact_lock(%s)", [_MIGRATING])
        connection.execute("CREATE EXTENSION IF NOT EXISTS vector")
        _check_extension(database, connection)
        connection.execute("CREATE SCHEMA IF NOT EXISTS aliqa")
        connection.execute("CREATE TABLE IF NOT EXISTS aliqa.schema_version (version int NOT NULL)")
        found = connection.execute("SELECT version FROM aliqa.schema_version").fetchone()
        version = found[0] if found else 0
        if version > len(MIGRATIONS):
            raise SchemaDiffers(database.place, version, len(MIGRATIONS))
        for migration in MIGRATIONS[version:]:
            connection.execute(migration)
        if version < len(MIGRATIONS):
            connection.execute("DELETE FROM aliqa.schema_version")
            connection.execute("INSERT INTO aliqa.schema_version VALUES (%s)", [len(MIGRATIONS)])


def check(database: Database) -> bool:
    """Whether the tables are there. Raises SchemaDiffers."""
    [[table]] = database.read("SELECT to_regclass('aliqa.schema_version')")
    if table is None:
        return False
    [[version]] = database.read("SELECT coalesce(max(version), 0) FROM aliqa.schema_version")
    if version != len(MIGRATIONS):
        raise SchemaDiffers(database.place, version, len(MIGRATIONS))
    return True


def _check_extension(database: Database, connection: Connection) -> None:
    row = connection.execute("SELECT extversion FROM pg_extension WHERE extname = 'vector'").fetchone()
    version = row[0] if row else "0"
    if tuple(int(part) for part in version.split(".")[:2]) < _LEAST_PGVECTOR:
        raise ExtensionMissing(database.place, f"pgvector {version} is too old, 0.8 or newer is needed")
