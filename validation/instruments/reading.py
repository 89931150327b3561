"""What an instrument shows: numbers with the uncertainty that sampling gives them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from chemomech.validation.instruments.omissions import Omissions
from chemomech.validation.instruments.state import Array, ElectrodeState, IntArray


@dataclass(frozen=True)
class Reading:
    """One number off an instrument.

    Attributes:
        value: The number, in ``unit``.
        uncertainty: One standard deviation from sampling and noise, in ``unit``.
        unit: SI unit, ``"-"`` for none.
        samples: How many independent things it is made of: particles where points lie on particles.
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
        clusters: Number of independent things that the readings are of, such as particles; the standard error
            counts these.
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
    clusters: int


class Instrument[R](Protocol):
    """Anything that looks at a state; the scoreboard needs no more than this."""

    @property
    def omissions(self) -> Omissions:
        """What its readings leave out; every reading carries the same."""
        ...

    def read(self, state: ElectrodeState, rng: np.random.Generator) -> R:
        """Readings of ``state``; ``rng`` chooses spots and makes noise."""
        ...


def spread(values: Array, unit: str, cluster: IntArray | None = None) -> Spread:
    """Statistics of readings.

    Args:
        values: The readings, shape (n,), n >= 2.
        unit: Unit of the values.
        cluster: What each reading belongs to, shape (n,); every reading by itself if left out.
    """
    quartiles = np.percentile(values, [75.0, 50.0, 25.0])
    mean = clustered_reading(values, np.arange(len(values)) if cluster is None else cluster, unit)
    return Spread(
        mean=float(np.mean(values)),
        maximum=float(np.max(values)),
        minimum=float(np.min(values)),
        standard_deviation=float(np.std(values, ddof=1)),
        quartile_75=float(quartiles[0]),
        median=float(quartiles[1]),
        quartile_25=float(quartiles[2]),
        mean_uncertainty=mean.uncertainty,
        unit=unit,
        samples=len(values),
        clusters=mean.samples,
    )


def mean_reading(values: Array, unit: str, noise: float = 0.0) -> Reading:
    """Mean of independent readings, with its standard error and an independent noise of the instrument."""
    count = len(values)
    scatter = float(np.std(values, ddof=1) / np.sqrt(count)) if count > 1 else 0.0
    return Reading(float(np.mean(values)), float(np.hypot(scatter, noise)), unit, count)


def clustered_reading(values: Array, cluster: IntArray, unit: str, weights: Array | None = None) -> Reading:
    """Mean over points that come in clusters, such as points on a few particles.

    The spread between clusters gives the uncertainty: points on one particle see the same lithium. With one
    cluster there is no such spread, and that of its points stands in; it is the least that the uncertainty
    can be.

    Args:
        values: One value a point, shape (m,).
        cluster: What the point belongs to, shape (m,).
        unit: Unit of the values.
        weights: How much each point counts, shape (m,); all alike if left out.
    """
    weight_of = np.ones(len(values)) if weights is None else np.asarray(weights, dtype=float)
    index, number = np.unique(cluster, return_inverse=True)
    total = np.bincount(number, weights=weight_of)
    means = np.bincount(number, weights=weight_of * values) / total
    weight = total / total.sum()
    mean = float(weight @ means)
    if len(index) == 1:
        return Reading(mean, float(np.std(values, ddof=1)) if len(values) > 1 else 0.0, unit, 1)
    # The number of clusters of equal weight that would average as well: the variance of the mean is that
    # between clusters times the sum of the squares of the weights, and this estimate of it has no bias.
    effective = 1.0 / float(np.sum(weight**2))
    scatter = float(np.sqrt(weight @ (means - mean) ** 2))
    return Reading(mean, scatter / float(np.sqrt(effective - 1.0)), unit, len(index))


def share_reading(hits: float, count: int) -> Reading:
    """Share of ``count`` independent things that are so, with the standard deviation of Wilson's interval."""
    share = hits / count
    # Wilson's estimate does not vanish at 0 or all hits, as the plain binomial one does.
    middle = (hits + 0.5) / (count + 1.0)
    return Reading(share, float(np.sqrt(middle * (1.0 - middle) / (count + 1.0))), "-", count)


def clustered_share(hits: npt.NDArray[np.bool_], cluster: IntArray) -> Reading:
    """Share of points that are so, where points come in clusters.

    Where all points agree, there is no spread between clusters, and Wilson's estimate for the number of
    clusters stands in.

    Args:
        hits: Whether each point is so, shape (m,).
        cluster: What the point belongs to, shape (m,).
    """
    reading = clustered_reading(hits.astype(float), cluster, "-")
    if reading.uncertainty > 0.0:
        return reading
    return share_reading(reading.value * reading.samples, reading.samples)
