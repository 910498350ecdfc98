"""The HTTP door: what `aliqa serve` offers. It checks and translates; every answer is the library's.

::

    requests.py   what a body may say           problems.py   errors as RFC 9457
    bodies.py     how a body is read            examples.py   what the OpenAPI document shows
    app.py        the routes that ask           server.py     the running server
    changes.py    the routes that start jobs    completions.py  the API of OpenAI's clients
    guard.py      who may use which route       login.py      logging in to the page
    agents.py     the tools of aliqa.doors.mcp      throttle.py   how often one may ask
    slow_clients.py  how slowly one may send        envelope.py   headers, and what nobody caught
    observing.py  metrics, logs and traces          load_shedding.py  whether there is room for a question
    streaming.py  answers as events                 dependencies.py   what routes are handed
"""

from aliqa.doors.http.app import create_app
from aliqa.doors.http.server import serve

__all__ = ["create_app", "serve"]
