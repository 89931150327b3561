"""State of charge of NMC532 in a full cell at rest, from the open-circuit curves of both electrodes."""

from __future__ import annotations

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
"""Lithium that leaves NMC532 up to 4.4 V in the full cell, which the capacity ratio refers to [-] "
"(assumed)."""


def graphite_potential(y: Array) -> Array:
    """Open-circuit potential of graphite [V] at its lithium content y.

    Chen et al., J. Electrochem. Soc. 167 (2020) 080534, graphite with 10 % SiOx; good to 20 mV for graphite.
    """
    return np.asarray(
        1.9793 * np.exp(-39.3631 * y)
        + 0.2482
        - 0.0909 * np.tanh(29.8538 * (y - 0.1234))
        - 0.04478 * np.tanh(14.9159 * (y - 0.2769))
        - 0.0205 * np.tanh(30.4444 * (y - 0.6103))
    )


def charge_at(voltage: float, ratio: float = float(CAPACITY_RATIO), loss: float = float(FIRST_LOSS)) -> float:
    """Lithium taken out of NMC532 at rest at a voltage of the full cell, as a share of all of it [-].

    Args:
        voltage: Of the full cell [V].
        ratio: Capacity of graphite over that of NMC532 up to 4.4 V [-].
        loss: Share of all lithium that never reaches graphite as usable lithium [-].
    """
    cathode = active_material("nmc532").open_circuit_voltage

    def excess(taken: float) -> float:
        stored = max(taken - loss, 0.0) / (ratio * CHARGED_CONTENT)
        return float(
            cathode(np.array([1.0 - taken]))[0] - graphite_potential(np.array([stored]))[0] - voltage
        )

    return float(brentq(excess, loss + 1e-3, 0.97))
