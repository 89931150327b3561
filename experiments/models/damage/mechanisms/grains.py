"""Dry cracks between the grains of a particle, whatever the rate."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from chemomech.experiments.case.damage import GrainBoundaries
from chemomech.experiments.models.damage.cell import BreakableCell, Drive
from chemomech.experiments.models.damage.condition import Condition
from chemomech.solver.physics.damage import grains
from chemomech.solver.stepping.cell import Stored

Array = npt.NDArray[np.float64]

NEVER_PAST = 1.0 - 1.0e-9
"""Share of the largest density that growth nears without end."""


class GrainCracking:
    """Crack density rho of each particle (see ``Mechanism``); it grows once a cycle, at the end of a charge.

    Args:
        settings: Its table.
        cell: The cell; its active material knows the strain of its lattice along a.
        condition: Condition of its particles.

    Raises:
        InputError: If the material does not know it.
    """

    def __init__(self, settings: GrainBoundaries, cell: BreakableCell, condition: Condition) -> None:
        self._settings, self._material = settings, cell.model.cathode
        start = np.full(1, cell.model.initial_stoichiometry)
        self._material.grain_misfit_since_made(start)
        modulus = float(np.asarray(self._material.youngs_modulus(start))[0])
        threshold = grains.misfit_threshold(settings.fracture_energy, modulus, settings.grain_size)
        self._law = grains.GrainCracks(settings.rate, settings.largest, threshold)
        self.density: Array = np.zeros(len(cell.radius))
        self.misfit: Array = np.zeros(len(cell.radius))
        """Largest misfit of neighbouring grains in the half cycle [-], shape (particles,)."""

    def follow(self, drive: Drive, step: float) -> bool:
        """Keep the largest misfit, at the mean lithium of each particle."""
        misfit = np.abs(np.asarray(self._material.grain_misfit_since_made(drive.mean)))
        self.misfit = np.maximum(self.misfit, misfit)
        return False

    def end_half_cycle(self, drive: Drive, charging: bool) -> None:
        """Crack by the misfit of a charge; a discharge passes through the same lattice again."""
        if charging:
            limit = np.maximum(self._settings.largest * NEVER_PAST, self.density)
            grown = self.density + self._law.grown(self.density, self.misfit)
            self.density = np.minimum(grown, limit)
        self.misfit = np.zeros_like(self.misfit)

    def act(self, condition: Condition) -> None:
        """Dry cracks hinder lithium and electrons and soften the particle."""
        condition.transport = grains.transport_factor(self.density)
        condition.stiffness = grains.stiffness_factor(self.density)

    def readings(self) -> Mapping[str, Array]:
        """By the names of a result."""
        return {"grain_crack_density": self.density.copy()}

    def state(self) -> Stored:
        """See ``Mechanism``."""
        return {"density": self.density.copy(), "misfit": self.misfit.copy()}

    def restore(self, stored: Stored) -> None:
        """See ``Mechanism``."""
        self.density, self.misfit = np.array(stored["density"]), np.array(stored["misfit"])

    def coordinates(self) -> Mapping[str, Array]:
        """Density over the largest."""
        return {"grain_crack_density": self.density / self._settings.largest}

    def borne(self) -> Stored:
        """See ``Mechanism``."""
        return {"misfit": self.misfit.copy()}

    def bear(self, borne: Stored) -> None:
        """See ``Mechanism``."""
        self.misfit = np.maximum(self.misfit, borne["misfit"])
