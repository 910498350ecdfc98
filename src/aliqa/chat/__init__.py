"""The chat page: a question, an answer in the articles' own words, and beside it where they stand.

::

    render.py    an answer as HTML, everything escaped      page.py       the Gradio page around it
    listing.py   the articles and a job, likewise           articles.py   the tab that shows and changes them
    disagreements.py  the tab that shows where they disagree
    changes.py   a watched question, likewise               watchlist.py  the tab that adds, shows and asks them
    page.css, icon.svg   its look
    page.js, articles.js, watchlist.js   what lights up a source, and copies; what takes dropped files; what removes

The page loads nothing from another host and shows what the library says, nothing else.
"""

from aliqa.chat.page import build_page, mount

__all__ = ["build_page", "mount"]
