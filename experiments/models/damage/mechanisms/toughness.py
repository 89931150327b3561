"""Toughness that falls with what a particle has borne."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from chemomech.experiments.case.damage import Toughness
from chemomech.experiments.models.damage.cell import DEPTHS, BreakableCell, Drive
from chemomech.experiments.models.damage.condition import Condition
from chemomech.experiments.models.damage.mechanisms.surface_cracks import at_depth
from chemomech.solver.physics.damage import toughness
from chemomech.solver.stepping.cell import Stored

Array = npt.NDArray[np.float64]


class ToughnessLoss:
    """Memory q of each particle (see ``Mechanism``), of the largest K of its cracks in a half cycle.

    Args:
        settings: Its table.
        cell: The cell.
        condition: Condition of its particles, for depth of cracks and reacting area.
    """

    def __init__(self, settings: Toughness, cell: BreakableCell, condition: Condition) -> None:
        self._law = toughness.ToughnessMemory(settings.growth, settings.reference)
        self._condition = condition
        count = len(cell.radius)
        self.memory: Array = np.full(count, toughness.AS_MADE)
        self.intensities: Array = np.full((len(DEPTHS), count), -np.inf)
        """Largest K of the half cycle at each depth [Pa m^0.5], shape (depths, particles)."""

    def follow(self, drive: Drive, step: float) -> bool:
        """Keep the largest stress intensities."""
        scale = 1.0 / np.sqrt(self._condition.area)
        self.intensities = np.maximum(self.intensities, drive.intensity * scale)
        return False

    def end_half_cycle(self, drive: Drive, charging: bool) -> None:
        """Wear by what was borne."""
        self.memory = self.memory + self._law.grown(at_depth(self.intensities, self._condition.depth))
        self.intensities = np.full_like(self.intensities, -np.inf)

    def act(self, condition: Condition) -> None:
        """sqrt(f) of the toughness is left."""
        condition.toughness = np.sqrt(toughness.energy_left(self.memory))

    def readings(self) -> Mapping[str, Array]:
        """By the names of a result."""
        return {"toughness_share": np.sqrt(toughness.energy_left(self.memory))}

    def state(self) -> Stored:
        """See ``Mechanism``."""
        return {"memory": self.memory.copy(), "intensities": self.intensities.copy()}

    def restore(self, stored: Stored) -> None:
        """See ``Mechanism``."""
        self.memory = np.array(stored["memory"])
        self.intensities = np.array(stored["intensities"])

    def coordinates(self) -> Mapping[str, Array]:
        """sqrt(f), the share of the toughness that is left."""
        return {"toughness_share": np.sqrt(toughness.energy_left(self.memory))}

    def borne(self) -> Stored:
        """See ``Mechanism``."""
        return {"intensities": self.intensities.copy()}

    def bear(self, borne: Stored) -> None:
        """See ``Mechanism``."""
        self.intensities = np.maximum(self.intensities, borne["intensities"])
