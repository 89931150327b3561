"""Units for the eye, decided in this one place; values themselves stay in SI."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
import numpy.typing as npt

from chemomech.experiments.drawing import style
from chemomech.experiments.drawing.scales import MEGA, MICRO, Scale

LENGTH: Final = Scale(MICRO, "µm")
"""Of all geometry."""

_SHOWN: Final[Mapping[str, Scale]] = {
    "m": LENGTH,
    "Pa": Scale(MEGA, "MPa"),
    "Pa m0.5": Scale(MEGA, "MPa m½"),
    "J": Scale(1e12, "pJ"),
    "m3": Scale(MICRO**3, "µm³"),
    "m2": Scale(MICRO**2, "µm²"),
    "A m-2": Scale(1.0, "A/m²"),
    "mol m-3": Scale(1.0, "mol/m³"),
    "mAh cm-2": Scale(1.0, "mAh/cm²"),
}

_SYMBOLS: Final[Mapping[str, str]] = {
    r"\varphi": "φ", r"\sigma": "σ", r"\delta": "δ", r"\rho": "ρ", r"\iota": "ι", r"\Gamma": "Γ",
    r"\Delta": "Δ", r"\bar{x}": "x̄", r"\mathrm": "",
}  # fmt: skip


def shown_in(unit: str) -> Scale:
    """Unit and factor to show values of an SI unit in."""
    return _SHOWN.get(unit, Scale(1.0, unit))


def plain_symbol(symbol: str) -> str:
    """Write a symbol of formulas as plain text, such as ``σ_eq``."""
    for mark, letter in _SYMBOLS.items():
        symbol = symbol.replace(mark, letter)
    return symbol.replace("{", "").replace("}", "").replace("\\", "")


def shown_points(points: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Bring points [m] to the unit in which geometry is shown."""
    return np.asarray(points, dtype=np.float64) * LENGTH.factor


_MAPS: Final[Mapping[str, str]] = {
    # Not the map of stress on paper, whose lower half is black on what is lit.
    "Pa": "plasma",
    "Pa m0.5": "plasma",
    "mol m-3": style.CONCENTRATION_MAP,
    "V": style.CONCENTRATION_MAP,
}


def colour_map(unit: str) -> str:
    """Name of Matplotlib's colour map for values of a unit; all of them survive colour blindness."""
    return _MAPS.get(unit, style.STOICHIOMETRY_MAP)
