"""Curves as SVG text: light enough to be sent again with every step of a run."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from textwrap import wrap

import numpy as np
import numpy.typing as npt

WIDTH = 460
LEFT, RIGHT, BOTTOM = 62, 14, 44
TITLE, ROW, GAP, PLOT = 26, 16, 6, 150
"""Heights of the title, of a row of the legend, of the gap below it and of the plot."""
LETTERS = 58
"""Of the title that is drawn; screen readers say all of it."""
MOST_POINTS = 600
"""Of a line that are drawn."""

COLOURS = ("#0072B2", "#D55E00", "#009E73", "#7A4E9E")
"""Told apart with any colour vision (after Okabe and Ito); lines differ in their dashes as well."""
DASHES = ("", "7 4", "2 3", "9 3 2 3")


type Points = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Line:
    """A curve.

    Attributes:
        label: for the legend; empty for none.
        x: shape (n,).
        y: shape (n,).
    """

    label: str
    x: npt.ArrayLike
    y: npt.ArrayLike


def chart(title: str, x_label: str, y_label: str, lines: Sequence[Line], mark: float | None = None) -> str:
    """Return a chart as SVG text with a title that screen readers say.

    Args:
        title: what is shown, in words.
        x_label: with unit.
        y_label: with unit.
        lines: the curves; values that are not finite are left out.
        mark: where on the x axis an upright line stands; None for none.
    """
    curves = [(line.label, *_finite(line)) for line in lines]
    drawn = [(label, x, y) for label, x, y in curves if len(x)]
    if not drawn:
        return _frame(title, [_text(WIDTH / 2, TITLE + PLOT / 2, "no values yet")], TITLE + PLOT)
    labels = [label for label, _, _ in drawn]
    top = TITLE + ROW * sum(map(bool, labels)) + (GAP if any(labels) else 0)
    bottom = top + PLOT
    x_low, x_high = _ends(np.concatenate([x for _, x, _ in drawn]))
    y_low, y_high = _ends(np.concatenate([y for _, _, y in drawn]))

    def across(x: float) -> float:
        return LEFT + (x - x_low) / (x_high - x_low) * (WIDTH - LEFT - RIGHT)

    def up(y: float) -> float:
        return bottom - (y - y_low) / (y_high - y_low) * PLOT

    parts = [_rect(LEFT, top, WIDTH - LEFT - RIGHT, PLOT)]
    for value in ticks(x_low, x_high, 5):
        at = across(value)
        parts.append(f'<line x1="{at:.1f}" x2="{at:.1f}" y1="{top}" y2="{bottom}" class="grid"/>')
        parts.append(_text(at, bottom + 15, tick_text(value)))
    for value in ticks(y_low, y_high, 4):
        at = up(value)
        parts.append(f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{at:.1f}" y2="{at:.1f}" class="grid"/>')
        parts.append(_text(LEFT - 6, at + 4, tick_text(value), "end"))
    for number, (_, x, y) in enumerate(drawn):
        points = " ".join(f"{across(a):.1f},{up(b):.1f}" for a, b in zip(x, y, strict=True))
        colour, dash = COLOURS[number % len(COLOURS)], DASHES[number % len(DASHES)]
        parts.append(
            f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2" '
            f'stroke-dasharray="{dash}"/>'
        )
    if mark is not None and x_low <= mark <= x_high:
        at = across(mark)
        parts.append(f'<line x1="{at:.1f}" x2="{at:.1f}" y1="{top}" y2="{bottom}" class="mark"/>')
    parts.append(_text((LEFT + WIDTH - RIGHT) / 2, bottom + BOTTOM - 8, x_label))
    first, *rest = wrap(title, LETTERS) or [""]
    head = f"{first} ..." if rest else first
    parts.append(_text(LEFT, 16, head, "start"))
    middle = top + PLOT / 2
    parts.append(
        f'<text x="14" y="{middle:.0f}" text-anchor="middle" transform="rotate(-90 14 {middle:.0f})">'
        f"{escape(y_label)}</text>"
    )
    parts += _legend(labels)
    return _frame(title, parts, bottom + BOTTOM)


def ticks(low: float, high: float, about: int) -> list[float]:
    """Return round values within an interval, about so many."""
    raw = (high - low) / max(about, 1)
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(factor * power for factor in (1.0, 2.0, 5.0, 10.0) if factor * power >= raw * 0.999)
    first = math.ceil(low / step - 1e-9)
    return [number * step for number in range(first, math.floor(high / step + 1e-9) + 1)]


def tick_text(value: float) -> str:
    """Write a round value."""
    return f"{value + 0.0:.6g}"


def _finite(line: Line) -> tuple[Points, Points]:
    x, y = np.asarray(line.x, dtype=float), np.asarray(line.y, dtype=float)
    kept = np.isfinite(x) & np.isfinite(y)
    x, y = x[kept], y[kept]
    if len(x) > MOST_POINTS:
        chosen = np.unique(np.linspace(0, len(x) - 1, MOST_POINTS).astype(int))
        x, y = x[chosen], y[chosen]
    return x, y


def _ends(values: npt.NDArray[np.float64]) -> tuple[float, float]:
    low, high = float(values.min()), float(values.max())
    room = 0.05 * (high - low)
    if room <= 1e-9 * max(abs(low), abs(high)):
        room = 0.05 * abs(low) or 1.0
    return low - room, high + room


def _legend(labels: Sequence[str]) -> list[str]:
    """Names of the lines, one below the other between the title and the plot, where no line runs."""
    parts = []
    for number, label in enumerate(labels):
        if label:
            y = TITLE + ROW * (sum(map(bool, labels[:number])) + 1) - 4
            parts.append(
                f'<line x1="{LEFT}" x2="{LEFT + 28}" y1="{y - 4}" y2="{y - 4}" '
                f'stroke="{COLOURS[number % len(COLOURS)]}" stroke-width="2" '
                f'stroke-dasharray="{DASHES[number % len(DASHES)]}"/>'
            )
            parts.append(_text(LEFT + 34, y, label, "start"))
    return parts


def _rect(x: float, y: float, width: float, height: float) -> str:
    return f'<rect x="{x}" y="{y}" width="{width}" height="{height}" fill="white" stroke="#444"/>'


def _text(x: float, y: float, text: str, anchor: str = "middle") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'


def _frame(title: str, parts: Sequence[str], height: float) -> str:
    style = (
        "<style>.chart text{font:12px sans-serif;fill:#222}.chart .grid{stroke:#ddd}"
        ".chart .mark{stroke:#222;stroke-dasharray:3 3}</style>"
    )
    return (
        f'<svg class="chart" role="img" aria-label="{escape(title)}" viewBox="0 0 {WIDTH} {height:g}" '
        f'xmlns="http://www.w3.org/2000/svg"><title>{escape(title)}</title>{style}{"".join(parts)}</svg>'
    )
