"""The whole half cell: control, conservation, linear solvers, and what a failed step leaves behind."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
import ufl
from dolfinx import fem
from support import half_cells
from support.orders import assert_expected_order

from chemomech.geometry import HalfCellMesh
from chemomech.materials import FARADAY
from chemomech.solver.algebra.newton import NewtonOptions
from chemomech.solver.cell.closing import Closing
from chemomech.solver.cell.resolved import ResolvedCell
from chemomech.solver.physics.conduction import COLLECTOR_CONDUCTANCE
from chemomech.solver.stepping.budget import Charges, close

STEPS = [0.2, 0.4, 0.8, 1.5, 2.5, 4.0, 4.0]
"""Seven steps [s], so that backward Euler, its error estimate and BDF2 on uneven steps all take part."""
MICRO2 = 1.0e-12


def integral(cell: ResolvedCell, form: ufl.Form) -> float:
    return float(fem.assemble_scalar(fem.form(form, entity_maps=cell.problem.domains.entity_maps)))


def currents(cell: ResolvedCell) -> dict[str, float]:
    """Currents over the cross-section [A/m2], positive on charge."""
    problem, domains, fields = cell.problem, cell.problem.domains, cell.problem.fields
    area = domains.cross_section / MICRO2
    degree = problem.quadrature.interface
    collector = COLLECTOR_CONDUCTANCE * (fields.cell_voltage - fields.matrix_potential)
    contact = problem.contact.current_density(fields.particle_potential, fields.matrix_potential)
    return {
        "particles": integral(cell, problem.interface_current * domains.dS_interface(degree)) / area,
        "contact": -integral(cell, contact * domains.dS_interface(degree)) / area,
        "lithium": -integral(cell, problem.lithium_current * domains.ds(degree, domains.half_cell.LITHIUM))
        / area,
        "collector": integral(cell, collector * domains.ds(degree, domains.half_cell.COLLECTOR)) / area,
    }


def inventories(cell: ResolvedCell) -> tuple[float, float]:
    """Lithium in the particles and salt in the pores [mol]."""
    problem, domains, fields = cell.problem, cell.problem.domains, cell.problem.fields
    model, q = problem.model, problem.quadrature
    c_max = float(model.cathode.maximum_concentration)
    solid = integral(cell, c_max * fields.stoichiometry * domains.dx_particles(q.particles))
    salt = integral(
        cell,
        float(model.matrix.porosity) * fields.salt_concentration * domains.dx_matrix(q.pores)
        + float(model.separator.porosity) * fields.salt_concentration * domains.dx_separator(q.pores),
    )
    return solid * 1e-18, salt * 1e-18


@pytest.fixture(scope="module")
def charged(small_cell: HalfCellMesh) -> tuple[ResolvedCell, tuple[float, float]]:
    """Two-way coupled cell after STEPS at constant current, and the inventories it started from."""
    cell = half_cells.stepper(small_cell, half_cells.model())
    cell.problem.prescribe_current(half_cells.CURRENT)
    assert cell.initialise().converged
    start = inventories(cell)
    half_cells.take(cell, STEPS)
    return cell, start


@pytest.fixture
def fresh(small_cell: HalfCellMesh) -> ResolvedCell:
    cell = half_cells.stepper(small_cell, half_cells.model())
    cell.problem.prescribe_current(half_cells.CURRENT)
    assert cell.initialise().converged
    half_cells.take(cell, STEPS[:4])
    return cell


def test_prescribed_current_flows_through_every_interface(
    charged: tuple[ResolvedCell, tuple[float, float]],
) -> None:
    cell, _ = charged
    found = currents(cell)
    print(found)
    for name in ("particles", "contact", "lithium", "collector"):
        assert found[name] == pytest.approx(half_cells.CURRENT, rel=1e-9), name


def test_prescribed_voltage_is_held_and_its_current_is_conserved(fresh: ResolvedCell) -> None:
    cell = fresh
    voltage = cell.problem.voltage + 0.01
    cell.restart()
    cell.problem.prescribe_voltage(voltage)
    half_cells.take(cell, [0.1, 0.2])
    assert cell.problem.voltage == pytest.approx(voltage, abs=1e-10)
    found = currents(cell)
    print(found)
    # Ten millivolts more draw more current, the same through every interface.
    assert found["particles"] > 1.1 * half_cells.CURRENT
    for name in ("contact", "lithium", "collector"):
        assert found[name] == pytest.approx(found["particles"], rel=1e-9), name


def test_lithium_that_leaves_the_particles_is_the_charge_passed(
    charged: tuple[ResolvedCell, tuple[float, float]],
) -> None:
    cell, (solid, salt) = charged
    solid_now, salt_now = inventories(cell)
    passed = half_cells.CURRENT * cell.problem.domains.cross_section * sum(STEPS) / FARADAY
    print((solid - solid_now) / passed - 1.0, (salt_now - salt) / passed)
    assert solid - solid_now == pytest.approx(passed, rel=1e-8)
    # The pores take in as much lithium as the metal takes out: the salt in them stays.
    assert abs(salt_now - salt) < 1e-8 * passed


def test_budget_would_show_another_quadrature_on_one_side_of_the_interface(
    charged: tuple[ResolvedCell, tuple[float, float]],
) -> None:
    # The balances close because both sides carry the same interface integral; were it evaluated otherwise
    # on one side, the two currents would differ by much more than what the tests above let pass.
    cell, _ = charged
    problem, domains = cell.problem, cell.problem.domains
    fine = integral(cell, problem.interface_current * domains.dS_interface(4))
    coarse = integral(cell, problem.interface_current * domains.dS_interface(2))
    assert abs(coarse / fine - 1.0) > 1e-7


NAMES = ("x", "salt", "phi_p", "phi_m", "phi_e", "V", "u", "s")
SCALES = (1e-3, 1e-2, 1e-2, 1e-2, 1e-2, 1e-2, 1e-2, 1e-1)
"""Change of each unknown in the run [-, M, V, um, GPa]; differences are counted in these."""


def test_field_split_and_monolithic_factorisation_agree(
    small_cell: HalfCellMesh, charged: tuple[ResolvedCell, tuple[float, float]]
) -> None:
    reference, _ = charged
    cell = half_cells.stepper(small_cell, half_cells.model(), direct=False)
    cell.problem.prescribe_current(half_cells.CURRENT)
    assert cell.initialise().converged
    half_cells.take(cell, STEPS)
    assert cell.time == reference.time
    # Both stop at a residual of 5e-10: eight digits of the change are the same, not all.
    for name, scale, found, wanted in zip(NAMES, SCALES, cell.arrays(), reference.arrays(), strict=True):
        difference = float(np.max(np.abs(found - wanted))) / scale
        print(name, difference)
        assert difference < 1e-6, name


def assert_untouched(cell: ResolvedCell, state: tuple[np.ndarray, ...], times: list[float]) -> None:
    for name, now, before in zip(NAMES, cell.arrays(), state, strict=True):
        assert np.array_equal(now, before), name
    assert cell.history.times == times
    assert cell.time == times[0]


def test_failed_step_restores_every_unknown(fresh: ResolvedCell) -> None:
    cell = fresh
    good = cell.newton.options
    state, times = cell.arrays(), list(cell.history.times)

    def attempt_too_short() -> None:
        cell.newton.options = dataclasses.replace(good, max_iterations=1)
        attempt = cell.attempt(4.0)
        assert not attempt.solved
        assert "allowed iterations" in attempt.report.failure
        cell.newton.options = good

    # Newton gives up after one iteration.
    attempt_too_short()
    assert_untouched(cell, state, times)
    # The staggered passes give up after electrochemistry and mechanics have both moved.
    coupling = cell.coupling
    cell.coupling = dataclasses.replace(coupling, max_passes=1, tolerance=0.0)  # type: ignore[type-var]
    attempt = cell.attempt(4.0)
    assert not attempt.solved
    assert "stress still changed" in attempt.report.failure
    cell.coupling = coupling
    assert_untouched(cell, state, times)
    # And without the restoration there would be something to see.
    solved = cell.attempt(2.5)
    assert solved.solved
    moved = [float(np.max(np.abs(now - before))) for now, before in zip(cell.arrays(), state, strict=True)]
    assert min(moved) > 0.0
    cell.reject()
    assert_untouched(cell, state, times)


def test_step_after_failures_is_the_step_without_them(
    fresh: ResolvedCell, charged: tuple[ResolvedCell, tuple[float, float]]
) -> None:
    # The lagged stiffness and preconditioners may differ, the solution may not.
    cell, (reference, _) = fresh, charged
    good = cell.newton.options
    cell.newton.options = NewtonOptions(good.absolute_tolerance, 1, good.increment_limits)
    assert not cell.attempt(4.0).solved
    cell.newton.options = good
    half_cells.take(cell, STEPS[4:])
    for name, scale, found, wanted in zip(NAMES, SCALES, cell.arrays(), reference.arrays(), strict=True):
        difference = float(np.max(np.abs(found - wanted))) / scale
        assert difference < 1e-6, (name, difference)


def test_charging_converges_with_second_order_in_time(small_cell: HalfCellMesh) -> None:
    # No closed form for the whole cell: each run is compared with the one of half its step, whose difference
    # falls as the error does. It is counted in what the current makes of each: the overvoltage, the spread.
    end, counts = 16.0, (8, 16, 32, 64)
    voltages, spreads = [], []
    for count in counts:
        cell = half_cells.stepper(small_cell, half_cells.model(), "off")
        cell.problem.prescribe_current(half_cells.CURRENT)
        assert cell.initialise().converged
        half_cells.take(cell, [end / count] * count)
        voltages.append(cell.problem.voltage)
        salt = cell.problem.fields.salt.x.array
        spreads.append(float(np.max(salt) - np.min(salt)))
    steps = [end / count for count in counts[:-1]]
    overvoltage = abs(voltages[-1] - cell.problem.reference_potential)
    tolerance = cell.newton.options.absolute_tolerance
    assert_expected_order(
        "voltage of the cell, time", steps, np.abs(np.diff(voltages)).tolist(), 2.0,
        magnitude=overvoltage, tolerance=tolerance,
    )  # fmt: skip
    # The salt settles within the first second, so that after the longest steps it still remembers the first.
    assert_expected_order(
        "spread of the salt, time", steps[1:], np.abs(np.diff(spreads[1:])).tolist(), 2.0,
        magnitude=spreads[-1], tolerance=tolerance,
    )  # fmt: skip


LOOSE = 1.0e-3
"""Tolerance of Newton's method at which balances are open by far more than what the tests let pass."""


def drift(cell: ResolvedCell, steps: list[float]) -> tuple[float, float, float]:
    """Take steps; errors of the lithium and the charge budget and the lithium moved, over the charge."""
    start, charges, moved = cell.inventory(), [Charges()], 0.0
    for step in steps:
        attempt = cell.attempt(step)
        assert attempt.solved, attempt.report
        charges = [charges[0].advanced(attempt.formula, charges, cell.currents()), *charges]
        cell.accept(step)
        moved += attempt.moved
    passed = abs(charges[0].collector)
    budget = close(start, cell.inventory(), charges[0], passed)
    return budget.lithium_relative_error, budget.charge_relative_error, moved / passed


@pytest.mark.parametrize("held", ["current", "voltage"])
def test_balances_close_however_loosely_the_step_is_solved(
    small_cell: HalfCellMesh, held: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def begun() -> ResolvedCell:
        cell = half_cells.stepper(small_cell, half_cells.model(), "off", newton_tolerance=LOOSE)
        cell.problem.prescribe_current(half_cells.CURRENT)
        assert cell.initialise().converged
        half_cells.take(cell, STEPS[:4])
        cell.restart()
        if held == "voltage":
            cell.problem.prescribe_voltage(cell.problem.voltage + 0.01)
        else:
            cell.problem.prescribe_current(1.5 * half_cells.CURRENT)
        return cell

    cell = begun()
    lithium, charge, moved = drift(cell, STEPS[:4])
    print(held, lithium, charge, moved)
    assert max(lithium, charge) < 1e-9
    if held == "current":
        assert cell.currents().collector == pytest.approx(1.5 * half_cells.CURRENT, rel=1e-9)
    monkeypatch.setattr(Closing, "close", lambda closing: 0.0)
    lithium, charge, _ = drift(begun(), STEPS[:4])
    print("open", lithium, charge)
    assert min(lithium, charge) > 1e-8
    # Where the current is held the metal takes all that is open, else the particles do.
    assert (moved > 1e-8) == (held == "voltage")
