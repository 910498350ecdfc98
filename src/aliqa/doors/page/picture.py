"""Pictures of the corpus, drawn with matplotlib: articles by time and outlet, and statements by time and article.

Each is an SVG that stands in the page itself, so that its colours are the page's, light or dark, and every mark is a
link that says what it stands for. matplotlib writes all text escaped.
"""

import io
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from textwrap import shorten
from threading import Lock
from typing import TYPE_CHECKING, Any, Final
from xml.etree import ElementTree

from aliqa.foundations.types import ArticleSummary, DatedStatement

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST_OUTLETS: Final = 6
"""How many outlets have a colour of their own; the others share the last one."""

MOST_ROWS: Final = 12
"""How many articles have a row of their own; the others share one."""

MOST_PERIODS: Final = 30
"""How many bars there are, at most: else months become quarters, and quarters years."""

_OTHERS, _NAMELESS = "other outlets", "no outlet"
_INK: Final = {"#020202": "var(--soft)", "#030303": "var(--line)"}
_FILLS: Final = {f"#0{number}0{number}f{number}": f"var(--mark-{number})" for number in range(1, MOST_OUTLETS + 2)}
_COLOURS: Final = {**_INK, **_FILLS}
_BASIS: Final = {"stated": 1, "inferred": 2, "article": 7}
_DATED_BY: Final = {"stated": "dated by the sentence", "inferred": "by inference", "article": "by the article"}
_ABOVE: Final[dict[str, Any]] = {"loc": "lower left", "bbox_to_anchor": (-0.01, 1), "frameon": False}
_SVG: Final = "http://www.w3.org/2000/svg"
_XLINK: Final = "{http://www.w3.org/1999/xlink}href"
_WIDTH: Final = 13.0
_BARS_HEIGHT: Final = 2.2
_LOOK: Final[dict[Any, Any]] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "aliqa",
    "text.parse_math": False,
    "font.size": 10,
    "text.color": "#020202",
    "xtick.color": "#030303",
    "ytick.color": "#030303",
    "xtick.labelcolor": "#020202",
    "ytick.labelcolor": "#020202",
    "ytick.left": False,
    "axes.edgecolor": "#030303",
    "grid.color": "#030303",
    "grid.linewidth": 0.6,
}
"""Measures, and colours that stand for those of the page."""

_drawing = Lock()


def period_of(day: date, months: int) -> str:
    """The month, quarter or year of a day.

    >>> period_of(date(2025, 5, 3), 1), period_of(date(2025, 5, 3), 3), period_of(date(2025, 5, 3), 12)
    ('2025-05', '2025 Q2', '2025')
    """
    if months == 12:
        return f"{day:%Y}"
    return f"{day:%Y-%m}" if months == 1 else f"{day:%Y} Q{(day.month + 2) // 3}"


def periods(first: date, last: date) -> tuple[int, list[str]]:
    """How many months a bar spans, and all of them from the first to the last, those without an article too.

    >>> periods(date(2024, 11, 5), date(2025, 1, 2))
    (1, ['2024-11', '2024-12', '2025-01'])
    """
    span = [date(number // 12, number % 12 + 1, 1) for number in range(_month(first), _month(last) + 1)]
    for months in (1, 3, 12):
        found = list(dict.fromkeys(period_of(day, months) for day in span))
        if len(found) <= MOST_PERIODS or months == 12:
            break
    return months, found


def _month(day: date) -> int:
    return 12 * day.year + day.month - 1


def articles_svg(articles: Iterable[ArticleSummary]) -> str:
    """Articles by time, stacked by outlet; empty unless two are dated. A bar links to ``#when=…&outlet=…``."""
    dated = [one for one in articles if one.published and one.state == "indexed"]
    if len(dated) < 2:
        return ""
    days = [one.published for one in dated if one.published]
    months, bars = periods(min(days), max(days))
    named = _named(dated)
    outlets = [*named, _OTHERS] if any((one.source or _NAMELESS) not in named for one in dated) else named
    counts = Counter(
        (period_of(one.published, months), name if (name := one.source or _NAMELESS) in named else _OTHERS)
        for one in dated
        if one.published
    )
    return _drawn(
        _BARS_HEIGHT, lambda axes: _bars(axes, bars, outlets, counts), f"{len(dated):,} articles by time and outlet"
    )


def _named(dated: Iterable[ArticleSummary]) -> list[str]:
    """The outlets that have a colour of their own, those with the most articles first."""
    common = Counter(one.source or _NAMELESS for one in dated).most_common()
    return [name for name, _ in common[: MOST_OUTLETS if len(common) > MOST_OUTLETS + 1 else None]]


def chosen(articles: Iterable[ArticleSummary], when: str, outlet: str) -> list[ArticleSummary]:
    """The articles that a bar stands for, which links to ``#when=…&outlet=…``."""
    dated = [one for one in articles if one.published and one.state == "indexed"]
    common = _named(dated)
    months = 12 if len(when) == 4 else 3 if "Q" in when else 1
    return [
        one
        for one in dated
        if one.published
        and period_of(one.published, months) == when
        and (name if (name := one.source or _NAMELESS) in common else _OTHERS) == outlet
    ]


def _bars(axes: "Axes", bars: Sequence[str], outlets: Sequence[str], counts: Mapping[tuple[str, str], int]) -> None:
    floor = [0] * len(bars)
    for outlet, colour in zip(outlets, _FILLS, strict=False):
        there = [place for place, bar in enumerate(bars) if counts[bar, outlet]]
        heights = [counts[bars[place], outlet] for place in there]
        drawn = axes.bar(there, heights, 0.72, [floor[place] for place in there], color=colour, label=_short(outlet))
        for mark, place, height in zip(drawn, there, heights, strict=True):
            mark.set_url(f"#when={bars[place]}&outlet={outlet}")
            mark.set_gid(f"{bars[place]}, {outlet}: {height} {'article' if height == 1 else 'articles'}")
            floor[place] += height
    every = -(-len(bars) // 10)
    axes.set_xticks(range(0, len(bars), every), bars[::every])
    axes.set_xlim(-0.6, max(len(bars), 6) - 0.4)
    axes.locator_params(axis="y", integer=True, nbins=3)
    axes.legend(ncols=4, handlelength=0.9, handleheight=0.9, **_ABOVE)


def statements_svg(statements: Sequence[DatedStatement]) -> str:
    """Statements by time, a row an article; empty without any. The dot of the nth statement, from 0, links to ``#told-n``."""
    if not statements:
        return ""
    common = [doc_id for doc_id, _ in Counter(one.doc_id for one in statements).most_common(MOST_ROWS)]
    titles = {one.doc_id: _short(one.title, 34) for one in statements if one.doc_id in common}
    rows = list(titles)
    others = ["other articles"] if any(one.doc_id not in titles for one in statements) else []

    def dots(axes: "Axes") -> None:
        for number, one in enumerate(statements):
            row = rows.index(one.doc_id) if one.doc_id in titles else len(rows)
            [dot] = axes.plot([_day(one.start)], [row], "o", ms=10, mew=0, color=_fill(one.basis), clip_on=False)
            dot.set_url(f"#told-{number}")
            dot.set_gid(f"{one.when}: {shorten(one.quote, 160, placeholder='…')}")
        for basis in dict.fromkeys(one.basis for one in statements):
            axes.plot([], [], "o", ms=8, mew=0, color=_fill(basis), label=_DATED_BY[basis])
        axes.legend(ncols=3, handletextpad=0.1, **_ABOVE)
        axes.xaxis_date()
        axes.set_yticks(range(len(rows) + len(others)), [*titles.values(), *others])
        axes.set_ylim(len(rows) + len(others) - 0.4, -0.6)
        axes.margins(x=0.04)

    height = 1.0 + 0.34 * (len(rows) + len(others))
    return _drawn(height, dots, f"{len(statements):,} statements by time and article")


def _day(day: date) -> Any:
    from matplotlib.dates import date2num

    return date2num(day)  # type: ignore[no-untyped-call]


def _fill(basis: str) -> str:
    return list(_FILLS)[_BASIS[basis] - 1]


def _short(text: str, most: int = 28) -> str:
    return shorten(text, most, placeholder="…")


def _drawn(height: float, draw: Callable[["Axes"], None], label: str) -> str:
    """What ``draw`` draws, ``height`` inches high, as SVG for the page; one thread at a time uses matplotlib."""
    with _drawing:
        from matplotlib import rc_context
        from matplotlib.figure import Figure

        written = io.StringIO()
        with rc_context(_LOOK):
            figure = Figure(figsize=(_WIDTH, height), layout="constrained")
            axes = figure.subplots()
            draw(axes)
            axes.spines[["top", "right", "left"]].set_visible(False)
            axes.grid(axis="y" if height == _BARS_HEIGHT else "x")
            axes.set_axisbelow(True)
            figure.savefig(written, format="svg", transparent=True)
    return _for_page(written.getvalue(), label)


def _for_page(written: str, label: str) -> str:
    """The picture with the page's colours and fonts; each of its links says what it stands for."""
    for colour, variable in _COLOURS.items():
        written = written.replace(colour, variable)
    root = ElementTree.fromstring(re.sub(r"font: ([\d.]+px) [^;\"]*", r"font-size: \1", written))
    for group in root.iter(f"{{{_SVG}}}g"):
        told = group.attrib.pop("id", "")
        for link in group.iter(f"{{{_SVG}}}a") if told else ():
            link.set("aria-label", told)  # the innermost group comes last
    for link in root.iter(f"{{{_SVG}}}a"):
        link.set("href", link.attrib.pop(_XLINK))
        link.attrib.pop("target", None)
        ElementTree.SubElement(link, f"{{{_SVG}}}title").text = link.attrib["aria-label"]
    for parent in list(root.iter()):
        for child in [one for one in parent if one.tag in (f"{{{_SVG}}}metadata", f"{{{_SVG}}}style")]:
            parent.remove(child)
    for size in ("width", "height"):
        root.attrib.pop(size)
    root.set("role", "group")
    root.set("aria-label", label)
    return ElementTree.tostring(root, encoding="unicode")


ElementTree.register_namespace("", _SVG)
ElementTree.register_namespace("xlink", "http://www.w3.org/1999/xlink")
