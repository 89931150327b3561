"""All mechanisms of a case as one internal state of a cell, which evolves at the ends of half cycles."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from chemomech.experiments.case.damage import Damage
from chemomech.experiments.models.damage.cell import BreakableCell, Drive
from chemomech.experiments.models.damage.condition import Condition
from chemomech.experiments.models.damage.mechanism import Mechanism
from chemomech.experiments.models.damage.mechanisms.grains import GrainCracking
from chemomech.experiments.models.damage.mechanisms.interface import Debonding
from chemomech.experiments.models.damage.mechanisms.isolation import LossOfContact
from chemomech.experiments.models.damage.mechanisms.layers import LayerGrowth
from chemomech.experiments.models.damage.mechanisms.surface_cracks import SurfaceCrackGrowth
from chemomech.experiments.models.damage.mechanisms.toughness import ToughnessLoss
from chemomech.solver.stepping.cell import Stored, below
from chemomech.solver.stepping.operation import NO_CURRENT

Array = npt.NDArray[np.float64]

MECHANISMS: Final[Mapping[str, Callable[[Any, BreakableCell, Condition], Mechanism]]] = {
    "surface_cracks": SurfaceCrackGrowth,
    "toughness": ToughnessLoss,
    "grains": GrainCracking,
    "interface": Debonding,
    "isolation": LossOfContact,
    "film": partial(LayerGrowth, "film"),
    "reconstruction": partial(LayerGrowth, "reconstruction"),
}
"""By table of ``[damage]``, in the order in which they evolve at the end of a half cycle."""


class ParticleDamage:
    """State of the particles of a cell (see ``chemomech.solver.stepping.cell.Internal``).

    Args:
        cell: The cell that it reads and acts on; it needs mechanics.
        settings: Mechanisms that act, and their parameters.
    """

    name = "damage"

    def __init__(self, cell: BreakableCell, settings: Damage) -> None:
        self._cell = cell
        self.condition = Condition.whole(cell)
        self.mechanisms: dict[str, Mechanism] = {
            name: make(table, cell, self.condition)
            for name, make in MECHANISMS.items()
            if (table := getattr(settings, name)) is not None
        }
        self._direction = 0.0
        self._act()

    def after_step(self, time: float, step: float) -> bool:
        """Follow the half cycle, and let damage evolve where the current has turned."""
        drive = self._cell.read()
        turned = False
        if abs(drive.current) > NO_CURRENT:
            turned = self._direction * drive.current < 0.0
            if turned:
                self._evolve(drive)
            self._direction = float(np.sign(drive.current))
        # All of them follow, whatever the first ones say.
        at_once = any([mechanism.follow(drive, step) for mechanism in self.mechanisms.values()])
        if at_once:
            self._act()
        return at_once or turned

    def evolve(self) -> None:
        """End the half cycle that is under way, as at the end of a run, where nothing turns the current."""
        self._evolve(self._cell.read())

    def readings(self) -> Mapping[str, Array]:
        """By the names of a result."""
        return {k: v for mechanism in self.mechanisms.values() for k, v in mechanism.readings().items()}

    def state(self) -> Stored:
        """State of all mechanisms, and whether the cell charges."""
        stored = {
            f"{name}/{key}": values
            for name, mechanism in self.mechanisms.items()
            for key, values in mechanism.state().items()
        }
        return {"direction": np.array([self._direction]), **stored}

    def restore(self, stored: Stored) -> None:
        """Take up what ``state`` gave."""
        self._direction = float(np.asarray(stored["direction"])[0])
        for name, mechanism in self.mechanisms.items():
            mechanism.restore(below(f"{name}/", stored))
        self._act()

    def coordinates(self) -> dict[str, Array]:
        """State in coordinates that grow steadily from cycle to cycle, each of shape (particles,)."""
        return {k: v for mechanism in self.mechanisms.values() for k, v in mechanism.coordinates().items()}

    def move_to(self, coordinates: Mapping[str, Array]) -> None:
        """Take up coordinates ahead, as after cycles that were not resolved.

        Args:
            coordinates: From ``coordinates``, none behind the present ones.
        """
        for mechanism in self.mechanisms.values():
            mechanism.move_to(coordinates)
        self._act()

    def _evolve(self, drive: Drive) -> None:
        # What a half cycle has done is in its maxima; the state read here gives lithium and stored energy.
        charging = self._direction > 0.0
        for mechanism in self.mechanisms.values():
            mechanism.end_half_cycle(drive, charging)
            # The next one meets what this one leaves.
            mechanism.act(self.condition)
        self._cell.apply(self.condition.effects())

    def _act(self) -> None:
        for mechanism in self.mechanisms.values():
            mechanism.act(self.condition)
        self._cell.apply(self.condition.effects())
