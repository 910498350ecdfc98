"""The parts of a document that is an archive of XML files, as Word, OpenDocument and EPUB have them."""

import zipfile
from io import BytesIO
from typing import Final

from lxml import etree
from lxml.etree import _Element

from aliqa.foundations.errors import ArticleError

_OLD: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""How files of the time before 2007 begin, and those with a password."""
_OLD_OR_LOCKED: Final = (
    "It is of an old format, or has a password. Open it in the program that made it and save it anew, without one."
)
_MAX_UNPACKED: Final = 100 * 1024 * 1024
"""Bytes that all parts may have together once unpacked."""
_MAX_PARTS: Final = 10_000


class Parts:
    """The parts of an archive by their names; nothing is unpacked before its size was looked at."""

    def __init__(self, data: bytes, broken: str) -> None:
        """Open the archive. Raises ArticleError, with the message ``broken`` if it is none."""
        self._broken = broken
        if data.startswith(_OLD):
            raise ArticleError(_OLD_OR_LOCKED)
        try:
            self._archive = zipfile.ZipFile(BytesIO(data))
            parts = self._archive.infolist()
        except Exception as error:  # zipfile has many ways to refuse bytes
            raise ArticleError(broken) from error
        if len(parts) > _MAX_PARTS or sum(part.file_size for part in parts) > _MAX_UNPACKED:
            raise ArticleError(
                f"It unpacks to more than {_MAX_UNPACKED // 1024**2} MB. Split it, or remove its pictures."
            )
        self._names = {part.filename for part in parts}

    def names(self) -> set[str]:
        """The names of all parts."""
        return self._names

    def read(self, name: str) -> bytes:
        """A part, unpacked to the size that the archive declares; empty if there is none. Raises ArticleError."""
        if name not in self._names:
            return b""
        try:
            return self._archive.read(name)
        except Exception as error:
            raise ArticleError(self._broken) from error

    def tree(self, name: str) -> _Element | None:
        """A part as XML without a document type, which could make much of little; None if there is none."""
        data = self.read(name)
        if not data:
            return None
        parser = etree.XMLParser(
            resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True
        )
        try:
            root = etree.fromstring(data, parser)
        except etree.LxmlError as error:
            raise ArticleError(self._broken) from error
        if root.getroottree().docinfo.internalDTD is not None and root.getroottree().docinfo.internalDTD.entities():
            raise ArticleError(self._broken)
        return root


def local(element: _Element) -> str:
    """The name of an element without its namespace."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""
