"""The front matter of a text file: YAML between ``---``, TOML between ``+++``, or "Key: value" lines at its head."""

import re
import tomllib
from collections.abc import Mapping
from typing import Final

import yaml

from aliqa.articles.loading.fields import Fields, key_of, read_fields

_REACH: Final = 64 * 1024
"""Code points within which front matter must end."""
_FENCE: Final = re.compile(r"\s*(---|\+\+\+)[ \t]*(?:\r\n|\n|\r)")
_END: Final = {
    "---": re.compile(r"(?:---|\.\.\.)[ \t]*(?:\r\n|\n|\r|\Z)"),
    "+++": re.compile(r"\+\+\+[ \t]*(?:\r\n|\n|\r|\Z)"),
}
_LINE: Final = re.compile(r"[^\r\n]*+(?:\r\n|\n|\r|\Z)")
_PAIR: Final = re.compile(r"[ \t]{0,8}([A-Za-z][\w -]{0,40}?):(?:[ \t]+(\S[^\r\n]*)|[ \t]*)\Z")
_ITEM: Final = re.compile(r"[ \t]*- (.*)\Z")
_HEAD_KEYS: Final = frozenset(
    "title author authors date source url published publisher link byline subtitle keywords tags language lang".split()
)
"""What bare lines at the head of a text must name; other words before a colon may be a story's own."""
_FEWEST: Final = 2


def read_front_matter(text: str) -> tuple[Fields, int]:
    """What the front matter says, and where the text begins behind it: 0 when there is none."""
    fence = _FENCE.match(text, 0, _REACH)
    if not fence:
        return _bare(text)
    start = at = fence.end()
    end = _END[fence[1]]
    while at < min(len(text), _REACH):
        if last := end.match(text, at):
            values = _values(fence[1], text[start:at])
            return (read_fields(values), last.end()) if values else (read_fields({}), 0)
        at = _line_end(text, at)
    return read_fields({}), 0


def _line_end(text: str, at: int) -> int:
    found = _LINE.match(text, at)
    return found.end() if found else len(text)


def _values(fence: str, block: str) -> Mapping[object, object]:
    """What stands between the fences; YAML that is none, as with a colon in a title, is read line by line."""
    if fence == "+++":
        try:
            return {
                key: value if isinstance(value, list | dict) else str(value)
                for key, value in tomllib.loads(block).items()
            }
        except (ValueError, RecursionError):
            return {}
    if not _is_shallow(block):
        return _by_line(block)
    try:
        # BaseLoader keeps every scalar as it is written: no value can be a bad date or an odd number.
        values = yaml.load(block, Loader=yaml.BaseLoader)
    except (yaml.YAMLError, RecursionError):
        return _by_line(block)
    return values if isinstance(values, dict) else {}


def _is_shallow(block: str) -> bool:
    """Whether brackets are few: the parser's time grows with the square of their depth."""
    return block.count("[") + block.count("{") < 1000


def _by_line(block: str) -> Mapping[object, object]:
    """Pairs of a key and a value a line, and lists below a key; empty if a line is neither."""
    found: dict[object, object] = {}
    items: list[str] = []
    for line in block.splitlines():
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        if item := _ITEM.match(line):
            items.append(item[1].strip())
        elif pair := _PAIR.match(line):
            items = []
            found[pair[1].strip()] = _unquoted(pair[2]) if pair[2] else items
        else:
            return {}
    return found


def _unquoted(value: str) -> str | list[str]:
    """A value without its quotes; a list between brackets; nothing of what is other syntax."""
    words = value.strip()
    if len(words) > 1 and words[0] == words[-1] and words[0] in "\"'":
        return words[1:-1]
    if words.startswith("[") and words.endswith("]"):
        return [part.strip().strip("\"'") for part in words[1:-1].split(",")]
    return "" if words[0] in "[{&*|>!%@`" else words


def _bare(text: str) -> tuple[Fields, int]:
    """Front matter without fences, as MultiMarkdown has it: known keys from the first line on, then a blank line."""
    found: dict[object, object] = {}
    at = 0
    while at < min(len(text), _REACH):
        end = _line_end(text, at)
        line = text[at:end].strip()
        if not line and found:
            keys = {key_of(str(key)) for key in found}
            enough = len(found) >= _FEWEST and not keys.isdisjoint(_HEAD_KEYS) and "title" in keys
            return (read_fields(found), end) if enough else (read_fields({}), 0)
        pair = _PAIR.match(line)
        if not pair or not pair[2]:
            break
        found[pair[1].strip()] = _unquoted(pair[2])
        at = end
    return read_fields({}), 0
