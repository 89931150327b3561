"""Collects readings of accepted states into arrays for the result file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from chemomech.experiments.models.radial.cell import RadialCell
from chemomech.experiments.models.radial.readings import CellReader, CrackReader, stress_readings
from chemomech.geometry import Layout
from chemomech.solver.physics.fracture import FractureHistory
from chemomech.solver.results.probes import particles_near
from chemomech.solver.results.sampling import SampledRows
from chemomech.solver.results.snapshots import scalars_of
from chemomech.solver.stepping.checkpoint import Series
from chemomech.solver.stepping.loop import Snapshot

Array = npt.NDArray[np.float64]

_FRACTURE = "fracture/"


class RadialRecorder:
    """Observer that reads per-cell and per-particle quantities and profiles in depth.

    Scalars are kept of every state; what is as large as the particles at a least distance in time.

    Args:
        cell: The cell.
        layout: Centres of the particles.
        interval: Least time between two kept states [s]; 0 keeps all.
    """

    def __init__(self, cell: RadialCell, layout: Layout, interval: float = 0.0) -> None:
        self._cell, self._layout = cell, layout
        self._reader = CellReader(cell)
        self._rows = SampledRows(interval)
        self._cracks = None if cell.mechanics is None else CrackReader(cell)
        self._fracture = None if cell.mechanics is None else FractureHistory()

    def observe(self, snapshot: Snapshot) -> None:
        """Read the state."""
        cell = self._cell
        scalars = scalars_of(snapshot) | self._reader.scalars()
        row: dict[str, Any] = {**self._reader.profiles(), **self._reader.particles()}
        if self._fracture is not None and self._cracks is not None:
            present = cell.stress
            assert present is not None
            stress = stress_readings(present)
            reading = self._cracks.read(present, cell.x, stress["max_principal_stress"])
            row |= stress | self._fracture.update(snapshot.time, reading)
        for internal in cell.internals:
            row |= internal.readings()
        self._rows.add(scalars, row)

    def scalars(self) -> dict[str, Array]:
        """Numbers of every accepted state, each of shape (states,)."""
        return self._rows.scalars()

    def records(self) -> dict[str, Array]:
        """All arrays by the names of the result file's quantities."""
        particles, centres = self._cell.particles, np.asarray(self._layout.centres)
        grid = self._cell.ladder.grid
        passages = {} if self._fracture is None else self._fracture.first_passages()
        return {
            **passages,
            **self._rows.arrays(),
            "particle_x": centres[:, 0],
            "particle_y": centres[:, 1],
            "particle_z": centres[:, 2],
            "particle_radius": particles.radius,
            "particle_volume": particles.volume,
            "particle_area": particles.area,
            "depth": grid.nodes,
            "width_x": np.asarray(self._layout.box[0]),
            "width_y": np.asarray(self._layout.box[1]),
            "electrode_thickness": np.asarray(particles.thickness),
            "separator_thickness": np.asarray(grid.nodes[-1] - particles.thickness),
        }

    def amend_last(self, readings: Mapping[str, Any]) -> None:
        """Replace readings of the newest state, where something has come of it after it was read."""
        self._rows.amend_last(readings)

    def series(self) -> Series:
        """What a checkpoint must hold: everything recorded so far."""
        fracture = {}
        if self._fracture is not None:
            fracture = {f"{_FRACTURE}{name}": values for name, values in self._fracture.stored().items()}
        return Series(self._rows.growing(), {**self._rows.present(), **fracture})

    def restore(self, series: Mapping[str, Array]) -> None:
        """Take up what an earlier run recorded."""
        self._rows.restore(series)
        if self._fracture is not None:
            self._fracture.restore(
                {name[len(_FRACTURE) :]: v for name, v in series.items() if name.startswith(_FRACTURE)}
            )

    def attributes(self) -> dict[str, Any]:
        """Attributes of the result file that the recorder knows."""
        separator, collector = particles_near(self._cell.particles.radius, self._cell.particles.depth)
        return {
            "near_separator_particle": separator,
            "near_collector_particle": collector,
            "particles_are_spheres": 1,
            "stress_free_stoichiometry": (
                None if self._fracture is None else float(self._cell.model.cathode.stress_free_stoichiometry)
            ),
        }
