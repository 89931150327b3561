"""How electrochemistry and mechanics are solved together in a step: off, one-way, two-way.

A new strategy is one more class with ``Coupling``'s methods and an entry in ``COUPLINGS``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

from dolfinx import fem

from chemomech.errors import InputError, unknown_name
from chemomech.solver.algebra.newton import NewtonReport
from chemomech.solver.cell.interface_mechanics import OPTIONS as DEBONDING_OPTIONS
from chemomech.solver.cell.interface_mechanics import DebondingMechanics
from chemomech.solver.cell.mechanics import Mechanics, MechanicsOptions
from chemomech.solver.cell.model import HalfCellModel
from chemomech.solver.cell.numerics import CouplingName
from chemomech.solver.cell.regions import Domains
from chemomech.solver.cell.solid_mechanics import SolidMechanics
from chemomech.solver.physics.cohesive import CohesiveLaw
from chemomech.solver.physics.stress_feedback import NoStressFeedback, StressFeedback, TwoWayStressFeedback
from chemomech.solver.stepping.cell import SolveReport

SHARE = 0.02
"""Of the tolerance of the coupling: stress that may stay out of balance in the mechanics."""

ElectrochemicalSolve = Callable[[], NewtonReport]
"""Solves the electrochemistry at the new time with the present stress, from the current unknowns."""


class Coupling(Protocol):
    """Strategy of a coupled solve."""

    @property
    def name(self) -> str:
        """Name a user gives it."""

    @property
    def feedback(self) -> StressFeedback:
        """How stress acts on diffusion and reaction."""

    @property
    def mechanics(self) -> SolidMechanics | None:
        """The mechanical problem, or None."""

    def solve(self, electrochemistry: ElectrochemicalSolve) -> SolveReport:
        """Solve all physics at the new time, from predicted values."""


def _report(
    newton: NewtonReport,
    elastic: int = 0,
    passes: int = 1,
    failure: str = "",
    earlier: SolveReport | None = None,
) -> SolveReport:
    failure = failure or ("" if newton.converged else f"electrochemistry: {newton.outcome.value}")
    newton_iterations, linear = newton.iterations, newton.linear_iterations
    if earlier is not None:
        newton_iterations += earlier.newton_iterations
        linear += earlier.linear_iterations
        elastic += earlier.elastic_iterations
    return SolveReport(not failure, failure, newton_iterations, linear, elastic, passes)


@dataclass(frozen=True)
class Uncoupled:
    """Electrochemistry alone."""

    name: str = "off"
    feedback: StressFeedback = NoStressFeedback()  # noqa: RUF009
    mechanics: SolidMechanics | None = None

    def solve(self, electrochemistry: ElectrochemicalSolve) -> SolveReport:
        """See ``Coupling``."""
        return _report(electrochemistry())


@dataclass(frozen=True)
class OneWay:
    """Lithium strains the lattice; stress does not act back."""

    mechanics: SolidMechanics
    feedback: StressFeedback = NoStressFeedback()  # noqa: RUF009
    name: str = "one-way"

    def solve(self, electrochemistry: ElectrochemicalSolve) -> SolveReport:
        """See ``Coupling``."""
        newton = electrochemistry()
        if not newton.converged:
            return _report(newton)
        elastic = self.mechanics.solve()
        failure = "" if elastic.converged else "mechanics: the displacement solve did not converge"
        self.mechanics.update_remainder()
        return _report(newton, elastic.linear_iterations, 1, failure)


@dataclass(frozen=True)
class TwoWay:
    """Stress acts back on diffusion and reaction; staggered passes until the remainder stands still.

    Attributes:
        mechanics: The mechanical problem.
        feedback: Feedback through the mechanical problem's remainder.
        tolerance: Largest change of the remainder in the last pass [Pa].
        max_passes: Passes before the step counts as failed.
    """

    mechanics: SolidMechanics
    feedback: StressFeedback
    tolerance: float = 1.0e6
    max_passes: int = 8
    name: str = "two-way"

    def solve(self, electrochemistry: ElectrochemicalSolve) -> SolveReport:
        """See ``Coupling``."""
        report: SolveReport | None = None
        for passes in range(1, self.max_passes + 1):
            newton = electrochemistry()
            if not newton.converged:
                return _report(newton, 0, passes, earlier=report)
            elastic = self.mechanics.solve()
            if not elastic.converged:
                failure = "mechanics: the displacement solve did not converge"
                return _report(newton, elastic.linear_iterations, passes, failure, report)
            change = self.mechanics.update_remainder()
            report = _report(newton, elastic.linear_iterations, passes, earlier=report)
            if change <= self.tolerance:
                return report
        assert report is not None
        failure = (
            f"coupling: the stress still changed by {change / 1e6:.2g} MPa after {self.max_passes} passes"
        )
        return SolveReport(
            False, failure, report.newton_iterations, report.linear_iterations,
            report.elastic_iterations, self.max_passes,
        )  # fmt: skip


def _off(mechanics: Callable[[], SolidMechanics], model: HalfCellModel, tolerance: float) -> Coupling:
    return Uncoupled()


def _one_way(mechanics: Callable[[], SolidMechanics], model: HalfCellModel, tolerance: float) -> Coupling:
    return OneWay(mechanics())


def _two_way(mechanics: Callable[[], SolidMechanics], model: HalfCellModel, tolerance: float) -> Coupling:
    solid = mechanics()
    reference = float(model.cathode.stress_free_stoichiometry)
    feedback = TwoWayStressFeedback(model.cathode, reference, solid.remainder)
    return TwoWay(solid, feedback, tolerance)


COUPLINGS: dict[CouplingName, Callable[[Callable[[], SolidMechanics], HalfCellModel, float], Coupling]] = {
    "off": _off,
    "one-way": _one_way,
    "two-way": _two_way,
}


def make_coupling(
    name: str,
    model: HalfCellModel,
    domains: Domains,
    x: fem.Function,
    degree: int = 2,
    tolerance: float = 1.0e6,
    bond: CohesiveLaw | None = None,
    stiffness_factor: fem.Function | None = None,
    force_tolerance: float = MechanicsOptions.relative_tolerance,
) -> Coupling:
    """Create a coupling strategy by name.

    Args:
        name: ``off``, ``one-way`` or ``two-way``.
        model: Materials and boundary loads.
        domains: Subdomains.
        x: Stoichiometry.
        degree: Polynomial degree of the displacement.
        tolerance: Change of stress in the last staggered pass of two-way coupling [Pa].
        bond: Between particles and matrix; it holds for good if None.
        stiffness_factor: Young's modulus of the particles over that of the material [-]; 1 if None.
        force_tolerance: Bound on the forces that are left, relative to the load of the chemical strain.

    Raises:
        InputError: If the name is unknown, or if a bond is to break without mechanics.
    """
    if name not in COUPLINGS:
        raise unknown_name("coupling", name, COUPLINGS)
    if name == "off" and bond is not None:
        raise InputError(
            "a bond between particles and matrix breaks under stress, and mechanics.coupling = 'off' has "
            "none; choose one-way or two-way, or leave damage.interface out."
        )

    def mechanics() -> SolidMechanics:
        if bond is None:
            options = MechanicsOptions(force_tolerance, stress=SHARE * tolerance)
            return Mechanics(model, domains, x, degree, options, stiffness_factor)
        options = replace(DEBONDING_OPTIONS, relative_tolerance=force_tolerance, stress=SHARE * tolerance)
        return DebondingMechanics(model, domains, x, bond, degree, options, stiffness_factor)

    return COUPLINGS[name](mechanics, model, tolerance)
