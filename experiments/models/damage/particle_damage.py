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
from chemomech.experiments.models.damage.newest_cycle import Borne, NewestCycle
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
        self._newest = NewestCycle()
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
        """State of all mechanisms, whether the cell charges, and what cycles ahead are made of."""
        newest = {f"newest/{key}": values for key, values in self._newest.stored().items()}
        return {"direction": np.array([self._direction]), **self._mechanisms(), **newest}

    def restore(self, stored: Stored) -> None:
        """Take up what ``state`` gave."""
        self._direction = float(np.asarray(stored["direction"])[0])
        self._newest.restore(below("newest/", stored))
        self._restore(stored)
        self._cell.apply(self.condition.effects())

    def coordinates(self) -> dict[str, Array]:
        """State as shares of what counts as all of it, each of shape (particles,)."""
        return {k: v for mechanism in self.mechanisms.values() for k, v in mechanism.coordinates().items()}

    def end_cycle(self) -> None:
        """Keep what has driven the newest cycle, and the half cycle that is under way at its end."""
        drive, borne = self._cell.read(), self._borne()
        self._newest.end(self._direction > 0.0, drive, borne, self.condition.effects())

    def foresee(self, cycles: int) -> list[dict[str, Array]]:
        """Coordinates after cycles like the newest one (see ``chemomech.solver.stepping.jumps.Lasting``)."""
        before, found = self._mechanisms(), list[dict[str, Array]]()
        while len(found) < cycles and self._newest.repeats():
            at_once = self._repeat()
            found.append({k: np.where(at_once, np.nan, v) for k, v in self.coordinates().items()})
            if at_once.any():
                break
        self._restore(before)
        return found

    def advance(self, cycles: int) -> None:
        """Take up the state after cycles like the newest one, and act on the cell."""
        for _ in range(cycles):
            self._repeat()
        self._begin_half_cycle()

    def _repeat(self) -> npt.NDArray[np.bool_]:
        """Another cycle like the newest: from the half cycle under way to the same in the cycle after.

        Returns:
            Where something has happened at once in it.
        """
        begun, condition, isolated = self._newest.begun, self.condition, self.condition.isolated
        at_once = np.zeros(len(isolated), dtype=bool)
        assert begun is not None
        for k, half in enumerate(self._newest.ended):
            if k > 0:
                self._bear(half.again(self.condition.effects()))
            self._end_half_cycle(half.drive, half.charging)
            at_once |= condition.ran
        self._bear(begun.again(condition.effects()))
        return at_once | (condition.isolated != isolated)

    def _borne(self) -> Borne:
        return {name: mechanism.borne() for name, mechanism in self.mechanisms.items()}

    def _bear(self, borne: Borne) -> None:
        for name, mechanism in self.mechanisms.items():
            mechanism.bear(borne.get(name, {}))

    def _mechanisms(self) -> Stored:
        return {
            f"{name}/{key}": values
            for name, mechanism in self.mechanisms.items()
            for key, values in mechanism.state().items()
        }

    def _restore(self, stored: Stored) -> None:
        for name, mechanism in self.mechanisms.items():
            mechanism.restore(below(f"{name}/", stored))
        self._renew_condition()

    def _evolve(self, drive: Drive) -> None:
        # What a half cycle has done is in its maxima; the state read here gives lithium and stored energy.
        charging = self._direction > 0.0
        self._newest.note(charging, drive, self._borne() if self._newest.kept else {})
        self._end_half_cycle(drive, charging)
        self._begin_half_cycle()

    def _end_half_cycle(self, drive: Drive, charging: bool) -> None:
        for mechanism in self.mechanisms.values():
            mechanism.end_half_cycle(drive, charging)
            # The next one meets what this one leaves.
            mechanism.act(self.condition)

    def _begin_half_cycle(self) -> None:
        effects = self.condition.effects()
        self._newest.begin(effects)
        self._cell.apply(effects)

    def _renew_condition(self) -> None:
        for mechanism in self.mechanisms.values():
            mechanism.act(self.condition)

    def _act(self) -> None:
        self._renew_condition()
        self._cell.apply(self.condition.effects())
