"""Particles of several packings at the end of a cycle, as one table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import xarray as xr

from chemomech.errors import InputError
from chemomech.experiments.report.damage import (
    CHARGED,
    DISCHARGED,
    LIMITS,
    ClassShares,
    SeverityLimits,
    shares_by_depth,
    state_of,
)
from chemomech.experiments.report.damage.cycle_states import Half
from chemomech.experiments.report.damage.shares import window_edges
from chemomech.validation.claims.evidence import Evidence

Array = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

_NEEDED = ("surface_crack_depth", "mean_stoichiometry")
_WITHOUT_LAW = {"intact_interface": 1.0, "interface_gap": 0.0, "isolated": 0.0}
"""What holds of every particle where the law does not act that would change it."""


@dataclass(frozen=True, eq=False)
class Cycled:
    """n particles of one or several packings at the end of a half cycle.

    Attributes:
        packing: Number of the packing of each, shape (n,).
        centres: Shape (n, 3) [m].
        radius: Shape (n,) [m].
        depth: a/R of the surface cracks [-], shape (n,).
        intact: Share of the bond with the matrix that holds [-], shape (n,).
        gap: Largest opening between particle and matrix so far [m], shape (n,).
        isolated: Whether no current reaches it, shape (n,).
        mean: Mean stoichiometry [-], shape (n,).
        thickness: Of the electrode [m].
    """

    packing: IntArray
    centres: Array
    radius: Array
    depth: Array
    intact: Array
    gap: Array
    isolated: npt.NDArray[np.bool_]
    mean: Array
    thickness: float

    def __len__(self) -> int:
        """Number of particles."""
        return len(self.radius)

    def of(self, packing: int) -> Cycled:
        """Those of one packing."""
        here = self.packing == packing
        return Cycled(
            self.packing[here],
            self.centres[here],
            self.radius[here],
            self.depth[here],
            self.intact[here],
            self.gap[here],
            self.isolated[here],
            self.mean[here],
            self.thickness,
        )

    def shares(self, limits: SeverityLimits = LIMITS) -> ClassShares:
        """Shares of the classes of severity in windows of 10 um, all packings pooled."""
        edges = window_edges(self.thickness)
        return shares_by_depth(self.centres[:, 2], limits.classes(self.depth), edges)

    def apart(self) -> Array:
        """Centres with the packings so far from each other that no neighbours are shared [m]."""
        shift = 1.0e3 * (float(np.ptp(self.centres)) + self.thickness)
        return self.centres + shift * self.packing[:, None] * np.array([1.0, 0.0, 0.0])


def joined(parts: Sequence[Cycled]) -> Cycled:
    """Several tables as one; packings keep the order of the tables."""

    def both(name: str) -> Array:
        return np.concatenate([np.asarray(getattr(part, name)) for part in parts])

    number = np.concatenate([np.full(len(part), k, dtype=np.int64) for k, part in enumerate(parts)])
    return Cycled(
        number,
        both("centres"),
        both("radius"),
        both("depth"),
        both("intact"),
        both("gap"),
        both("isolated").astype(bool),
        both("mean"),
        parts[0].thickness,
    )


def cycled(evidence: Evidence, runs: Sequence[str], cycle: int, half: Half = DISCHARGED) -> Cycled:
    """The particles of some runs at the end of a cycle.

    Raises:
        InputError: If a result cannot be had, lacks what damage says, or has no such cycle.
    """
    return joined([particles_in(evidence.result(run).dataset, cycle, half) for run in runs])


def particles_in(dataset: xr.Dataset, cycle: int, half: Half = DISCHARGED) -> Cycled:
    """The particles of one result at the end of a cycle."""
    return particles_at(dataset, state_of(dataset, cycle, half))


def particles_at(dataset: xr.Dataset, state: int) -> Cycled:
    """The particles of one result in one state; the last one is -1.

    Raises:
        InputError: If the result holds no damage.
    """
    lacking = [name for name in _NEEDED if name not in dataset]
    if lacking:
        raise InputError(
            f"the result lacks {', '.join(lacking)}, without which nothing is known of damage; run the case "
            "with [damage.surface_cracks]."
        )
    at = {name: np.asarray(dataset[name].values[state], dtype=float) for name in _NEEDED}
    whole = np.ones_like(at["mean_stoichiometry"])
    for name, value in _WITHOUT_LAW.items():
        known = name in dataset
        at[name] = np.asarray(dataset[name].values[state], dtype=float) if known else value * whole
    centres = np.column_stack([np.asarray(dataset[f"particle_{axis}"].values) for axis in "xyz"])
    return Cycled(
        np.zeros(len(centres), dtype=np.int64),
        centres,
        np.asarray(dataset["particle_radius"].values),
        at["surface_crack_depth"],
        at["intact_interface"],
        at["interface_gap"],
        at["isolated"] > 0.0,
        at["mean_stoichiometry"],
        float(dataset["electrode_thickness"]),
    )


__all__ = ["CHARGED", "DISCHARGED", "Cycled", "cycled", "joined", "particles_at", "particles_in"]
