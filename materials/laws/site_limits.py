"""How voltage and kinetics of a layered oxide end where the last sites fill (x -> 1) or empty (x -> 0).

Published tables stop short of both ends. A voltage that goes on straight lets a discharge pass x = 1 above
any cut-off; that of a lattice gas ends in ln[(1 - x)/x] (McKinnon and Haering, Modern Aspects of
Electrochemistry 15 (1983) 235, second-hand), and there are no sites left to react.
"""

from __future__ import annotations

from collections.abc import Mapping

from chemomech.materials.elementary import Value, soft_ceiling, soft_floor
from chemomech.materials.splines import SMALLEST_SHARE, LogarithmicEnds, spline_with_end_slope

SITE_WIDTH = 0.003
"""Share of empty (or filled) sites below which the exchange current density falls with it [-]; assumed."""

FILLING_VOLTAGE = 0.309
"""Amplitude A of U = const + A ln(1 - x) just below x = 1 [V].

Of the last points of NREL's table nmc532_ocv: (3.4181 - 3.3180)/ln(0.0090/0.0065) = 0.308 and
(3.3180 - 3.1081)/ln(0.0065/0.0033) = 0.310; computed.
"""


def voltage_through(nodes: Mapping[float, float], low: float) -> LogarithmicEnds:
    """Open-circuit voltage U(x) [V] through points, straight below the first, logarithmic at both ends.

    Args:
        nodes: Voltage [V] by stoichiometry, increasing; the last one near x = 1.
        low: Stoichiometry below which the rise to x = 0 is logarithmic, at most that of the first point.
    """
    high = max(nodes)
    slope = -FILLING_VOLTAGE / (1.0 - high)
    return LogarithmicEnds(spline_with_end_slope(list(nodes), list(nodes.values()), slope), low, high)


def share_of_free_sites(x: Value) -> Value:
    """Factor on an exchange current density: 1 inside, (1 - x)/w at the full end, x/w at the empty one.

    w is ``SITE_WIDTH``; the factor is exactly 1 for 1.1 w < x < 1 - 1.1 w and never below 1e-5/w.
    """
    return _share(1.0 - x) * _share(x)


def _share(sites: Value) -> Value:
    floor = SMALLEST_SHARE / SITE_WIDTH
    return soft_floor(soft_ceiling(sites * (1.0 / SITE_WIDTH), 1.0, 0.1), floor, floor)
