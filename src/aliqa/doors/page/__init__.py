"""The chat page: a question, an answer in the articles' own words, and beside it where they stand.

::

    render.py    an answer as HTML, everything escaped      page.py       the Gradio page around it
    asking.py    answers for the page's script              asking.js     sends questions, shows and keeps replies
    storage.js   the conversations, kept in the browser     reading.js    lights up sources, opens articles
    listing.py   the articles and a job as HTML             articles.py, articles.js    the tab that changes them
    picture.py   articles and statements by time            timeline.py   the tab that tells what happened when
    disagreements.py  the tab that shows where they disagree
    changes.py   a watched question as HTML                 watchlist.py, watchlist.js  the tab that asks them
    page.css, icon.svg   its look                           mounting.py   its place beside the API

The page loads nothing from another host and shows what the library says, nothing else.
"""

from aliqa.doors.page.mounting import mount

__all__ = ["mount"]
