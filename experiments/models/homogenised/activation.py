"""How laws move with temperature near the one at which they stand, in the numbers that BPX has room for."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from chemomech.materials import GAS_CONSTANT

Array = npt.NDArray[np.float64]

STEP = 1.0
"""Difference in temperature to either side over which a change is read [K]."""


def activation_energy(law: Any, temperature: float, *at: float) -> float | None:
    """Return the apparent activation energy Ea = R T^2 d ln f / dT of a law [J/mol].

    Args:
        law: a curve or an exchange current density, at ``temperature``.
        temperature: [K].
        *at: its arguments.

    Returns:
        Ea, exact for a law after Arrhenius; None where nothing is known of other temperatures.
    """
    around = _around(law, temperature)
    if around is None:
        return None
    low, high = around
    ratio = _value(law, high, *at) / _value(law, low, *at)
    return _rounded(GAS_CONSTANT * math.log(ratio) / (1.0 / low - 1.0 / high))


def change_per_kelvin(law: Any, temperature: float, at: Array) -> Array | None:
    """Return the change of a law with temperature, in its unit per kelvin.

    Args:
        law: a curve, at ``temperature``.
        temperature: [K].
        at: arguments, shape (n,).

    Returns:
        Shape (n,), or None where nothing is known of other temperatures.
    """
    around = _around(law, temperature)
    if around is None:
        return None
    low, high = around
    slope = (_value(law, high, at) - _value(law, low, at)) / (high - low)
    return np.array([_rounded(value) for value in np.broadcast_to(slope, at.shape)])


def _around(law: Any, temperature: float) -> tuple[float, float] | None:
    low, high = law.temperature_range
    # A constant that somebody set holds wherever it is used: that says nothing of how it would move.
    if low == high or math.isinf(low):
        return None
    return max(low, temperature - STEP), min(high, temperature + STEP)


def _value(law: Callable[..., Any], temperature: float, *at: Any) -> Any:
    return np.asarray(law.at_temperature(temperature)(*at), dtype=float)  # type: ignore[attr-defined]


def _rounded(value: float) -> float:
    """Nine digits: what the difference of two nearly equal numbers leaves."""
    return float(f"{value:.9g}")
