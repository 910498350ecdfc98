"""Start aliqa: bring the index up to date with the corpus, serve the chat page and the API, follow the corpus."""

import sys

from aliqa.doors import http as service
from aliqa.doors.cli import printing
from aliqa.foundations import settings
from aliqa.foundations.errors import AliqaError
from aliqa.library import build

if __name__ == "__main__":
    try:
        chosen = settings.load()
        with printing.Bar() as bar:
            build(chosen, progress=bar.update)
        service.serve(chosen, watch=True)
    except AliqaError as error:
        sys.exit(f"aliqa: {error}")
