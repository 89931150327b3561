"""One attempt at one time step of the coupled problem: state in, outcome out, state restored on failure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt
from dolfinx import fem
from mpi4py import MPI

from chemomech.solver.algebra.newton import BlockedNewton, LinearSolver
from chemomech.solver.cell.coupling import Coupling, CouplingReport
from chemomech.solver.cell.half_cell import Electrochemistry
from chemomech.solver.cell.numerics import Numerics
from chemomech.solver.physics.scales import LENGTH
from chemomech.solver.stepping.history import History
from chemomech.solver.stepping.multistep import StepFormula, formula

REFERENCE_CURRENT = 10.0
"""Collector current density that residual norms are measured against [A/m2]."""


@dataclass(frozen=True)
class Attempt:
    """Outcome of an attempted step.

    Attributes:
        solved: Whether all equations were solved at the new time.
        error: Local error over the tolerance (1 is at the bound), None where there is no past to compare.
        formula: Time formula used.
        report: What the solvers did.
    """

    solved: bool
    error: float | None
    formula: StepFormula
    report: CouplingReport


class CellStepper:
    """Holds the discrete problem and its past, and attempts steps; a context manager that closes itself.

    Args:
        problem: The electrochemical problem.
        coupling: How mechanics takes part.
        newton: Newton iteration on the problem's residual.
        linear: Linear solver for it.
        numerics: Tolerances.
    """

    def __init__(
        self,
        problem: Electrochemistry,
        coupling: Coupling,
        newton: BlockedNewton,
        linear: LinearSolver,
        numerics: Numerics,
    ) -> None:
        self.problem = problem
        self.coupling = coupling
        self.newton = newton
        self.linear = linear
        self.numerics = numerics
        self.history = History()
        self.time = 0.0
        # Displacement and remainder follow the unknowns in a state, so that blocks count for both.
        rates = problem.rates
        self._stored = {b: rates[u] for b, u in enumerate(problem.fields.table) if u in rates}

    def close(self) -> None:
        """Free the PETSc objects (collective); steps cannot be attempted afterwards.

        The meshes are freed with the last reference to them. Leaving either to Python's garbage collector
        does on one rank; on several, PETSc keeps what is collected.
        """
        self.linear.destroy()
        self.newton.destroy()
        if self.coupling.mechanics is not None:
            self.coupling.mechanics.destroy()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def comm(self) -> MPI.Intracomm:
        """Communicator of the mesh."""
        return self.problem.domains.mesh.comm

    @property
    def unknowns(self) -> list[fem.Function]:
        """All functions that make up the state."""
        functions = list(self.problem.fields.functions)
        if self.coupling.mechanics is not None:
            functions += [self.coupling.mechanics.displacement, self.coupling.mechanics.remainder]
        return functions

    def state(self) -> tuple[npt.NDArray[np.float64], ...]:
        """Copies of all local values."""
        return tuple(u.x.array.copy() for u in self.unknowns)

    def restore(self, state: tuple[npt.NDArray[np.float64], ...]) -> None:
        """Set all local values."""
        for unknown, values in zip(self.unknowns, state, strict=True):
            unknown.x.array[:] = values

    def initialise(self) -> CouplingReport:
        """Uniform rest state, then potentials that belong to it at zero current."""
        model, fields = self.problem.model, self.problem.fields
        for unknown, function in fields.by_unknown.items():
            function.x.array[:] = unknown.start(model)
        self._find_equilibrium()
        self.history = History()
        self.history.push(self.time, self.state())
        attempt = self.attempt(self.numerics.smallest_step)
        # What is stored has not moved in so short a time: only the potentials are kept.
        if attempt.solved:
            start = self.history.states[0]
            for block in self._stored:
                fields.functions[block].x.array[:] = start[block]
            self.history = History()
            self.history.push(self.time, self.state())
        return attempt.report

    def _find_equilibrium(self) -> None:
        """Stress of a start at another stoichiometry than the stress-free one, before potentials see it."""
        mechanics = self.coupling.mechanics
        if mechanics is not None and mechanics.solve().converged:
            mechanics.update_remainder()

    def restart(self) -> None:
        """Forget the past before a discontinuity of the operation."""
        self.history.forget()
        self.newton.jacobian.forget()

    def attempt(self, step: float) -> Attempt:
        """Try a step; after a failed solve all unknowns are what they were before."""
        before = self.history.states[0]
        rule = formula(step, self.history.times)
        self._set_rates(rule)
        prediction = self.history.predict(self.time + step)
        self.restore(prediction)
        self._limit_prediction(before)
        report = self.coupling.solve(lambda: self.newton.solve(self.linear, wanted=self._wanted_residual()))
        if not report.converged:
            self.restore(before)
            return Attempt(False, None, rule, report)
        return Attempt(True, self._error(rule, prediction), rule, report)

    def accept(self, step: float) -> None:
        """Make the attempted state the newest of the past."""
        self.time += step
        self.history.push(self.time, self.state())

    def reject(self) -> None:
        """Return to the state before the attempt."""
        self.restore(self.history.states[0])

    def _wanted_residual(self) -> float:
        """Residual that closes the budgets of a small current as well as those of a large one."""
        control = self.problem.control
        current = abs(float(control.current_density.value))
        prescribed = float(control.current_controlled.value) > 0.0
        share = min(current / REFERENCE_CURRENT, 1.0) if prescribed else 0.05
        return self.numerics.newton_tolerance * max(share, 0.005)

    def _set_rates(self, rule: StepFormula) -> None:
        for block, rate in self._stored.items():
            rate.rate.value = rule.rate
            rate.history.x.array[:] = self.history.combine(rule.weights, block)

    def _limit_prediction(self, before: tuple[npt.NDArray[np.float64], ...]) -> None:
        """Keep extrapolated values where the laws are defined, or as far outside as they were."""
        for (unknown, function), past in zip(self.problem.fields.by_unknown.items(), before, strict=False):
            if unknown.prediction is not None:
                low, high = unknown.prediction(self.problem.model)
                values = function.x.array
                np.clip(values, np.minimum(low, past), np.maximum(high, past), out=values)

    def _error(self, rule: StepFormula, prediction: tuple[npt.NDArray[np.float64], ...]) -> float | None:
        if rule.error_share is None:
            return None
        errors = []
        for (unknown, function), predicted in zip(
            self.problem.fields.by_unknown.items(), prediction, strict=False
        ):
            if unknown.error_tolerance is None:
                continue
            owned = function.function_space.dofmap.index_map.size_local
            local = (function.x.array - predicted)[:owned]
            total = self.comm.allreduce(np.array([local @ local, float(owned)]))
            mean = float(np.sqrt(total[0] / total[1]))
            errors.append(rule.error_share * mean / unknown.error_tolerance(self.numerics))
        return max(errors)


def current_scale(problem: Electrochemistry) -> float:
    """Reference norm of the residual: ``REFERENCE_CURRENT`` through the collector [A/m2 um2]."""
    return REFERENCE_CURRENT * problem.domains.cross_section / LENGTH**2
