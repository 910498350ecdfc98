"""From a file or page to an article: read, fetched, watched, kept in the folder."""
