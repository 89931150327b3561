"""The particle-resolved cell under the loop: one attempt at one step, state restored on failure."""

from __future__ import annotations

from typing import Self

import numpy as np
import numpy.typing as npt
from dolfinx import fem
from mpi4py import MPI

from chemomech.errors import InputError
from chemomech.solver.algebra.newton import BlockedNewton, LinearSolver
from chemomech.solver.cell.bounds import window
from chemomech.solver.cell.closing import Closing
from chemomech.solver.cell.coupling import Coupling, Uncoupled
from chemomech.solver.cell.extensions import NONE, Extensions
from chemomech.solver.cell.field_store import FieldStore
from chemomech.solver.cell.half_cell import Electrochemistry
from chemomech.solver.cell.limits import half_cell_limits
from chemomech.solver.cell.numerics import Numerics
from chemomech.solver.cell.surfaces import SurfaceReader
from chemomech.solver.cell.terminals import CurrentReader, InventoryReader
from chemomech.solver.physics.scales import LENGTH
from chemomech.solver.stepping.budget import Currents, Inventory
from chemomech.solver.stepping.cell import (
    Attempt,
    Internal,
    SolveReport,
    Stored,
    internals_of,
    restore_internals,
    stored_internals,
)
from chemomech.solver.stepping.history import History
from chemomech.solver.stepping.multistep import StepFormula, formula

Array = npt.NDArray[np.float64]

FAR = 1.0
"""Norm of the residual, as a share of ``REFERENCE_CURRENT``, beyond which other extrapolations are tried."""

REFERENCE_CURRENT = 10.0
"""Collector current density that residual norms are measured against [A/m2]."""


class ResolvedCell:
    """Holds the discrete problem and its past, and attempts steps (see :class:`.stepping.cell.Cell`).

    A context manager that closes itself.

    Args:
        problem: The electrochemical problem.
        coupling: How mechanics takes part.
        newton: Newton iteration on the problem's residual.
        linear: Linear solver for it.
        numerics: Tolerances.
        extensions: Limits and internal states that were added from outside.
    """

    def __init__(
        self,
        problem: Electrochemistry,
        coupling: Coupling,
        newton: BlockedNewton,
        linear: LinearSolver,
        numerics: Numerics,
        extensions: Extensions = NONE,
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
        self._changes = 0
        self._currents = CurrentReader(problem)
        self._inventory = InventoryReader(problem)
        self._closing = Closing(problem, newton)
        self.surfaces = SurfaceReader(problem, lambda: self._changes)
        bond = None if coupling.mechanics is None else coupling.mechanics.bond
        own = () if bond is None else (bond,)
        self.internals: tuple[Internal, ...] = (*own, *(make(problem) for make in extensions.internals))
        self.limits = (
            *half_cell_limits(self.surfaces, window(problem.model)),
            *(make(problem) for make in extensions.limits),
        )

    def add(self, internal: Internal) -> None:
        """Let one more state evolve after accepted steps, before the cell is initialised or restored."""
        self.internals = (*self.internals, internal)

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
            mechanics = self.coupling.mechanics
            functions += [*mechanics.displacements.values(), mechanics.remainder]
        return functions

    @property
    def voltage(self) -> float:
        """Present cell voltage against lithium [V] (collective)."""
        return self.problem.voltage

    def prescribe_current(self, current_density: float) -> None:
        """Hold the current density [A/m2], positive on charge."""
        self.problem.prescribe_current(current_density)

    def prescribe_voltage(self, voltage: float) -> None:
        """Hold the voltage against lithium metal [V]."""
        self.problem.prescribe_voltage(voltage)

    def currents(self) -> Currents:
        """Present currents through the terminals (collective)."""
        return self._currents.read()

    def inventory(self) -> Inventory:
        """Present lithium content (collective)."""
        return self._inventory.read()

    def on_any_rank(self, flag: bool) -> bool:
        """Whether the flag is true on any rank (collective)."""
        return bool(self.comm.allreduce(int(flag), op=MPI.MAX))

    def is_first_rank(self) -> bool:
        """Whether this rank writes files."""
        return bool(self.comm.rank == 0)

    def same_on_all_ranks(self, value: object) -> object:
        """What the first rank has, on every rank (collective)."""
        return self.comm.bcast(value, root=0)

    def arrays(self) -> tuple[Array, ...]:
        """Copies of all local values."""
        return tuple(u.x.array.copy() for u in self.unknowns)

    def set_arrays(self, arrays: tuple[Array, ...]) -> None:
        """Set all local values."""
        for unknown, values in zip(self.unknowns, arrays, strict=True):
            unknown.x.array[:] = values
        self._changes += 1

    def state(self) -> dict[str, Array]:
        """The past and the internal states, complete on the first rank (collective)."""
        stores = self._stores()
        times = np.array(self.history.times)
        tables: dict[str, Array] = {"time": np.array(self.time), "times": times}
        for k, arrays in enumerate(self.history.states):
            for (name, store), array in zip(stores.items(), arrays, strict=True):
                table = store.gather(array)
                if table is not None:
                    tables[f"field/{k}/{name}"] = table
        return tables | stored_internals(self.internals)

    def restore(self, stored: Stored) -> None:
        """Take up what ``state`` gave; only that of the first rank counts (collective).

        Raises:
            InputError: On all ranks, if something lacks or belongs to another mesh.
        """
        stores = self._stores()
        times: list[float] = self.comm.bcast(np.asarray(stored.get("times", [])).tolist(), root=0)
        wanted = ["time", "times", *(f"field/{k}/{n}" for k in range(len(times)) for n in stores)]
        lacking = self.comm.bcast([name for name in wanted if name not in stored], root=0)
        if lacking:
            raise InputError(
                f"the checkpoint lacks {lacking[0]!r}, which this model needs; delete it to begin the run "
                "anew."
            )
        history = History()
        for k, time in reversed(list(enumerate(times))):
            tables = (store.scatter(stored.get(f"field/{k}/{name}")) for name, store in stores.items())
            history.push(time, tuple(tables))
        self.history = history
        self.time = float(self.comm.bcast(stored.get("time"), root=0))
        self.set_arrays(history.states[0])
        restore_internals(self.internals, self.comm.bcast(internals_of(stored), root=0))
        mechanics = self.coupling.mechanics
        if mechanics is not None and mechanics.bond is not None:
            mechanics.bond.settle()

    def _stores(self) -> dict[str, FieldStore]:
        return {u.name: FieldStore(u) for u in self.unknowns}

    def initialise(self) -> SolveReport:
        """Uniform rest state, then potentials that belong to it at zero current."""
        model, fields = self.problem.model, self.problem.fields
        for unknown, function in fields.by_unknown.items():
            function.x.array[:] = unknown.start(model)
        self._find_equilibrium()
        self.history = History()
        self.history.push(self.time, self.arrays())
        # What is stored does not move in so short a time, nor does the stress: only potentials are kept.
        attempt = self._attempt(self.numerics.smallest_step, 1, Uncoupled())
        if attempt.solved:
            start = self.history.states[0]
            for block in self._stored:
                fields.functions[block].x.array[:] = start[block]
            self.history = History()
            self.history.push(self.time, self.arrays())
        return attempt.report

    def _find_equilibrium(self) -> None:
        """Stress of a start at another stoichiometry than the stress-free one, before potentials see it."""
        mechanics = self.coupling.mechanics
        if mechanics is not None and mechanics.solve().converged:
            mechanics.update_remainder()
            mechanics.begin()

    def restart(self) -> None:
        """Forget the past before a discontinuity of the operation."""
        self.history.forget()
        self.newton.jacobian.forget()

    def attempt(self, step: float, order: int = 2) -> Attempt:
        """Try a step; after a failed solve all unknowns are what they were before."""
        return self._attempt(step, order, self.coupling)

    def _attempt(self, step: float, order: int, coupling: Coupling) -> Attempt:
        before = self.history.states[0]
        rule = formula(step, self.history.times, order)
        self._set_rates(rule)
        norms = [self._predict(step, rule.order)]
        report = coupling.solve(
            lambda: self.newton.solve(
                self.linear, wanted=self._wanted_residual(), norm=norms.pop() if norms else None
            )
        )
        self._changes += 1
        if not report.converged:
            self.set_arrays(before)
            return Attempt(False, {}, rule, report)
        moved = self._closing.close()
        return Attempt(True, self._errors(step, rule), rule, report, moved)

    def accept(self, step: float) -> None:
        """Make the attempted state the newest of the past, and let internal states evolve."""
        self.time += step
        self.history.push(self.time, self.arrays())
        # All of them evolve, whatever the first ones say.
        if any([internal.after_step(self.time, step) for internal in self.internals]):
            self.newton.jacobian.forget()

    def reject(self) -> None:
        """Return to the state before the attempt."""
        self.set_arrays(self.history.states[0])

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

    def _predict(self, step: float, order: int) -> float:
        """Extrapolate all unknowns; the norm of the residual that is left.

        Reactions grow exponentially with what an extrapolation misses, and an iteration of Newton's method
        takes a factor of e from that at best: where much is missed, that of the least residual is taken, of
        lower degree or none.
        """
        norms: dict[int, float] = {}
        for degree in range(min(order, len(self.history.times) - 1), -1, -1):
            norms[degree] = self._extrapolate(step, degree)
            if norms[degree] <= FAR:
                return norms[degree]
        best = min(norms, key=norms.__getitem__)
        return norms[0] if best == 0 else self._extrapolate(step, best)

    def _extrapolate(self, step: float, degree: int) -> float:
        self.set_arrays(self.history.predict(self.time + step, degree))
        self._limit_prediction(self.history.states[0])
        norm = self.newton.assemble_residual()
        return norm if np.isfinite(norm) else np.inf

    def _limit_prediction(self, before: tuple[Array, ...]) -> None:
        """Keep extrapolated values where the laws are defined, or as far outside as they were."""
        for (unknown, function), past in zip(self.problem.fields.by_unknown.items(), before, strict=False):
            if unknown.prediction is not None:
                low, high = unknown.prediction(self.problem.model)
                values = function.x.array
                np.clip(values, np.minimum(low, past), np.maximum(high, past), out=values)

    def _errors(self, step: float, rule: StepFormula) -> dict[int, float]:
        """Local errors over their tolerances by order, the largest of all unknowns that have one."""
        comparisons = self.history.comparisons(step, rule)
        judged = [
            (block, function, unknown.error_tolerance(self.numerics))
            for block, (unknown, function) in enumerate(self.problem.fields.by_unknown.items())
            if unknown.error_tolerance is not None
        ]
        sums = np.zeros((len(comparisons), len(judged), 2))
        for row, comparison in zip(sums, comparisons, strict=True):
            for entry, (block, function, _) in zip(row, judged, strict=True):
                owned = function.function_space.dofmap.index_map.size_local
                gap = (function.x.array - self.history.combine(comparison.weights, block))[:owned]
                entry[:] = gap @ gap, owned
        sums = np.asarray(self.comm.allreduce(sums))
        means = np.sqrt(sums[..., 0] / sums[..., 1]) / [tolerance for *_, tolerance in judged]
        return {c.order: c.share * float(row.max()) for c, row in zip(comparisons, means, strict=True)}


def current_scale(problem: Electrochemistry) -> float:
    """Reference norm of the residual: ``REFERENCE_CURRENT`` through the collector [A/m2 um2]."""
    return REFERENCE_CURRENT * problem.domains.cross_section / LENGTH**2
