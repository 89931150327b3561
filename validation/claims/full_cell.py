"""State of charge of NMC532 in a full cell at rest, from the open-circuit curves of both electrodes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import brentq

from chemomech.materials import Parameter, Source, active_material

Array = npt.NDArray[np.float64]

CAPACITY_RATIO = Parameter(
    1.15,
    "-",
    Source("graphite capacity (372 mAh/g) over that of the lithium NMC532 gives up to 4.4 V", ("assumed",)),
    (1.05, 1.3),
)
FIRST_LOSS = Parameter(
    0.07,
    "-",
    Source("lithium lost to the first cycles, as a share of all lithium in NMC532", ("assumed",)),
    (0.03, 0.12),
)
CHARGED_CONTENT = 0.78
"""Lithium that leaves NMC532 up to 4.4 V in the full cell, to which the ratio refers [-] (assumed)."""

TABLE_END = 0.34
"""Lowest x of the measured voltage table of NMC532 [-]; below it the curve is straight (assumed)."""


@dataclass(frozen=True)
class GraphiteCurve:
    """Open-circuit potential of graphite against lithium.

    Attributes:
        name: Of the fit.
        source: Where it is from.
        function: Potential [V] at the lithium content y of graphite [-].
    """

    name: str
    source: Source
    function: Callable[[Array], Array]

    def __call__(self, content: Array) -> Array:
        """Potential [V] at lithium contents [-], same shape."""
        return np.asarray(self.function(np.asarray(content, dtype=float)))


def _mohtat(y: Array) -> Array:
    return np.asarray(
        0.063
        + 0.8 * np.exp(-75.0 * (y + 0.001))
        - 0.0120 * np.tanh((y - 0.127) / 0.016)
        - 0.0118 * np.tanh((y - 0.155) / 0.016)
        - 0.0035 * np.tanh((y - 0.220) / 0.020)
        - 0.0095 * np.tanh((y - 0.190) / 0.013)
        - 0.0145 * np.tanh((y - 0.490) / 0.020)
        - 0.0800 * np.tanh((y - 1.030) / 0.055)
    )


def _ecker(y: Array) -> Array:
    return np.asarray(
        0.140031
        + 0.716502 * np.exp(-369.028 * y)
        + 0.12193 * np.exp(-35.6478 * (y - 0.0530947))
        - 0.0189193 * np.tanh(21.1967 * (y - 0.196176))
        - 0.0169644 * np.tanh(27.1365 * (y - 0.312832))
        - 0.0199313 * np.tanh(28.5697 * (y - 0.614221))
        - 0.931153 * np.exp(36.328 * (y - 1.10743))
    )


def _marquis(y: Array) -> Array:
    return np.asarray(
        0.194
        + 1.5 * np.exp(-120.0 * y)
        + 0.0351 * np.tanh((y - 0.286) / 0.083)
        - 0.0045 * np.tanh((y - 0.849) / 0.119)
        - 0.0350 * np.tanh((y - 0.9233) / 0.05)
        - 0.0147 * np.tanh((y - 0.5) / 0.034)
        - 0.1020 * np.tanh((y - 0.194) / 0.142)
        - 0.0220 * np.tanh((y - 0.9) / 0.0164)
        - 0.0110 * np.tanh((y - 0.124) / 0.0226)
        + 0.0155 * np.tanh((y - 0.105) / 0.029)
    )


GRAPHITES = (
    GraphiteCurve(
        "Mohtat",
        Source("Mohtat et al. 2020, graphite beside NMC532, as coded in PyBaMM", ("second-hand",)),
        _mohtat,
    ),
    GraphiteCurve(
        "Ecker",
        Source(
            "Ecker et al., J. Electrochem. Soc. 162 (2015) A1836, fit of Richardson et al. 2020, as coded in "
            "PyBaMM",
            ("second-hand",),
        ),
        _ecker,
    ),
    GraphiteCurve(
        "Marquis",
        Source("MCMB 2528 of Dualfoil, as coded in PyBaMM's Marquis2019", ("second-hand",)),
        _marquis,
    ),
)
"""Curves of graphite without silicon; the first is taken, all of them together give the error."""


def charge_at(
    voltage: float,
    ratio: float = float(CAPACITY_RATIO),
    loss: float = float(FIRST_LOSS),
    graphite: GraphiteCurve = GRAPHITES[0],
) -> float:
    """Lithium taken out of NMC532 at rest at a voltage of the full cell, as a share of all of it [-].

    Args:
        voltage: Of the full cell [V].
        ratio: Capacity of graphite over that of NMC532 up to 4.4 V [-].
        loss: Share of all lithium that never reaches graphite as usable lithium [-].
        graphite: Its curve.
    """
    cathode = active_material("nmc532").open_circuit_voltage

    def excess(taken: float) -> float:
        stored = max(taken - loss, 0.0) / (ratio * CHARGED_CONTENT)
        return float(cathode(np.array([1.0 - taken]))[0] - graphite(np.array([stored]))[0] - voltage)

    return float(brentq(excess, loss + 1e-3, 0.97))


@dataclass(frozen=True)
class ChargeAtVoltage:
    """State of charge at one voltage.

    Attributes:
        value: With the first curve of graphite and the balance thought likely [-].
        by_graphite: With each curve of graphite [-].
        error: Half of the range over the curves, and half of that over the balance of the cell [-].
    """

    value: float
    by_graphite: tuple[float, ...]
    error: float


def charges_at(voltage: float) -> ChargeAtVoltage:
    """State of charge at a voltage of the full cell [V], with its error."""
    curves = tuple(charge_at(voltage, graphite=graphite) for graphite in GRAPHITES)
    corners = [
        charge_at(voltage, ratio, loss)
        for ratio in CAPACITY_RATIO.valid_range or ()
        for loss in FIRST_LOSS.valid_range or ()
    ]
    error = float(np.hypot(0.5 * np.ptp(curves), 0.5 * np.ptp(corners)))
    return ChargeAtVoltage(curves[0], curves, error)
