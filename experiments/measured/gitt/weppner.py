"""Diffusivity from a pulse by the formula of Weppner and Huggins, J. Electrochem. Soc. 124 (1977) 1569.

For spheres of radius R, whose volume over surface is R/3:

    D = 4/(pi tau) (R/3)^2 (dE_s/dE_t)^2,

with dE_s the change of the rest voltage and dE_t the change in the pulse without the drop at its start. It
holds for a flat half space, that is tau << R^2/D, and a voltage that is linear in the square root of time.
"""

from __future__ import annotations

import math

import numpy as np

from chemomech.experiments.measured.gitt.pulses import Pulse

VALID = 0.05
"""Largest tau D/R^2 = T for which it is called valid [-].

The surface of a sphere moves as 2 (T/pi)^1/2 + T, that of a half space as the first term, a sixth less there.
"""

STRAIGHT = (0.1, 0.6)
"""Part of the pulse in which the voltage is taken as linear in the square root of time [-]."""


def transient_change(pulse: Pulse) -> float:
    """Change of the voltage in a pulse without the drop at its start [V].

    The drop is what a straight line in the square root of time, through the early part of the pulse, has at
    time zero.
    """
    share = pulse.time / pulse.duration
    part = (share >= STRAIGHT[0]) & (share <= STRAIGHT[1])
    if part.sum() < 3:
        part = share >= STRAIGHT[0]
    slope, start = np.polyfit(np.sqrt(pulse.time[part]), pulse.voltage[part], 1)
    return float(pulse.voltage[-1] - start)


def diffusivity(pulse: Pulse, radius: float) -> float:
    """Diffusivity of spheres by the formula [m2/s]; NaN where the voltage does not move.

    Args:
        pulse: the pulse.
        radius: of the spheres [m].
    """
    change = transient_change(pulse)
    if change == 0.0:
        return math.nan
    ratio = pulse.equilibrium_change / change
    return 4.0 / (math.pi * pulse.duration) * (radius / 3.0) ** 2 * ratio**2
