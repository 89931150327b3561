"""Which combinations of the axes a study runs, one design a class."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

from chemomech.errors import InputError
from chemomech.experiments.case.schema import key, read_section
from chemomech.experiments.studies.axes import Axis
from chemomech.experiments.studies.quantities import AxisValue

MOST_POINTS = 100_000
"""Largest number of points of a study; a second each is a day."""

type Combination = tuple[AxisValue, ...]


class Design(Protocol):
    """A rule that makes combinations of values."""

    @property
    def is_grid(self) -> bool:
        """Whether the outcome has one dimension an axis."""
        ...

    def combinations(self, axes: Sequence[Axis]) -> list[Combination]:
        """Return the combinations, one value an axis each.

        Raises:
            InputError: when an axis does not suit the design.
        """
        ...


@dataclass(frozen=True)
class Grid:
    """Every value of every axis with every other."""

    is_grid = True

    def combinations(self, axes: Sequence[Axis]) -> list[Combination]:
        """Return the product."""
        values = [axis.require_values("grid") for axis in axes]
        if (points := math.prod(map(len, values))) > MOST_POINTS:
            raise InputError(
                f"the grid of {', '.join(axis.name for axis in axes)} has {points} points, and a study takes "
                f"{MOST_POINTS}; leave out values, or choose the design sobol."
            )
        return list(itertools.product(*values))


@dataclass(frozen=True)
class Listed:
    """The first values of all axes together, then the second, and so on."""

    is_grid = False

    def combinations(self, axes: Sequence[Axis]) -> list[Combination]:
        """Return the values side by side."""
        lists = [axis.require_values("list") for axis in axes]
        lengths = {axis.name: len(values) for axis, values in zip(axes, lists, strict=True)}
        if len(set(lengths.values())) > 1:
            raise InputError(
                f"the design 'list' needs equally many values on every axis, and here they are {lengths}; "
                "complete the shorter ones, or choose the design grid."
            )
        return list(zip(*lists, strict=True))


@dataclass(frozen=True)
class LatinHypercube:
    """Points that fall once into each of equal slices of every range.

    Attributes:
        points: how many.
        seed: the same seed gives the same points.
    """

    points: int = key(within=(1, MOST_POINTS), remedy="state how many points")
    seed: int = key(0, within=(0, math.inf), remedy="state a whole number of zero or more")

    is_grid = False

    def combinations(self, axes: Sequence[Axis]) -> list[Combination]:
        """Return the sample."""
        from scipy.stats import qmc

        return _scaled(
            axes, qmc.LatinHypercube(len(axes), rng=self.seed).random(self.points), "latin-hypercube"
        )


@dataclass(frozen=True)
class Sobol:
    """A scrambled Sobol sequence; a power of two fills space evenly.

    Attributes:
        points: how many.
        seed: the same seed gives the same points, and more points keep the first ones.
    """

    points: int = key(within=(1, MOST_POINTS), remedy="state how many points")
    seed: int = key(0, within=(0, math.inf), remedy="state a whole number of zero or more")

    is_grid = False

    def combinations(self, axes: Sequence[Axis]) -> list[Combination]:
        """Return the first points of the sequence."""
        from scipy.stats import qmc

        engine = qmc.Sobol(len(axes), rng=self.seed)
        exponent = max(0, math.ceil(math.log2(self.points)))
        return _scaled(axes, engine.random_base2(exponent)[: self.points], "sobol")


def _scaled(axes: Sequence[Axis], sample: Any, design: str) -> list[Combination]:
    for axis in axes:
        axis.require_range(design)
    return [tuple(axis.at(float(u)) for axis, u in zip(axes, row, strict=True)) for row in sample]


DESIGNS: Final[dict[str, type[Design]]] = {
    "grid": Grid,
    "list": Listed,
    "latin-hypercube": LatinHypercube,
    "sobol": Sobol,
}


def read_design(name: str, table: Any) -> Design:
    """Return the design of that name with its settings; the name is one of ``DESIGNS``."""
    design: Design = read_section(DESIGNS[name], table, "sampling")
    return design
