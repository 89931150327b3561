"""The radial model: every particle of a case as a sphere, on fields along the depth."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from chemomech.errors import InputError
from chemomech.experiments.case.prepare import PreparedCase
from chemomech.experiments.models.damage.particle_damage import ParticleDamage
from chemomech.experiments.models.driving import (
    common_sections,
    couplings,
    drive,
    reasons_of_steps,
    simulation_of,
    versions_of,
)
from chemomech.experiments.models.model import Order, Solved
from chemomech.experiments.models.progress import ProgressLine
from chemomech.experiments.models.radial.build import build_cell, memory_line, require_memory
from chemomech.experiments.models.radial.cell import RadialCell
from chemomech.experiments.models.radial.damage import RadialParticles
from chemomech.experiments.models.radial.recorder import RadialRecorder
from chemomech.experiments.models.radial.representation import RADIAL

SECONDS_BETWEEN_CHECKPOINTS = 20.0
"""A run takes seconds: what would be lost is less than what writing every few steps costs [s]."""


@dataclass(frozen=True)
class RadialModel:
    """One lithium problem along the radius of each particle."""

    name = "radial"
    representation = RADIAL

    def require(self, order: Order) -> None:
        """Check that nothing is asked for that the model does not have."""
        if order.extensions is not None:
            raise InputError(
                f"the radial model cannot be extended by {order.extensions.name!r}; use the resolved model."
            )
        if order.comm.size > 1:
            raise InputError(
                f"the radial model runs in one process, not on {order.comm.size} ranks; start it without "
                "mpiexec."
            )

    def solve(self, prepared: PreparedCase, order: Order) -> Solved:
        """See ``Model``."""
        case, layout = prepared.case, prepared.layout
        require_memory(len(layout.radii), case.radial.intervals)
        line = ProgressLine(order.comm, prepared, enabled=order.progress)
        line.say(*prepared.protocol_lines(), *prepared.particle_lines, *prepared.wiring_lines())
        line.say(memory_line(len(layout.radii), case.radial.intervals))
        damage: list[ParticleDamage] = []

        def breaking(made: RadialCell) -> ParticleDamage:
            damage.append(ParticleDamage(RadialParticles(made), case.damage))
            return damage[-1]

        cell = build_cell(prepared, (breaking,) if case.damage.acts else ())
        recorder = RadialRecorder(cell, layout, case.output.interval)
        simulation = simulation_of(cell, prepared, order, (), damage)
        setup = time.monotonic() - order.started
        stop = drive(
            prepared, order, simulation, recorder, line, self.name, least_wall=SECONDS_BETWEEN_CHECKPOINTS
        )
        for state in damage:
            # The last half cycle has nothing after it that would end it.
            state.evolve()
            recorder.amend_last(state.readings())
        records, scalars = recorder.records(), recorder.scalars()
        return Solved(
            records,
            {
                "couplings": couplings(cell.coupling),
                "versions": versions_of(("chemomech", "numpy", "scipy")),
                **recorder.attributes(),
            },
            tuple(reasons_of_steps(simulation, stop)),
            stop,
            {
                **common_sections(prepared, simulation, records, scalars, order.comm, setup),
                "size": _size(cell),
                "damage": case.damage.section(),
            },
            scalars=scalars,
            skipped={} if simulation.jumps is None else simulation.jumps.skipped(),
        )


def _size(cell: RadialCell) -> dict[str, Any]:
    nodes, particles = cell.x.shape
    unknowns = {"stoichiometry": nodes * particles, "currents": particles, "fields": len(cell.fields)}
    if cell.mechanics is not None:
        unknowns["displacement"] = (nodes - 1) * particles
    return {"cells": len(cell.ladder.grid.widths), "unknowns": unknowns}
