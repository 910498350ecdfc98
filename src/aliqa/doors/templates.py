"""HTML of the doors with its words in the language that is spoken."""

from functools import cache
from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from aliqa.foundations.messages import gettext, language, languages

_HERE: Final = Path(__file__).parent


def filled(path: Path, **values: object) -> str:
    """A template below this folder, filled in; values are escaped."""
    template = _environment().get_template(path.relative_to(_HERE).as_posix())
    return template.render(values, _=gettext, language=language(), languages=languages())


@cache
def _environment() -> Environment:
    return Environment(loader=FileSystemLoader(_HERE), autoescape=True, undefined=StrictUndefined)
