"""What has been filled in on the pages of a PDF form: pdfium does not count it among their text."""

import ctypes
from collections.abc import Iterator
from typing import Any, Final

import pypdfium2.raw as raw

from aliqa.articles.loading.pdf_piece import Piece

_WRITTEN: Final = frozenset({raw.FPDF_FORMFIELD_TEXTFIELD, raw.FPDF_FORMFIELD_COMBOBOX, raw.FPDF_FORMFIELD_LISTBOX})
_TICKED: Final = frozenset({raw.FPDF_FORMFIELD_CHECKBOX, raw.FPDF_FORMFIELD_RADIOBUTTON})
_UNSEEN: Final = raw.FPDF_ANNOT_FLAG_INVISIBLE | raw.FPDF_ANNOT_FLAG_HIDDEN | raw.FPDF_ANNOT_FLAG_NOVIEW
_PASSWORD: Final = 1 << 13
"""The flag of a field that shows dots (ISO 32000-1, table 228)."""
_TICK: Final = "☒"
_LEADING: Final = 1.2
_BASELINE: Final = 0.25
"""How far above the foot of a line its letters stand, in heights of the line."""


def filled_in(page: Any) -> Iterator[Piece]:
    """The values of a page's fields and its ticked boxes, where they stand; none unless the form is initialised."""
    if page.formenv is None:
        return
    for index in range(raw.FPDFPage_GetAnnotCount(page.raw)):
        field = raw.FPDFPage_GetAnnot(page.raw, index)
        try:
            if raw.FPDFAnnot_GetSubtype(field) == raw.FPDF_ANNOT_WIDGET:
                yield from _pieces(page.formenv.raw, field)
        finally:
            raw.FPDFPage_CloseAnnot(field)


def _pieces(form: Any, field: Any) -> Iterator[Piece]:
    """The lines of one field."""
    lines = _value(form, field).split("\n")
    box, size = raw.FS_RECTF(), ctypes.c_float()
    raw.FPDFAnnot_GetRect(field, box)
    raw.FPDFAnnot_GetFontSize(form, field, size)
    tall = (box.top - box.bottom) / len(lines)
    letters = size.value or tall / _LEADING
    tall = min(tall, letters * _LEADING) if len(lines) > 1 else tall
    for number, line in enumerate(lines, 1):
        if line.strip():
            foot = box.top - number * tall
            yield Piece(line, box.left, box.right, foot + _BASELINE * tall, min(letters, tall))


def _value(form: Any, field: Any) -> str:
    """What a reader sees in a field."""
    kind, flags = raw.FPDFAnnot_GetFormFieldType(form, field), raw.FPDFAnnot_GetFormFieldFlags(form, field)
    if raw.FPDFAnnot_GetFlags(field) & _UNSEEN:
        return ""
    if kind in _TICKED:
        return _TICK if raw.FPDFAnnot_IsChecked(form, field) else ""
    if kind not in _WRITTEN or (kind == raw.FPDF_FORMFIELD_TEXTFIELD and flags & _PASSWORD):
        return ""
    length = raw.FPDFAnnot_GetFormFieldValue(form, field, None, 0)
    buffer = (ctypes.c_ushort * (length // 2))()
    raw.FPDFAnnot_GetFormFieldValue(form, field, buffer, length)
    return bytes(buffer).decode("utf-16-le", "replace").rstrip("\0").replace("\r\n", "\n").replace("\r", "\n")
