"""Colours of values: maps that are read with any colour vision, and their ends."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache

import numpy as np
import numpy.typing as npt

from chemomech.errors import unknown_name

SEQUENTIAL = ("viridis", "cividis", "gray")
DIVERGING = ("PuOr",)
MAPS = (*SEQUENTIAL, *DIVERGING)
"""All of them keep their order in grey and with red-green blindness; PuOr has its light middle at zero."""

STEPS = 256
NO_VALUE = "#b4b4b4"
PICKED = "#d81b60"

Array = npt.NDArray[np.float64]


@cache
def table(name: str) -> Array:
    """Return the colours of a map, shape (STEPS, 3) in [0, 1].

    Raises:
        InputError: for an unknown name.
    """
    if name not in MAPS:
        raise unknown_name("colour map", name, MAPS)
    import matplotlib

    return np.asarray(matplotlib.colormaps[name](np.linspace(0.0, 1.0, STEPS))[:, :3], dtype=float)


def gradient(name: str) -> str:
    """Return a map as a gradient of CSS, from left to right."""
    stops = [hex_of(colour) for colour in table(name)[:: STEPS // 16]]
    return f"linear-gradient(to right, {', '.join([*stops, hex_of(table(name)[-1])])})"


def hex_of(colour: Sequence[float] | Array) -> str:
    """Write a colour in [0, 1] as CSS does."""
    return "#" + "".join(f"{round(255 * float(part)):02x}" for part in colour)


def rgb(text: str) -> tuple[float, float, float]:
    """Read a colour as CSS writes it."""
    return int(text[1:3], 16) / 255, int(text[3:5], 16) / 255, int(text[5:7], 16) / 255


def ends(low: float, high: float, name: str) -> tuple[float, float]:
    """Return the ends of a map for values between two numbers, apart even where they are the same.

    A diverging map lies symmetrically about zero.
    """
    if not (math.isfinite(low) and math.isfinite(high)):
        return 0.0, 1.0
    if name in DIVERGING:
        far = max(abs(low), abs(high)) or 1.0
        return -far, far
    if high - low <= 1e-12 * max(abs(low), abs(high)):
        room = 0.01 * abs(low) or 0.5
        return low - room, high + room
    return low, high
