"""The page: a question, an answer in the articles' own words, and beside it where they stand.

::

    mounting.py  its place beside the API               page.py      Gradio's frame and question box
    shell.py     the frame that comes first             files.py     modules and styles, as browsers get them
    asking.py    routes: answers, verdicts              browsing.py  routes: the corpus, lists, what changes them
    render.py    an answer as HTML                      sources.py   the cards beside it, and pieces of quotes
    timeline.py, disagreements.py, changes.py           lists as HTML
    copying.py   an answer to paste elsewhere           words.py     days, counts, and how sure an answer is
    markup/  what stands in the frame       css/  its look, by component       static/  its modules

What the server sends as HTML is escaped here; what the modules make of data they put into the page as text. The page
loads nothing from another host and shows what the library says, nothing else.
"""

from aliqa.doors.page.mounting import mount

__all__ = ["mount"]
