"""The particle-resolved model: meshes a case, drives the discrete cell, and hands over what was recorded."""

from __future__ import annotations

import gc
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from chemomech.experiments.case.cost import cost_line, require_room
from chemomech.experiments.case.prepare import PreparedCase
from chemomech.experiments.models.driving import (
    common_sections,
    couplings,
    drive,
    reasons_of_steps,
    simulation_of,
)
from chemomech.experiments.models.model import Order, Solved
from chemomech.experiments.models.preflight import require_compile_cache, require_compiler
from chemomech.experiments.models.progress import ProgressLine
from chemomech.experiments.models.resolved.bond import cohesive_law
from chemomech.experiments.models.resolved.compile_cache import compiling
from chemomech.experiments.models.resolved.representation import RESOLVED
from chemomech.experiments.models.resolved.summary import sections, versions
from chemomech.solver.results.folder import FIELDS_FOLDER, MESH_CACHE

if TYPE_CHECKING:
    from chemomech.experiments.models.damage.particle_damage import ParticleDamage
    from chemomech.geometry import HalfCellMesh
    from chemomech.solver.cell.resolved import ResolvedCell
    from chemomech.solver.output.recorder import Recorder
    from chemomech.solver.output.stress_fields import StressFields
    from chemomech.solver.stepping.limits import Stop
    from chemomech.solver.stepping.loop import Simulation


@dataclass(frozen=True)
class ResolvedModel:
    """Finite elements on every particle and on the matrix between them."""

    name = "resolved"
    representation = RESOLVED

    def require(self, order: Order) -> None:
        """Check that weak forms can be compiled and kept."""
        require_compiler()
        require_compile_cache()

    def solve(self, prepared: PreparedCase, order: Order) -> Solved:
        """See ``Model``."""
        line = ProgressLine(order.comm, prepared, enabled=order.progress)
        line.say(*prepared.protocol_lines(), *prepared.particle_lines, *prepared.wiring_lines())
        require_room(prepared.mesher.cells, order.comm.size)
        line.say(cost_line(prepared.mesher.cells, order.comm.size))
        with compiling(order.comm):
            parts = _build(prepared, order, line)
        try:
            solved = _drive(prepared, order, parts, line)
        except BaseException:
            # On several ranks another one may not come here, and freeing is collective.
            if order.comm.size == 1:
                parts.close()
            raise
        parts.close()
        del parts
        gc.collect()  # meshes lie in reference cycles, and MPICH has communicators for 25 cells
        return solved


@dataclass(frozen=True)
class _Parts:
    """A discrete cell, what drives it and what reads it."""

    mesh: HalfCellMesh
    cell: ResolvedCell
    stress: StressFields | None
    simulation: Simulation
    recorder: Recorder
    setup_s: float
    damage: ParticleDamage | None = None

    def close(self) -> None:
        """Free what PETSc holds (collective)."""
        if self.stress is not None:
            self.stress.destroy()
        self.cell.close()


def _build(prepared: PreparedCase, order: Order, line: ProgressLine) -> _Parts:
    """Mesh and compile (collective)."""
    from chemomech.experiments.models.damage.particle_damage import ParticleDamage
    from chemomech.experiments.models.resolved.damage import ResolvedParticles
    from chemomech.solver.cell.build import build_cell
    from chemomech.solver.cell.extensions import NONE
    from chemomech.solver.output.readings.particles import ParticleReader
    from chemomech.solver.output.recorder import Recorder
    from chemomech.solver.output.stress_fields import StressFields

    case = prepared.case
    line.stage("meshing")
    mesh = prepared.mesher.mesh(order.comm, cache=order.folder / MESH_CACHE)
    line.stage("compiling and setting up")
    cell = build_cell(
        mesh,
        prepared.model,
        case.mechanics.coupling,
        case.numerics,
        None if prepared.wiring is None else prepared.wiring.conductance,
        prepared.diffusivity_factor,
        order.extensions or NONE,
        breakable=case.damage.acts,
        bond=cohesive_law(case.damage),
    )
    damage, mechanics = None, cell.coupling.mechanics
    particles = ParticleReader(cell.problem, mechanics)
    if case.damage.acts:
        damage = ParticleDamage(ResolvedParticles(cell, particles), case.damage)
        cell.add(damage)
    stress = None if mechanics is None else StressFields(mechanics)
    simulation = simulation_of(
        cell,
        prepared,
        order,
        (*case.output.cut_times, *case.output.field_times),
        () if damage is None else (damage,),
    )
    recorder = Recorder(cell, case.output.cut_times, stress, case.output.interval, particles)
    return _Parts(mesh, cell, stress, simulation, recorder, time.monotonic() - order.started, damage)


def _drive(prepared: PreparedCase, order: Order, parts: _Parts, line: ProgressLine) -> Solved:
    """Run to the end from the start or, if there is one, from the checkpoint (collective)."""
    from chemomech.solver.output.fields import FieldWriter

    output, path = prepared.case.output, order.folder / FIELDS_FOLDER
    times = (*output.cut_times, *output.field_times)

    def fields(start: float) -> list[FieldWriter]:
        writer = FieldWriter(path, parts.cell, times, parts.stress, output.field_limit, start)
        line.say(*writer.plan.sentences())
        return [writer]

    stop = drive(prepared, order, parts.simulation, parts.recorder, line, ResolvedModel.name, fields)
    return _solved(prepared, order, parts, stop)


def _solved(prepared: PreparedCase, order: Order, parts: _Parts, stop: Stop) -> Solved:
    if parts.damage is not None:
        # The last half cycle has nothing after it that would end it.
        parts.damage.evolve()
        parts.recorder.amend_last(parts.damage.readings())
    records, scalars, extensions = parts.recorder.records(), parts.recorder.scalars(), order.extensions
    summary = {
        **common_sections(prepared, parts.simulation, records, scalars, order.comm, parts.setup_s),
        **sections(prepared, parts.mesh, parts.cell, scalars),
        "damage": prepared.case.damage.section(),
    }
    return Solved(
        records,
        {
            "couplings": couplings(parts.cell.coupling.name),
            "versions": versions(),
            **parts.recorder.attributes(),
        },
        tuple(reasons_of_steps(parts.simulation, stop)),
        stop,
        summary,
        () if extensions is None else extensions.quantities,
        scalars,
        {} if parts.simulation.jumps is None else parts.simulation.jumps.skipped(),
    )
