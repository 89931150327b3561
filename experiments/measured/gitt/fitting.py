"""Diffusivity from a pulse and the rest after it, by least squares with the response of a sphere.

    V(t) = V_0 + dE theta(t) + I r,

with theta of :mod:`.sphere`, the change dE of the equilibrium voltage, and the resistance r while the
current flows. Three numbers are fitted: R^2/D, dE and r. D and the slope of the voltage curve are constant in
a pulse.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import least_squares

from chemomech.experiments.measured.gitt.pulses import Pulse
from chemomech.experiments.measured.gitt.sphere import pulse_response

Array = npt.NDArray[np.float64]

STARTS = (0.3, 3.0, 30.0)
"""Diffusion times from which it is started, in durations of the pulse [-]."""

RANGE = (1.0e-2, 1.0e3)
"""Diffusion times that can be told from a pulse, in durations of it [-]."""


@dataclass(frozen=True)
class PulseFit:
    """What a pulse gives.

    Attributes:
        diffusion_time: R^2/D [s].
        error: relative standard error of it [-]; infinite where the pulse does not tell.
        equilibrium_change: dE [V].
        resistance: r, in V over the unit of current of the run.
        rmse: of the voltage over time, in pulse and rest [V].
    """

    diffusion_time: float
    error: float
    equilibrium_change: float
    resistance: float
    rmse: float


def fit_pulse(pulse: Pulse) -> PulseFit:
    """Fit the response of a sphere to a pulse and its rest.

    Args:
        pulse: the pulse.
    """
    time = np.concatenate([pulse.time, pulse.rest_time])
    voltage = np.concatenate([pulse.voltage, pulse.rest_voltage]) - pulse.before
    flows = (time <= pulse.duration * (1.0 + 1e-9)).astype(float) * pulse.current
    # Dense records count no more than sparse ones: weights by the spacing in the square root of time.
    weights = np.sqrt(np.gradient(_stretched(time, pulse.duration)))
    weights /= np.sqrt(np.mean(weights**2))

    def solved(log_time: float) -> tuple[Array, Array]:
        """Best dE and r at a diffusion time, and what is left."""
        response = pulse_response(time, pulse.duration, math.exp(log_time))
        matrix = np.column_stack([response, flows]) * weights[:, None]
        best, *_ = np.linalg.lstsq(matrix, voltage * weights, rcond=None)
        return best, matrix @ best - voltage * weights

    low, high = (math.log(bound * pulse.duration) for bound in RANGE)
    fits = [
        least_squares(
            lambda p: solved(float(p[0]))[1], [math.log(start * pulse.duration)], bounds=([low], [high]),
            xtol=1e-12, ftol=1e-12, gtol=1e-14,
        )
        for start in STARTS
    ]  # fmt: skip
    chosen = min(fits, key=lambda fit: float(fit.cost))
    best, left = solved(float(chosen.x[0]))
    freedom = max(len(time) - 3, 1)
    information = float((chosen.jac[:, 0] ** 2).sum())
    variance = float((left**2).sum()) / freedom
    error = math.sqrt(variance / information) if information > 0.0 else math.inf
    at_bound = min(abs(float(chosen.x[0]) - low), abs(float(chosen.x[0]) - high)) < 1e-6
    return PulseFit(
        math.exp(float(chosen.x[0])),
        math.inf if at_bound else error,
        float(best[0]),
        float(best[1]),
        float(np.sqrt(np.mean(left**2))),
    )


def _stretched(time: Array, duration: float) -> Array:
    """Square root of the time since the last change of current, without a break."""
    on = np.sqrt(np.minimum(time, duration))
    return np.asarray(on + np.sqrt(np.maximum(time - duration, 0.0)))
