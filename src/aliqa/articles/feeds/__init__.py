"""Feeds that the user added: their pages become files of the corpus by themselves, an article each, known by address.

    entries.py   what a feed lists: RSS, Atom, JSON Feed, sitemap
    visiting.py  asks servers, politely
    kept.py      which feeds there are, and what is known of their pages
    polling.py   the round: lists, pages, files

Nothing is asked but the host of the feed and those that were added with it.
"""

from aliqa.articles.feeds.kept import Correction, Feed, Feeds
from aliqa.articles.feeds.polling import Round, add, poll

__all__ = ["Correction", "Feed", "Feeds", "Round", "add", "poll"]
