"""Cracks from the surface: unstable growth to arrest, fatigue, and the electrolyte that follows."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from chemomech.experiments.case.damage import SurfaceCracks
from chemomech.experiments.models.damage.cell import DEPTHS, BreakableCell, Drive
from chemomech.experiments.models.damage.condition import Condition
from chemomech.solver.physics.damage import energy, growth, wetting
from chemomech.solver.stepping.cell import Stored

Array = npt.NDArray[np.float64]

AT_ONCE = 0.05
"""Share by which the reacting area has to change for an unstable crack to run within a half cycle [-]."""

STATE = ("depth", "ratios", "energy_needed", "energy_released", "spent", "stored", "largest_share")
NEVER_PAST = 1.0 - 1.0e-9
"""Share of the largest depth that a crack may reach by fatigue: it nears it without end."""


class SurfaceCrackGrowth:
    """Depth of the surface cracks of each particle (see ``Mechanism``).

    Args:
        settings: Its table.
        cell: The cell.
        condition: Condition of its particles, for the toughness.
    """

    def __init__(self, settings: SurfaceCracks, cell: BreakableCell, condition: Condition) -> None:
        self._settings, self._cell, self._condition = settings, cell, condition
        self._radius, self._material = cell.radius, cell.model.cathode
        count = len(self._radius)
        draws = np.random.default_rng(settings.seed).standard_normal((2, count))
        self.growth = settings.growth * np.exp(settings.growth_scatter * draws[0])
        """C of each particle [-]."""
        self.strength = np.exp(settings.toughness_scatter * draws[1])
        """Toughness of each particle over that of the material [-]."""
        self._first = condition.depth.copy()
        self.depth: Array = self._first.copy()
        """Depth over the radius, shape (particles,)."""
        self.ratios: Array = np.full((len(DEPTHS), count), -np.inf)
        """Largest K/K_c of the half cycle at each depth, shape (depths, particles)."""
        self.energy_needed, self.energy_released = np.zeros(count), np.zeros(count)
        self.spent, self.stored = np.zeros(count), np.zeros(count)
        """Energy that cracks have taken up in the half cycle, and the largest stored in it [J]."""
        self.largest_share = np.zeros(count)
        self.ran = np.zeros(count, dtype=bool)
        """Whether a crack has run by far, unstable, at the end of the newest half cycle."""

    def follow(self, drive: Drive, step: float) -> bool:
        """Keep the largest ratios, and let a crack run that has become unstable by far."""
        # A cracked particle is one of radius R/A, and its cracks are shorter likewise.
        scale = 1.0 / np.sqrt(self._condition.area)
        critical = np.asarray(self._material.fracture_toughness(drive.tip)) * self.strength
        self.ratios = np.maximum(self.ratios, drive.intensity * scale / critical)
        if not self._settings.unstable or not (self.depth < self._settings.largest_depth).any():
            return False
        self.stored = np.maximum(self.stored, drive.strain_energy())
        reached = self._arrested(drive)
        grown = wetting.area_factor(reached, self._settings.cracks)
        jump = grown / wetting.area_factor(self.depth, self._settings.cracks) - 1.0 > AT_ONCE
        if not jump.any():
            return False
        self._run(np.where(jump, reached, self.depth), drive)
        return True

    def end_half_cycle(self, drive: Drive, charging: bool) -> None:
        """Run what is unstable, and grow by fatigue: no crack does both in one half cycle."""
        settings = self._settings
        law = growth.Paris(1.0, settings.exponent, settings.largest_depth)
        # K/K_c of a half cycle that presses the mouth shut is negative: nothing grows.
        ratio = at_depth(self.ratios, self.depth) / self._condition.toughness
        limit = np.maximum(settings.largest_depth * NEVER_PAST, self.depth)
        by_fatigue = np.minimum(self.depth + self.growth * law.rate(self.depth, ratio), limit)
        before = wetting.area_factor(self.depth, settings.cracks)
        if settings.unstable:
            self._run(self._arrested(drive), drive)
        self.ran = wetting.area_factor(self.depth, settings.cracks) / before - 1.0 > AT_ONCE
        self.depth = np.maximum(self.depth, by_fatigue)
        self.ratios = np.full_like(self.ratios, -np.inf)
        self.spent, self.stored = np.zeros_like(self.spent), np.zeros_like(self.stored)

    def act(self, condition: Condition) -> None:
        """Electrolyte fills the cracks at once."""
        number = self._settings.cracks
        condition.depth, condition.ran = self.depth.copy(), self.ran.copy()
        condition.area = wetting.area_factor(self.depth, number) / wetting.area_factor(self._first, number)

    def readings(self) -> Mapping[str, Array]:
        """By the names of a result."""
        number = self._settings.cracks
        return {
            "surface_crack_depth": self.depth.copy(),
            "reacting_area_factor": (
                wetting.area_factor(self.depth, number) / wetting.area_factor(self._first, number)
            ),
            "crack_energy": self.energy_needed.copy(),
            "crack_energy_released": self.energy_released.copy(),
            "crack_energy_share": self.largest_share.copy(),
        }

    def state(self) -> Stored:
        """See ``Mechanism``."""
        return {name: np.array(getattr(self, name)) for name in STATE}

    def restore(self, stored: Stored) -> None:
        """See ``Mechanism``."""
        for name in STATE:
            setattr(self, name, np.array(stored[name]))

    def coordinates(self) -> Mapping[str, Array]:
        """Depth over the largest."""
        return {"surface_crack_depth": self.depth / self._settings.largest_depth}

    def borne(self) -> Stored:
        """See ``Mechanism``."""
        return {"ratios": self.ratios.copy(), "stored": self.stored.copy()}

    def bear(self, borne: Stored) -> None:
        """See ``Mechanism``."""
        self.ratios = np.maximum(self.ratios, borne["ratios"])
        self.stored = np.maximum(self.stored, borne["stored"])

    def _arrested(self, drive: Drive) -> Array:
        """Depth that each crack has once what is unstable has run, shape (particles,)."""
        left = self._condition.toughness
        unstable = (at_depth(self.ratios, self.depth) >= left) & (self.depth < self._settings.largest_depth)
        if not unstable.any():
            return self.depth
        # A flaw before the first depth that is unstable runs at least to it.
        start = np.where(unstable, np.maximum(self.depth, DEPTHS[0]), self.depth)
        ratios = np.where(np.isfinite(self.ratios), self.ratios, -1.0)
        reached = np.minimum(growth.arrest_depth(start, DEPTHS, ratios, left), self._settings.largest_depth)
        reached = np.where(unstable, np.maximum(reached, self.depth), self.depth)
        return self._affordable(reached, drive)

    def _affordable(self, depth: Array, drive: Drive) -> Array:
        """Depth at which cracks have taken up what was stored: stress does not know of them elsewhere."""
        number, radius = self._settings.cracks, self._radius
        if number <= 0.0:
            return depth
        for _ in range(2):  # G_c varies little over the depth
            needed = self._needed(depth, drive)
            left = np.maximum(self.stored - self.spent, 0.0)
            dear = needed > left
            if not dear.any():
                return depth
            before = energy.crack_area(radius, self.depth, number)
            new = energy.crack_area(radius, depth, number) - before
            share = np.where(dear, left / np.where(dear, needed, 1.0), 1.0)
            limited = energy.depth_of_area(radius, before + share * new, number)
            depth = np.where(dear, np.maximum(limited, self.depth), depth)
        return depth

    def _needed(self, depth: Array, drive: Drive, ratios: Array | None = None) -> Array:
        """Energy to grow from the present depth [J], or what is set free if the ratios are given."""
        # G_c of each particle, with its own toughness.
        critical = np.asarray(self._material.fracture_energy(drive.tip)) * self.strength**2
        if ratios is None:
            ratios = np.repeat(self._condition.toughness[None], len(DEPTHS), axis=0)
        return energy.released(
            self._radius, self.depth, depth, self._settings.cracks, DEPTHS, ratios, critical
        )

    def _run(self, depth: Array, drive: Drive) -> None:
        """Unstable growth, with its balance of energy."""
        if not (depth > self.depth).any():
            return
        needed = self._needed(depth, drive)
        ratios = np.where(np.isfinite(self.ratios), self.ratios, 0.0)
        self.energy_released = self.energy_released + self._needed(depth, drive, ratios)
        self.energy_needed, self.spent = self.energy_needed + needed, self.spent + needed
        share = self.spent / np.maximum(self.stored, 1.0e-300)
        self.largest_share = np.maximum(self.largest_share, np.where(needed > 0.0, share, 0.0))
        self.depth = np.maximum(self.depth, depth)


def at_depth(values: Array, depth: Array) -> Array:
    """Values at ``DEPTHS`` read at the depths of cracks, shape (particles,).

    Below the first depth K goes with the square root of it.

    Args:
        values: Shape (depths, particles); what is not finite counts as 0.
        depth: a/R, shape (particles,).
    """
    finite = np.where(np.isfinite(values), values, 0.0)
    k = np.clip(np.searchsorted(DEPTHS, depth, side="right") - 1, 0, len(DEPTHS) - 2)
    share = np.clip((depth - DEPTHS[k]) / (DEPTHS[k + 1] - DEPTHS[k]), 0.0, 1.0)
    columns = np.arange(len(depth))
    small = np.sqrt(np.minimum(depth / DEPTHS[0], 1.0))
    return np.asarray(small * ((1.0 - share) * finite[k, columns] + share * finite[k + 1, columns]))
