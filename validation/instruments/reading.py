"""What an instrument shows: numbers with the uncertainty that sampling gives them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from chemomech.validation.instruments.state import Array, ElectrodeState, IntArray


@dataclass(frozen=True)
class Reading:
    """One number off an instrument.

    Attributes:
        value: The number, in ``unit``.
        uncertainty: One standard deviation from sampling and noise, in ``unit``.
        unit: SI unit, ``"-"`` for none.
        samples: How many spots, points or particles it is made of.
    """

    value: float
    uncertainty: float
    unit: str
    samples: int


@dataclass(frozen=True)
class Spread:
    """A distribution of readings, in the terms of a table of statistics.

    Attributes:
        mean, maximum, minimum, standard_deviation: Of the readings, in ``unit``.
        quartile_75, median, quartile_25: Of the readings, in ``unit``.
        mean_uncertainty: Standard error of the mean, in ``unit``.
        unit: SI unit.
        samples: Number of readings.
    """

    mean: float
    maximum: float
    minimum: float
    standard_deviation: float
    quartile_75: float
    median: float
    quartile_25: float
    mean_uncertainty: float
    unit: str
    samples: int


class Instrument[R](Protocol):
    """Anything that looks at a state; the scoreboard needs no more than this."""

    def read(self, state: ElectrodeState, rng: np.random.Generator) -> R:
        """Readings of ``state``; ``rng`` chooses spots and makes noise."""
        ...


def spread(values: Array, unit: str) -> Spread:
    """Statistics of readings, shape (n,), n >= 2."""
    quartiles = np.percentile(values, [75.0, 50.0, 25.0])
    deviation = float(np.std(values, ddof=1))
    return Spread(
        mean=float(np.mean(values)),
        maximum=float(np.max(values)),
        minimum=float(np.min(values)),
        standard_deviation=deviation,
        quartile_75=float(quartiles[0]),
        median=float(quartiles[1]),
        quartile_25=float(quartiles[2]),
        mean_uncertainty=float(deviation / np.sqrt(len(values))),
        unit=unit,
        samples=len(values),
    )


def mean_reading(values: Array, unit: str, noise: float = 0.0) -> Reading:
    """Mean of independent readings, with its standard error and an independent noise of the instrument."""
    count = len(values)
    scatter = float(np.std(values, ddof=1) / np.sqrt(count)) if count > 1 else 0.0
    return Reading(float(np.mean(values)), float(np.hypot(scatter, noise)), unit, count)


def clustered_reading(values: Array, cluster: IntArray, unit: str) -> Reading:
    """Mean over points that come in clusters, such as points on a few particles.

    The spread between clusters gives the uncertainty: points on one particle see the same lithium.

    Args:
        values: One value a point, shape (m,).
        cluster: What the point belongs to, shape (m,).
        unit: Unit of the values.
    """
    index, number = np.unique(cluster, return_inverse=True)
    count = np.bincount(number)
    means = np.bincount(number, weights=values) / count
    weight = count / count.sum()
    mean = float(weight @ means)
    # The number of clusters of equal weight that would average as well.
    effective = 1.0 / float(np.sum(weight**2))
    scatter = float(np.sqrt(weight @ (means - mean) ** 2))
    return Reading(mean, float(scatter / np.sqrt(max(effective - 1.0, 1.0))), unit, len(index))


def share_reading(hits: int, count: int) -> Reading:
    """Share of ``count`` things that are so, with the standard deviation of Wilson's interval."""
    share = hits / count
    # Wilson's estimate does not vanish at 0 or all hits, as the plain binomial one does.
    middle = (hits + 0.5) / (count + 1.0)
    return Reading(share, float(np.sqrt(middle * (1.0 - middle) / (count + 1.0))), "-", count)
