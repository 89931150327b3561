"""Lithium at the surface of a sphere in and after a pulse of constant flux.

Crank, The Mathematics of Diffusion (1975), eq. 6.45, at r = R, for a sphere that starts uniform:

    theta(T) = 3 T + 1/5 - 2 sum_n exp(-a_n^2 T)/a_n^2,  tan a_n = a_n,

with T = D t/R^2, in units of R j/(D c_max) of the flux j. Short times use the first terms of the expansion in
T^1/2, since the series needs very many terms there: the transform 1/(s (s^1/2 - 1)) at large s.
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from scipy.optimize import brentq

Array = npt.NDArray[np.float64]

TERMS = 60
SHORT = 2.0e-3
"""Times T below which the short expansion holds to 2e-6 of the value [-]."""


@lru_cache(maxsize=1)
def roots() -> Array:
    """The first positive roots of tan a = a, shape (TERMS,)."""
    found = [
        brentq(lambda a: math.sin(a) - a * math.cos(a), n * math.pi + 1e-9, (n + 0.5) * math.pi)
        for n in range(1, TERMS + 1)
    ]
    return np.array(found)


def step_response(scaled_time: Array) -> Array:
    """theta(T) of a flux that begins at T = 0; zero before.

    Args:
        scaled_time: T = D t/R^2 [-], any shape.
    """
    late = np.maximum(scaled_time, 0.0)
    a = roots()
    series = 3.0 * late + 0.2 - 2.0 * (np.exp(-(a**2) * late[..., None]) / a**2).sum(axis=-1)
    early = (
        2.0 * np.sqrt(late / math.pi) + late + late**1.5 * 4.0 / (3.0 * math.sqrt(math.pi)) + 0.5 * late**2
    )
    return np.where(scaled_time <= 0.0, 0.0, np.where(scaled_time < SHORT, early, series))


def pulse_response(time: Array, duration: float, diffusion_time: float) -> Array:
    """Lithium at the surface over the mean change that the whole pulse brings [-].

    Args:
        time: since the pulse began [s], shape (n,).
        duration: of the pulse [s].
        diffusion_time: R^2/D [s].

    Returns:
        1 where all has evened out after the pulse, shape (n,).
    """
    on = step_response(time / diffusion_time)
    off = step_response((time - duration) / diffusion_time)
    return np.asarray((on - off) * diffusion_time / (3.0 * duration))
