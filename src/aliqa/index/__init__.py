"""From articles to a published index version: passages, vectors, words; in a folder or in PostgreSQL."""
