"""The three-nearest network of severely damaged particles, and whether they lie in clusters.

Every particle of a class is joined to the three nearest of the same class (Yang et al., Adv. Energy Mater.
2019, 1900674, section 2.2). Edges shorten by themselves where there are more particles: in a cloud of density
n without order the distance to the k-th neighbour is Gamma(k + 1/3)/Gamma(k) (4 pi n/3)^(-1/3) on average
(Chandrasekhar, Rev. Mod. Phys. 15 (1943) 1, for k = 1), 0.718 n^(-1/3) over the first three. Whether damage
clusters is therefore judged against as many labels that are drawn at random over the same particles.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.spatial import KDTree
from scipy.special import gamma

from chemomech.errors import InputError

Array = NDArray[np.float64]
IntArray = NDArray[np.int64]

NEIGHBOURS = 3


@dataclass(frozen=True)
class Network:
    """Edges from each particle to its nearest.

    Attributes:
        ends: Particles that each particle is joined to, shape (n, 3).
        lengths: Of the edges, in the unit of the centres, shape (n, 3).
    """

    ends: IntArray
    lengths: Array

    @property
    def mean_length(self) -> float:
        """Mean over all edges, in the unit of the centres."""
        return float(self.lengths.mean())

    def segments(self) -> IntArray:
        """Pairs of particles that are joined, each once, shape (edges, 2)."""
        start = np.repeat(np.arange(len(self.ends)), self.ends.shape[1])
        return np.unique(np.sort(np.column_stack([start, self.ends.ravel()]), axis=1), axis=0)


def three_nearest(centres: ArrayLike) -> Network:
    """Join each particle to its three nearest.

    Args:
        centres: Shape (n, 3), in any unit.

    Raises:
        InputError: If there are fewer than four.
    """
    points = np.asarray(centres, dtype=float).reshape(-1, 3)
    if len(points) <= NEIGHBOURS:
        raise InputError(
            f"a network of the {NEIGHBOURS} nearest needs at least {NEIGHBOURS + 1} particles, got "
            f"{len(points)}; lower the limit of the class, or take a wider electrode."
        )
    lengths, ends = KDTree(points).query(points, k=NEIGHBOURS + 1)
    return Network(ends[:, 1:].astype(np.int64), lengths[:, 1:])


def mean_of_three_nearest(density: float) -> float:
    """Mean distance to the three nearest in a cloud without order, 0.718 n^(-1/3).

    Args:
        density: n, points per volume.
    """
    k = np.arange(1, NEIGHBOURS + 1)
    return float(np.mean(gamma(k + 1.0 / 3.0) / gamma(k)) * (4.0 / 3.0 * np.pi * density) ** (-1.0 / 3.0))


@dataclass(frozen=True)
class Clustering:
    """Whether particles of a class lie together.

    Attributes:
        count: Particles of the class.
        length: Mean edge between them, in the unit of the centres.
        by_chance: The same with labels drawn at random, mean.
        scatter: Standard deviation of that.
        shorter: Probability that chance makes edges as short (small: clusters) [-].
        same: Share of the edges between all particles that start in the class and end in it [-].
        same_by_chance: The same with labels drawn at random, mean [-].
        together: Probability that chance makes this share as large (small: clusters) [-].
    """

    count: int
    length: float
    by_chance: float
    scatter: float
    shorter: float
    same: float
    same_by_chance: float
    together: float


def clustering(
    centres: ArrayLike,
    member: ArrayLike,
    rng: np.random.Generator,
    draws: int = 999,
    blocks: ArrayLike | None = None,
) -> Clustering:
    """Hold the network of a class against labels that are permuted over all particles.

    Probabilities are (1 + draws at least as extreme)/(1 + draws), which never says 0.

    Args:
        centres: Of all particles, shape (n, 3).
        member: Whether each belongs to the class, shape (n,).
        rng: Draws the permutations.
        draws: How many.
        blocks: Labels are permuted within blocks of equal number only, as in windows of depth (what is left
            is then not a profile over the depth), shape (n,); over all particles if not given.

    Raises:
        InputError: If fewer than four belong to the class.
    """
    points = np.asarray(centres, dtype=float).reshape(-1, 3)
    inside = np.asarray(member, dtype=bool)
    block = np.zeros(len(points), dtype=int) if blocks is None else np.asarray(blocks)
    places = [np.flatnonzero(block == number) for number in np.unique(block)]
    around = three_nearest(points).ends
    length, same = three_nearest(points[inside]).mean_length, _same(around, inside)
    lengths, shares = np.empty(draws), np.empty(draws)
    for draw in range(draws):
        drawn = inside.copy()
        for place in places:
            drawn[place] = inside[rng.permutation(place)]
        lengths[draw] = three_nearest(points[drawn]).mean_length
        shares[draw] = _same(around, drawn)
    # A hair of tolerance: sums in another order are the same network.
    return Clustering(
        int(inside.sum()),
        length,
        float(lengths.mean()),
        float(lengths.std(ddof=1)),
        float((1 + np.sum(lengths <= length * (1.0 + 1e-12))) / (1 + draws)),
        same,
        float(shares.mean()),
        float((1 + np.sum(shares >= same * (1.0 - 1e-12))) / (1 + draws)),
    )


def _same(around: IntArray, inside: NDArray[np.bool_]) -> float:
    return float(inside[around[inside]].mean())
