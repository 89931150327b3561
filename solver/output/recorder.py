"""Collects readings of every accepted state into arrays for the result file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from dolfinx import fem

from chemomech.solver.cell.resolved import ResolvedCell
from chemomech.solver.output.readings.cut import CutReader
from chemomech.solver.output.readings.electrolyte import ElectrolyteReader
from chemomech.solver.output.readings.extremes import ExtremesReader
from chemomech.solver.output.readings.particles import ParticleReader
from chemomech.solver.output.stress_fields import StressFields
from chemomech.solver.physics.fracture import FractureHistory, read_fracture, require_flaws_inside
from chemomech.solver.results.probes import particles_near
from chemomech.solver.results.sampling import SampledRows
from chemomech.solver.results.snapshots import scalars_of
from chemomech.solver.stepping.checkpoint import Series
from chemomech.solver.stepping.controller import EVENT_TIME_TOLERANCE
from chemomech.solver.stepping.loop import Snapshot

Array = npt.NDArray[np.float64]


class Recorder:
    """Observer that reads per-cell and per-particle quantities, profiles, and cuts at asked times.

    Args:
        stepper: The cell.
        cut_times: Times at which the cut is recorded, at the first accepted state from then on [s].
        stress_fields: Nodal stress fields, or None where mechanics is off.
        interval: Least time between two states that are kept [s]; 0 keeps all.
        particles: What reads the particles of the cell, where others read them, too; its own if None.
    """

    def __init__(
        self,
        stepper: ResolvedCell,
        cut_times: Sequence[float],
        stress_fields: StressFields | None,
        interval: float = 0.0,
        particles: ParticleReader | None = None,
    ) -> None:
        problem, mechanics = stepper.problem, stepper.coupling.mechanics
        self._internals = stepper.internals
        self._problem = problem
        self._particles = ParticleReader(problem, mechanics) if particles is None else particles
        self._electrolyte = ElectrolyteReader(problem)
        self._cut = CutReader(problem)
        self._extremes = ExtremesReader(problem)
        self._stress_fields = stress_fields
        self._pending_cuts = sorted(cut_times)
        self._fracture = None if mechanics is None else FractureHistory()
        if self._fracture is not None:
            require_flaws_inside(problem.model.cathode, self._particles.profile_radius)
        self._rows = SampledRows(interval)
        self._cuts: dict[str, list[Any]] = {}

    def observe(self, snapshot: Snapshot) -> None:
        """Read the state."""
        particles = self._particles.read()
        if self._fracture is not None:
            reading = read_fracture(
                self._problem.model.cathode,
                self._particles.profile_radius,
                self._particles.profile(),
                particles["mean_hydrostatic_stress"],
                particles["max_principal_stress"],
            )
            particles |= self._fracture.update(snapshot.time, reading)
        scalars = scalars_of(snapshot) | self._extremes.read() | self._electrolyte.read_scalars()
        row: dict[str, Any] = self._electrolyte.read_profiles() | particles
        for internal in self._internals:
            row |= internal.readings()
        self._rows.add(scalars, row)
        self._record_cut(snapshot.time)

    def _record_cut(self, time: float) -> None:
        due = [t for t in self._pending_cuts if t <= time + EVENT_TIME_TOLERANCE]
        if not due:
            return
        self._pending_cuts = self._pending_cuts[len(due) :]
        stress: fem.Function | None = None
        if self._stress_fields is not None:
            self._stress_fields.update()
            stress = self._stress_fields.equivalent
        for name, values in {"cut_time": time, **self._cut.read(stress)}.items():
            self._cuts.setdefault(name, []).append(values)

    def records(self) -> dict[str, Array]:
        """All arrays by the names of the result file's quantities."""
        layout = self._problem.domains.half_cell.layout
        centres = np.asarray(layout.centres)
        passages = {} if self._fracture is None else self._fracture.first_passages()
        return {
            **passages,
            **self._rows.arrays(),
            **{name: np.asarray(values) for name, values in self._cuts.items()},
            "particle_x": centres[:, 0],
            "particle_y": centres[:, 1],
            "particle_z": centres[:, 2],
            "particle_radius": np.asarray(layout.radii),
            "particle_volume": self._particles.volume,
            "particle_area": self._particles.area,
            "depth": self._electrolyte.depth,
            "cut_x": self._cut.x,
            "cut_z": self._cut.z,
            "cut_y": np.asarray(self._cut.y),
            "width_x": np.asarray(layout.box[0]),
            "width_y": np.asarray(layout.box[1]),
            "electrode_thickness": np.asarray(layout.box[2]),
            "separator_thickness": np.asarray(self._problem.domains.half_cell.separator_thickness),
        }

    def scalars(self) -> dict[str, Array]:
        """Numbers of every accepted state, each of shape (states,)."""
        return self._rows.scalars()

    def amend_last(self, readings: Mapping[str, Any]) -> None:
        """Replace readings of the newest state, where something has come of it after it was read."""
        self._rows.amend_last(readings)

    def series(self) -> Series:
        """What a checkpoint must hold: everything recorded so far."""
        cuts = {f"cut/{name}": values for name, values in self._cuts.items()}
        fracture = {}
        if self._fracture is not None:
            fracture = {f"fracture/{name}": values for name, values in self._fracture.stored().items()}
        return Series({**self._rows.growing(), **cuts}, {**self._rows.present(), **fracture})

    def restore(self, series: Mapping[str, Array]) -> None:
        """Take up what an earlier run recorded."""
        self._rows.restore(series)
        self._cuts = {k[4:]: list(v) for k, v in series.items() if k.startswith("cut/")}
        # The times asked for may be others than before: what lies ahead counts.
        self._pending_cuts = [t for t in self._pending_cuts if t > self._rows.scalars()["time"][-1]]
        if self._fracture is not None:
            self._fracture.restore({k[9:]: v for k, v in series.items() if k.startswith("fracture/")})

    def attributes(self) -> dict[str, Any]:
        """Attributes of the result file that the recorder knows."""
        layout = self._problem.domains.half_cell.layout
        separator, collector = particles_near(np.asarray(layout.radii), np.asarray(layout.centres)[:, 2])
        return {
            "near_separator_particle": separator,
            "near_collector_particle": collector,
            "particles_are_spheres": int(self._problem.domains.half_cell.spherical),
            "stress_free_stoichiometry": (
                None
                if self._fracture is None
                else float(self._problem.model.cathode.stress_free_stoichiometry)
            ),
        }
