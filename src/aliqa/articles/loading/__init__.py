"""Reads articles from a folder: which files there are, what their text is, and what is known about them.

The text of a ``.txt`` or ``.md`` file is the file itself, decoded, without its byte order mark;
newlines, front matter and blanks stay as they are, so that offsets into the text are offsets into the
file's characters. Of every other format it is the extracted text, and offsets count in that. Title,
author, source and date are what the format itself knows, else what lines that say nothing else tell.
"""

from aliqa.articles.loading.articles import parse_article, read_article
from aliqa.articles.loading.extract import Extract, Reader
from aliqa.articles.loading.files import (
    MAX_BYTES,
    FileState,
    SourceFile,
    cut,
    file_of,
    file_state,
    file_states,
    read_bytes,
    read_files,
)
from aliqa.articles.loading.folder import Listing, list_articles, list_folder, skipped_words, suffixes_of
from aliqa.articles.loading.formats import READERS, SPLITTERS, SUFFIXES, looks_like
from aliqa.articles.loading.origin import note_origin

__all__ = [
    "MAX_BYTES",
    "READERS",
    "SPLITTERS",
    "SUFFIXES",
    "Extract",
    "FileState",
    "Listing",
    "Reader",
    "SourceFile",
    "cut",
    "file_of",
    "file_state",
    "file_states",
    "list_articles",
    "list_folder",
    "looks_like",
    "note_origin",
    "parse_article",
    "read_article",
    "read_bytes",
    "read_files",
    "skipped_words",
    "suffixes_of",
]
