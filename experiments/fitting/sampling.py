"""Sampling of the posterior by an ensemble of walkers, on a second-order model that is checked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from chemomech.errors import InputError
from chemomech.experiments.fitting.emulator import emulated
from chemomech.experiments.fitting.evaluation import Evaluator
from chemomech.experiments.fitting.least_squares import Best, standard_errors
from chemomech.experiments.fitting.outcome import FittedValue
from chemomech.experiments.fitting.profiles import LEVEL
from chemomech.experiments.fitting.settings import Sampling

Array = npt.NDArray[np.float64]

ENOUGH = 50
"""Steps over autocorrelation time from which on the chain is long enough: Goodman and Weare (2010), emcee."""

BURNT = 5
"""Autocorrelation times at the start that are left out."""

GOOD = 1.0
"""Difference of chi-square between emulator and model that does no harm [-]."""


@dataclass(frozen=True)
class Posterior:
    """What the chain says; all numbers between bounds are as likely before.

    Attributes:
        names: of the parameters.
        intervals: 95 % of each in its unit, shape (k, 2).
        medians: in its unit, shape (k,).
        samples: places that are kept, shape (m, k).
        steps: of each walker.
        autocorrelation: integrated time, the longest [steps].
        checked: at how many places of the chain the model was run.
        misses: difference of chi-square between emulator and model there, less that at the best [-].
    """

    names: tuple[str, ...]
    intervals: Array
    medians: Array
    samples: Array
    steps: int
    autocorrelation: float
    checked: int
    misses: Array

    @property
    def converged(self) -> bool:
        """Whether the chain is long enough."""
        return bool(self.steps >= ENOUGH * self.autocorrelation)

    def lines(self, values: Sequence[FittedValue]) -> Iterator[str]:
        """Yield it as lines of text, beside the intervals of the profile."""
        ratio = self.steps / self.autocorrelation
        verdict = "long enough" if self.converged else f"too short, {ENOUGH} are needed"
        yield (
            "posterior, sampled on a second-order model of the residuals: "
            f"{self.steps} steps are {ratio:.0f} autocorrelation times ({verdict})"
        )
        if self.checked:
            worst = float(np.abs(self.misses).max())
            said = "" if worst <= GOOD else "; believe the intervals of the profile, by the model itself"
            yield (
                f"checked by the model at {self.checked} places of it: chi-square differs by "
                f"{float(np.median(np.abs(self.misses))):.2f} in the middle, {worst:.2f} at most{said}"
            )
        width = max(len(name) for name in self.names)
        for name, (low, high), one in zip(self.names, self.intervals, values, strict=True):
            yield f"{name:<{width}}  {low:.4g} to {high:.4g} {one.unit}, by the profile {one.says}"

    def to_dict(self) -> dict[str, Any]:
        """Return it as a table."""
        return {
            "steps": self.steps,
            "autocorrelation_time": self.autocorrelation,
            "converged": self.converged,
            "checked": self.checked,
            "chi_square_misses": self.misses.tolist(),
            "intervals": dict(zip(self.names, self.intervals.tolist(), strict=True)),
            "medians": dict(zip(self.names, self.medians.tolist(), strict=True)),
        }


def sample(evaluate: Evaluator, best: Best, noise: float, asked: Sampling, folder: Path) -> Posterior:
    """Sample the posterior, and write the chain in the units of the bounds, ``posterior.npy``, shape (m, k).

    Args:
        evaluate: the model.
        best: where the sum of squares is smallest.
        noise: standard deviation of the voltage [V].
        asked: how it is to be done.
        folder: of the fit.

    Raises:
        InputError: when emcee is not there, or there are too few walkers.
    """
    try:
        import emcee
    except ImportError:
        raise InputError(
            "sampling needs the package emcee, which is not installed; install chemomech[fit]."
        ) from None
    count = len(best.point)
    if asked.walkers < 2 * count:
        raise InputError(
            f"sampling.walkers = {asked.walkers} must be twice the {count} fitted numbers or more; raise it."
        )
    errors, correlation = standard_errors(best.jacobian / noise)
    emulator = emulated(evaluate, best, errors.tolist())

    def likely(points: Array) -> Array:
        inside = ((points >= 0.0) & (points <= 1.0)).all(axis=1)
        return np.where(inside, -0.5 * emulator.squares(points) / noise**2, -np.inf)

    random = np.random.RandomState(asked.seed)  # noqa: NPY002  what emcee takes
    covariance = correlation * np.outer(errors, errors)
    begun = random.multivariate_normal(best.point, covariance, asked.walkers)
    begun = np.clip(begun, 1e-3 * random.rand(*begun.shape), 1.0 - 1e-3 * random.rand(*begun.shape))
    sampler = emcee.EnsembleSampler(asked.walkers, count, likely, vectorize=True)
    sampler.run_mcmc(emcee.State(begun, random_state=random.get_state()), asked.steps)
    time = float(np.max(sampler.get_autocorr_time(tol=0)))
    burnt = int(min(BURNT * time, 0.5 * asked.steps)) if np.isfinite(time) else asked.steps // 2
    samples = np.asarray(sampler.get_chain(discard=burnt, flat=True))
    chosen = samples[random.choice(len(samples), min(asked.checked, len(samples)), replace=False)]
    own = [float((left**2).sum()) for left in evaluate.many([tuple(place) for place in chosen.tolist()])]
    misses = (emulator.squares(chosen) - np.array(own)) / noise**2 if len(own) else np.empty(0)
    parameters = evaluate.spec.parameters
    values = np.column_stack([[one.value(u) for u in samples[:, k]] for k, one in enumerate(parameters)])
    folder.mkdir(parents=True, exist_ok=True)
    np.save(folder / "posterior.npy", values)
    tail = 50.0 * (1.0 - LEVEL)
    return Posterior(
        tuple(one.name for one in parameters),
        np.percentile(values, [tail, 100.0 - tail], axis=0).T,
        np.median(values, axis=0),
        samples,
        asked.steps,
        time,
        len(own),
        misses,
    )
