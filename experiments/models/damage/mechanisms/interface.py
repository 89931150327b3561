"""The bond with the matrix lets go, and the electronic contact with it."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from chemomech.experiments.case.damage import Bond
from chemomech.experiments.models.damage.cell import BreakableCell, Drive
from chemomech.experiments.models.damage.condition import Condition
from chemomech.solver.physics.damage import contact, debonding
from chemomech.solver.physics.matrix_traction import Moduli
from chemomech.solver.stepping.cell import Stored

Array = npt.NDArray[np.float64]

SPOTS_ON = 5.0e-6
"""Radius of the particle that ``damage.interface.spots`` counts on [m]."""


class Debonding:
    """Bond and contact of each particle (see ``Mechanism``).

    Where the model resolves the interface it says itself what holds; elsewhere the bond of a lone sphere
    opens under the largest shrinkage of the particle.

    Args:
        settings: Its table.
        cell: The cell.
        condition: Condition of its particles, for what hinders their electrons.
    """

    def __init__(self, settings: Bond, cell: BreakableCell, condition: Condition) -> None:
        self._settings, self._cell, self._condition = settings, cell, condition
        model = cell.model
        cathode, matrix = model.cathode, Moduli.of_matrix(model.matrix)
        start = np.asarray(cathode.youngs_modulus(np.array([model.initial_stoichiometry])))
        bulk = float(start[0]) / (3.0 * (1.0 - 2.0 * float(cathode.poisson_ratio)))
        compliance = 1.0 / (4.0 * matrix.shear) + 1.0 / (3.0 * bulk)
        self._bond = debonding.Interface(settings.strength, settings.energy, compliance)
        count = len(cell.radius)
        self.opening: Array = np.zeros(count)
        """Largest gap so far [m], shape (particles,)."""
        self.intact: Array = np.ones(count)
        self.conductance: Array = np.array(cell.contact_conductance, dtype=float)
        self.misfit: Array = np.zeros(count)
        """Largest shrinkage of the half cycle [-], shape (particles,)."""

    def follow(self, drive: Drive, step: float) -> bool:
        """Keep the largest misfit."""
        self.misfit = np.maximum(self.misfit, drive.shrinkage)
        return False

    def end_half_cycle(self, drive: Drive, charging: bool) -> None:
        """Open by the largest misfit, or take up what the model has resolved."""
        if drive.bond is None:
            opening = self._bond.opening(self.misfit, self._cell.radius)
            self.opening = np.maximum(self.opening, opening)
            self.intact = np.minimum(self.intact, self._bond.intact(self.opening))
        else:
            intact, opening = drive.bond
            self.opening = np.maximum(self.opening, opening)
            self.intact = np.minimum(self.intact, intact)
        self.misfit = np.zeros_like(self.misfit)
        self.conductance = self._contact(drive.mean)

    def act(self, condition: Condition) -> None:
        """What holds carries electrons."""
        condition.intact, condition.contact = self.intact.copy(), self.conductance.copy()

    def readings(self) -> Mapping[str, Array]:
        """By the names of a result."""
        return {"intact_interface": self.intact.copy(), "interface_gap": self.opening.copy()}

    def state(self) -> Stored:
        """See ``Mechanism``."""
        return {
            "opening": self.opening.copy(),
            "intact": self.intact.copy(),
            "conductance": self.conductance.copy(),
            "misfit": self.misfit.copy(),
        }

    def restore(self, stored: Stored) -> None:
        """See ``Mechanism``."""
        self.opening, self.intact = np.array(stored["opening"]), np.array(stored["intact"])
        self.conductance, self.misfit = np.array(stored["conductance"]), np.array(stored["misfit"])

    def coordinates(self) -> Mapping[str, Array]:
        """Share that has let go: by the largest opening so far."""
        return {"lost_interface_so_far": 1.0 - self.intact}

    def borne(self) -> Stored:
        """See ``Mechanism``."""
        return {"misfit": self.misfit.copy()}

    def bear(self, borne: Stored) -> None:
        """See ``Mechanism``."""
        self.misfit = np.maximum(self.misfit, borne["misfit"])

    def _contact(self, mean: Array) -> Array:
        """Conductance of what is left of the contacts [S/m2], at the lithium of this turn of the current."""
        settings, radius = self._settings, self._cell.radius
        sigma = np.asarray(self._cell.model.cathode.conductivity(mean)) * self._condition.transport
        spots = np.maximum(settings.spots * (radius / SPOTS_ON) ** 2 * self.intact, 1.0)
        bare = self._cell.contact_conductance
        return contact.conductance(bare, self.intact, radius, sigma, settings.spot_radius, spots)
