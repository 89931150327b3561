"""Radial cells for tests, and a loop that drives them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from chemomech.experiments.case import Case
from chemomech.experiments.case.prepare import PreparedCase, prepare
from chemomech.experiments.models.driving import controller
from chemomech.experiments.models.radial.build import build_cell
from chemomech.experiments.models.radial.cell import RadialCell
from chemomech.solver.stepping.limits import Stop
from chemomech.solver.stepping.loop import Simulation, Snapshot

PACKED = {"box": ["14 um", "14 um", "20 um"], "particles": 5, "volume_fraction": 0.3, "seed": 3}
"""Five particles: enough to differ."""

__all__ = ["PACKED", "Log", "driven", "marched", "prepared"]


class Log:
    """Observer that keeps what it is shown, and a copy of the state."""

    def __init__(self, cell: RadialCell) -> None:
        self._cell = cell
        self.seen: list[Snapshot] = []
        self.means: list[np.ndarray] = []
        self.surfaces: list[np.ndarray] = []

    def observe(self, snapshot: Snapshot) -> None:
        self.seen.append(snapshot)
        self.means.append(self._cell.spheres.mean(self._cell.x))
        self.surfaces.append(self._cell.x[-1].copy())


def prepared(protocol: Sequence[str] = ("Charge at 5C until 4.5 V",), **changes: Any) -> PreparedCase:
    base: Mapping[str, Any] = {
        "geometry.layout": PACKED,
        "protocol": list(protocol),
        "mass_loading": "5.7 mg/cm2",
    }
    return prepare(Case.from_toml("fast-charge-5C").with_overrides({**base, **changes}))


def driven(given: PreparedCase, cell: RadialCell | None = None) -> tuple[RadialCell, Stop, Log]:
    """Run a prepared case to its end."""
    cell = build_cell(given) if cell is None else cell
    log, numerics = Log(cell), given.case.numerics
    simulation = Simulation(cell, given.steps, controller(numerics, given.case.damage.acts), [log])
    simulation.start()
    return cell, simulation.run(), log


def marched(cell: RadialCell, current: float, step: float, count: int) -> RadialCell:
    """Equal steps under a current from the start."""
    cell.prescribe_current(current)
    cell.initialise()
    for _ in range(count):
        assert cell.attempt(step).solved
        cell.accept(step)
    return cell
