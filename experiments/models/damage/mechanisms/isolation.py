"""Loss of the last conducting spot."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from chemomech.errors import InputError
from chemomech.experiments.case.damage import Isolation
from chemomech.experiments.models.damage.cell import BreakableCell, Drive
from chemomech.experiments.models.damage.condition import Condition
from chemomech.solver.physics.damage import isolation
from chemomech.solver.stepping.cell import Stored

Array = npt.NDArray[np.float64]


class LossOfContact:
    """Which particles are isolated (see ``Mechanism``).

    Args:
        settings: Its table.
        cell: The cell.
        condition: Condition of its particles, for what holds of their bonds.

    Raises:
        InputError: When no particle has a spot as made: nothing could take the current.
    """

    def __init__(self, settings: Isolation, cell: BreakableCell, condition: Condition) -> None:
        self._settings, self._radius, self._condition = settings, cell.radius, condition
        self._draw = np.random.default_rng(settings.seed).random(len(cell.radius))
        self.isolated: Array = np.zeros(len(cell.radius))
        # Some have no spot as made.
        self._lose()
        if self.isolated.all():
            raise InputError(
                f"damage.isolation.spots = {settings.spots:g} leaves none of {len(cell.radius)} particles a "
                "conducting spot as made, and nothing takes the current; state more, or another seed."
            )

    def follow(self, drive: Drive, step: float) -> bool:
        """Spots are lost with the bond, at the end of half cycles."""
        return False

    def end_half_cycle(self, drive: Drive, charging: bool) -> None:
        """Isolate particles whose probability has passed their draw."""
        self._lose()

    def act(self, condition: Condition) -> None:
        """What is isolated stays so."""
        condition.isolated = self.isolated.copy()

    def readings(self) -> Mapping[str, Array]:
        """By the names of a result."""
        return {"isolated": self.isolated.copy()}

    def state(self) -> Stored:
        """See ``Mechanism``; draws follow from the seed."""
        return {"isolated": self.isolated.copy()}

    def restore(self, stored: Stored) -> None:
        """See ``Mechanism``."""
        self.isolated = np.array(stored["isolated"])

    def coordinates(self) -> Mapping[str, Array]:
        """Isolated or not."""
        return {"isolated": self.isolated.copy()}

    def borne(self) -> Stored:
        """Nothing: what drives it is the bond."""
        return {}

    def bear(self, borne: Stored) -> None:
        """See ``Mechanism``."""

    def _probability(self) -> Array:
        settings = self._settings
        return isolation.probability(
            self._radius, self._condition.intact, settings.spots, settings.reference_radius
        )

    def _lose(self) -> None:
        self.isolated = np.maximum(self.isolated, (self._draw < self._probability()).astype(float))
