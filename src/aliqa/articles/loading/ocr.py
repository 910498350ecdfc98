"""Pictures, and pages of PDFs without text, read by optical character recognition where ``aliqa[ocr]`` is installed.

The models lie in the package of RapidOCR: nothing is downloaded.
"""

import io
from functools import cache
from importlib.util import find_spec
from statistics import median_low
from typing import Any, Final

from aliqa.articles.loading.extract import Extract, clean, mute
from aliqa.articles.loading.pdf_flow import flow
from aliqa.articles.loading.pdf_layout import Block, blocks_of
from aliqa.articles.loading.pdf_margins import without_margins
from aliqa.articles.loading.pdf_piece import Page, Piece
from aliqa.articles.loading.progress import step_done
from aliqa.foundations.errors import ArticleError

_MISSING: Final = 'Install "aliqa[ocr]" to have them read, or recognise the text (OCR) and save the file again.'
_SCALE: Final = 2.5
"""How many pixels a point of a page becomes: 180 a inch, at which letters of 9 points are read well."""
_MOST: Final = 60_000_000
"""Pixels of a picture; larger ones would fill the memory."""
_LONGEST: Final = 500
"""Pages that are recognised; each takes seconds."""
_SURE: Final = 0.5
"""Lines that are recognised with less confidence are left out."""


def read(data: bytes) -> Extract:
    """The words in a picture. Raises ArticleError if it holds none, or nothing can read it."""
    _engine()
    from PIL import Image, ImageSequence

    Image.MAX_IMAGE_PIXELS = _MOST
    try:
        with Image.open(io.BytesIO(data)) as picture:
            frames = [frame.convert("RGB") for frame in ImageSequence.Iterator(picture)]
    except Exception as error:  # a broken picture may fail anywhere inside the library
        raise ArticleError("It is not a picture, or it is broken or very large. Save it again as .png.") from error
    text, starts, reading = _text([_recognised(frame, 1.0) for frame in frames])
    return Extract(text, pages=starts if len(frames) > 1 else (), reading=reading)


def recognise_pages(document: Any) -> tuple[str, tuple[int, ...], str | None]:
    """The text of a PDF's pages, where each begins, and how it was read. Raises ArticleError if nothing reads them."""
    _engine()
    if len(document) > _LONGEST:
        raise ArticleError(f"It holds more than {_LONGEST} pages of pictures. Split it.")
    return _text([_recognised(page.render(scale=_SCALE).to_pil().convert("RGB"), _SCALE) for page in document])


def _text(pages: list[tuple[Page, list[float]]]) -> tuple[str, tuple[int, ...], str | None]:
    blocks: list[list[Block]] = [blocks_of(rows) for rows in without_margins([page for page, _ in pages])]
    text, starts = flow(blocks)
    sure = [score for _, scores in pages for score in scores]
    if not text.strip():
        raise ArticleError("It holds no words, and none can be recognised (OCR) in its pictures.")
    return clean(text), starts, f"read by OCR, confidence {sum(sure) / len(sure):.2f}"


def _recognised(picture: Any, scale: float) -> tuple[Page, list[float]]:
    """The lines of a picture as pieces of a page, and how sure the engine is of each, from 0 to 1."""
    import numpy as np

    found = _engine()(np.asarray(picture))
    lines = zip(found.boxes, found.txts, found.scores, strict=True) if found.boxes is not None else ()
    tall = picture.height / scale
    pieces, scores = list[Piece](), list[float]()
    for box, words, score in lines:
        if score >= _SURE and words.strip():
            across, down = [point[0] / scale for point in box], [point[1] / scale for point in box]
            size = 0.75 * (max(down) - min(down))
            pieces.append(
                Piece(
                    " ".join(words.split()),
                    float(min(across)),
                    float(max(across)),
                    float(tall - max(down)),
                    float(size),
                )
            )
            scores.append(float(score))
    step_done()
    return Page(_alike(pieces), tall), scores


def _alike(pieces: list[Piece]) -> list[Piece]:
    """Lines whose letters are about as large as most are of one size; a picture tells it no better."""
    usual = median_low([piece.size for piece in pieces]) if pieces else 0.0
    return [piece._replace(size=usual) if 0.7 < piece.size / usual < 1.4 else piece for piece in pieces]


@cache
def _engine() -> Any:
    """The engine. Raises ArticleError if it is not installed."""
    if find_spec("rapidocr") is None:
        raise ArticleError(f"It holds pictures of pages, no text. {_MISSING}")
    mute("RapidOCR")
    from rapidocr import RapidOCR

    return RapidOCR(params={"Global.log_level": "critical", "EngineConfig.onnxruntime.intra_op_num_threads": 1})
