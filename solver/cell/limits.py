"""Where the physics of the cell ends before the protocol does, judged on means over particle surfaces.

A single node says little: a front that the mesh does not resolve overshoots there. A particle that fills or
empties hands its current to the others, so the cell is full when those that still carry it are.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from chemomech.solver.cell.half_cell import Electrochemistry
from chemomech.solver.cell.surfaces import SurfaceMeans, SurfaceReader
from chemomech.solver.stepping.operation import NO_CURRENT, StopReason

EMPTY_SITES = 1.0e-4
"""Share of empty sites at the surfaces below which a cell counts as full [-]."""

LEAST_SALT = 1.0
"""Salt concentration below which the kinetics and transport laws no longer hold [mol/m3]."""


@dataclass(frozen=True)
class Stop:
    """Why a step or a run ended, with a sentence that says what to do about it."""

    reason: StopReason
    detail: str


class Surfaces(Protocol):
    """Reads the surface means of the present state."""

    def read(self) -> SurfaceMeans:
        """Present means (collective)."""


class PhysicalLimits:
    """Judges attempted states of a cell (collective).

    Args:
        surfaces: Reads the means that are judged.
        valid_range: Interval of x in which the open-circuit curve holds.
    """

    def __init__(self, surfaces: Surfaces, valid_range: tuple[float, float]) -> None:
        self._surfaces = surfaces
        self._low, self._high = valid_range[0], valid_range[1] - EMPTY_SITES

    @classmethod
    def of(cls, problem: Electrochemistry) -> PhysicalLimits:
        """Those of a cell; one that starts beyond the open-circuit curve may stay there."""
        model = problem.model
        low, high = model.cathode.open_circuit_voltage.valid_range
        return cls(SurfaceReader(problem), (low, max(high, model.initial_stoichiometry)))

    def passed(self, current: float, time: float) -> Stop | None:
        """The limit that the present state has passed, or None.

        Args:
            current: Collector current density, positive on charge [A/m2].
            time: Time of the state [s].
        """
        means = self._surfaces.read()
        least, carrying, salt = self._figures(means)
        if current > NO_CURRENT and least < self._low:
            reason = StopReason.PARTICLE_SURFACE_DEPLETED
            fact = f"the mean surface of a particle, x = {least:.4f}, fell below {self._low:.4g}"
        elif current < -NO_CURRENT and carrying > self._high:
            reason = StopReason.PARTICLE_SURFACE_FULL
            fact = f"the surfaces that carry the current, x = {carrying:.5f}, rose above {self._high:.5g}"
        elif salt < LEAST_SALT:
            reason = StopReason.ELECTROLYTE_DEPLETED
            fact = f"c_e = {salt:.3g} mol/m3 at a reacting surface fell below {LEAST_SALT:g} mol/m3"
        else:
            return None
        return Stop(reason, f"At t = {time:.4g} s {fact}. {reason.remedy}")

    def behind_failure(self, current: float, time: float, failure: str) -> Stop:
        """Name the physics behind a step that became too small.

        Args:
            current: Collector current density, positive on charge [A/m2].
            time: Time of the last accepted state, which the cell is in [s].
            failure: What the solvers said last; empty if nothing.
        """
        means = self._surfaces.read()
        least, carrying, salt = self._figures(means)
        margin = 0.02
        if salt < 50.0 * LEAST_SALT:
            reason = StopReason.ELECTROLYTE_DEPLETED
        elif current > NO_CURRENT and least < self._low + margin:
            reason = StopReason.PARTICLE_SURFACE_DEPLETED
        elif current < -NO_CURRENT and carrying > self._high - 0.2 * margin:
            reason = StopReason.PARTICLE_SURFACE_FULL
        else:
            reason = StopReason.STEP_TOO_SMALL
        most = float(means.stoichiometry.max(initial=-np.inf))
        state = f"surface x {least:.3f} to {most:.3f}, c_e down to {salt:.3g} mol/m3"
        cause = f"; last failure: {failure}" if failure else ""
        return Stop(reason, f"At t = {time:.4g} s ({state}){cause}. {reason.remedy}")

    def _figures(self, means: SurfaceMeans) -> tuple[float, float, float]:
        """Least surface x, mean surface x of the particles that carry the current, least salt beside any."""
        carried = np.abs(means.current)
        weights = carried if carried.sum() > 0.0 else np.ones_like(carried)
        return (
            float(means.stoichiometry.min(initial=np.inf)),
            float(np.average(means.stoichiometry, weights=weights)) if weights.size else -np.inf,
            min(float(means.salt.min(initial=np.inf)), means.salt_at_metal),
        )
