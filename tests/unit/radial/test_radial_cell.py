"""The radial cell under the loop: budgets, orders, limits, and what damage may change in it."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest
from support.orders import assert_expected_order
from support.radial_cells import driven, marched, prepared

from chemomech.errors import InputError
from chemomech.experiments.models.radial.build import build_cell
from chemomech.experiments.models.radial.cell import RadialCell
from chemomech.solver.stepping.operation import StopReason

CURRENT = 60.0


def fine(**changes: Any) -> RadialCell:
    """A cell whose Newton iterations leave next to nothing."""
    tight = {"numerics.time_tolerance": 1e-9, "numerics.voltage_tolerance": "1e-9 V"}
    return build_cell(prepared(**{**tight, **changes}))


# --- balances -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("coupling", ["off", "one-way", "two-way"])
def test_a_cycle_ends_at_its_voltages_and_closes_its_budgets(coupling: str) -> None:
    given = prepared(
        ["Charge at 5C until 4.5 V", "Discharge at 5C until 2.5 V"], **{"mechanics.coupling": coupling}
    )
    cell, stop, log = driven(given)
    assert stop.reason is StopReason.CUTOFF_VOLTAGE
    assert log.seen[-1].voltage == pytest.approx(2.5, abs=4e-3)
    assert max(state.voltage for state in log.seen) == pytest.approx(4.5, abs=4e-3)
    assert max(state.budget.lithium_relative_error for state in log.seen[1:]) < 1e-9
    assert max(state.budget.charge_relative_error for state in log.seen[1:]) < 1e-11
    lowest, highest = np.min(log.surfaces), np.max(log.surfaces)
    assert 0.2 < lowest < 0.5 < highest < 1.0


def test_what_particles_lose_is_what_flowed() -> None:
    cell = marched(fine(), CURRENT, 2.0, 6)
    lost = 0.93 - cell.spheres.mean(cell.x)
    capacity = 96485.33212 * float(cell.model.cathode.maximum_concentration)
    charge = capacity * float(cell.particles.volume @ lost) / cell.particles.section
    assert charge == pytest.approx(CURRENT * 12.0, rel=1e-9)
    share = cell.particles.area / cell.particles.section
    assert cell.current @ share == pytest.approx(CURRENT, rel=1e-9)


def test_stress_changes_the_course_only_where_it_acts_back() -> None:
    off, one, two = (
        driven(prepared(["Charge at 5C for 200 s"], **{"mechanics.coupling": coupling}))[2]
        for coupling in ("off", "one-way", "two-way")
    )
    assert [s.voltage for s in off.seen] == [s.voltage for s in one.seen]
    assert abs(two.seen[-1].voltage - one.seen[-1].voltage) > 1e-5


# --- orders ---------------------------------------------------------------------------------------------


def surface(cell: RadialCell) -> np.ndarray:
    return cell.x[-1].copy()


def test_second_order_in_time() -> None:
    def at(count: int) -> np.ndarray:
        return surface(marched(fine(**{"mechanics.coupling": "off"}), CURRENT, 40.0 / count, count))

    reference, counts = at(256), [8, 16, 32]
    errors = [float(np.abs(at(count) - reference).max()) for count in counts]
    assert_expected_order("surface x", [40.0 / n for n in counts], errors, 2.0, magnitude=0.9)


def test_second_order_along_the_radius() -> None:
    def at(intervals: int) -> np.ndarray:
        cell = fine(**{"radial.intervals": intervals, "mechanics.coupling": "two-way"})
        return surface(marched(cell, CURRENT, 4.0, 5))

    reference, sizes = at(256), [16, 32, 64]
    errors = [float(np.abs(at(n) - reference).max()) for n in sizes]
    assert_expected_order("surface x", [1.0 / n for n in sizes], errors, 2.0, magnitude=0.9, slack=0.35)


def test_second_order_in_depth() -> None:
    def at(elements: int) -> np.ndarray:
        cell = fine(
            **{
                "radial.electrode_elements": elements,
                "radial.separator_elements": elements,
                "radial.hindrance": 0.5,
                "mechanics.coupling": "off",
                "geometry.layout": {
                    "box": ["30 um", "30 um", "60 um"], "particles": 3, "volume_fraction": 0.05, "seed": 2,
                },
                "mass_loading": "1.4 mg/cm2",
            }
        )  # fmt: skip
        return np.array([marched(cell, CURRENT, 1.0, 5).voltage])

    reference, sizes = at(128), [8, 16, 32]
    errors = [float(np.abs(at(n) - reference).max()) for n in sizes]
    assert_expected_order("voltage", [1.0 / n for n in sizes], errors, 2.0, magnitude=4.0)


# --- what damage may change -----------------------------------------------------------------------------


def test_a_particle_without_contact_keeps_its_lithium_while_the_others_carry_the_current() -> None:
    cell = build_cell(prepared())
    cell.contact_conductance[2] = 0.0
    marched(cell, CURRENT, 2.0, 10)
    assert np.abs(cell.x[:, 2] - 0.93).max() < 1e-12
    assert cell.current[2] == 0.0
    share = cell.particles.area / cell.particles.section
    assert cell.current @ share == pytest.approx(CURRENT, rel=1e-8)
    assert np.all(cell.spheres.mean(cell.x)[[0, 1, 3, 4]] < 0.93)


def test_a_particle_with_more_reacting_area_is_exactly_a_smaller_one() -> None:
    """I0 -> A i0 and D -> A^2 D give the lithium of a sphere of radius R/A and the same volume."""
    given = prepared(**{"mechanics.coupling": "off"})
    cracked, small = build_cell(given), build_cell(given)
    area = 1.7
    cracked.wetted_factor[:] = area
    cracked.diffusivity_factor[:] = area**2
    cracked.contact_conductance[:] *= area
    small = RadialCell(
        small.model, dataclasses.replace(small.particles, radius=small.particles.radius / area), small.grid,
        small.ladder, "off", small.numerics,
    )  # fmt: skip
    one, other = (marched(cell, CURRENT, 2.0, 8) for cell in (cracked, small))
    assert one.x == pytest.approx(other.x, abs=1e-9)
    assert one.current == pytest.approx(area * other.current, rel=1e-6)
    assert one.voltage == pytest.approx(other.voltage, abs=1e-8)
    assert abs(marched(build_cell(given), CURRENT, 2.0, 8).voltage - one.voltage) > 1e-3


def test_a_poor_contact_costs_its_resistance_times_the_current() -> None:
    layout = {"box": ["8 um", "8 um", "8 um"], "particles": 1, "mean_volume_radius": "3 um"}
    given = prepared(**{"geometry.layout": layout, "mechanics.coupling": "off", "mass_loading": "1 mg/cm2"})
    good, poor = build_cell(given), build_cell(given)
    good.contact_conductance[:], poor.contact_conductance[:] = 1e9, 400.0
    one, other = (marched(cell, 10.0, 1.0, 3) for cell in (good, poor))
    assert other.voltage - one.voltage == pytest.approx(other.current[0] / 400.0, rel=1e-6)


# --- the protocol of a cell -----------------------------------------------------------------------------


def test_a_state_that_is_restored_goes_on_as_if_nothing_had_been() -> None:
    given = prepared()
    whole = marched(build_cell(given), CURRENT, 1.0, 8)
    first = marched(build_cell(given), CURRENT, 1.0, 4)
    second = build_cell(given)
    second.restore(first.state())
    second.prescribe_current(CURRENT)
    for _ in range(4):
        assert second.attempt(1.0).solved
        second.accept(1.0)
    assert second.time == whole.time
    assert np.array_equal(second.x, whole.x)
    assert np.array_equal(second.fields, whole.fields)


def test_the_state_of_another_layout_is_refused() -> None:
    layout = {"box": ["14 um", "14 um", "20 um"], "particles": 4, "volume_fraction": 0.3, "seed": 3}
    other = marched(build_cell(prepared(**{"geometry.layout": layout})), CURRENT, 1.0, 1).state()
    with pytest.raises(InputError, match="has another size .* of 'stoichiometry'"):
        build_cell(prepared()).restore(other)
    with pytest.raises(InputError, match="lacks 'fields'"):
        build_cell(prepared()).restore({k: v for k, v in other.items() if not k.endswith("fields")} | {
            k: v for k, v in marched(build_cell(prepared()), CURRENT, 1.0, 1).state().items()
            if not k.endswith("fields")
        })  # fmt: skip


def test_a_step_that_fails_or_is_rejected_leaves_no_trace() -> None:
    cell = marched(build_cell(prepared()), CURRENT, 1.0, 3)
    before = {name: np.array(values) for name, values in cell.state().items()}
    x, voltage = cell.x.copy(), cell.voltage
    assert cell.attempt(5.0).solved
    assert cell.voltage != voltage
    cell.reject()
    assert np.array_equal(cell.x, x)
    assert cell.voltage == voltage
    # So large a current empties the salt within the step.
    cell.prescribe_current(1.0e6)
    failed = cell.attempt(50.0)
    assert not failed.solved
    assert "electrochemistry" in failed.report.failure
    assert np.array_equal(cell.x, x)
    assert cell.voltage == voltage
    assert all(np.array_equal(before[name], values) for name, values in cell.state().items())


@pytest.mark.parametrize(
    ("sentences", "changes", "reason"),
    [
        (["Charge at C/20 until 4.3 V"], {}, StopReason.CUTOFF_VOLTAGE),
        (["Charge at 10C until 4.5 V"], {}, StopReason.CUTOFF_VOLTAGE),
        (["Discharge at 5C for 1 hour"], {}, StopReason.PARTICLE_SURFACE_FULL),
        (["Charge at 10C for 1 hour"], {}, StopReason.PARTICLE_SURFACE_DEPLETED),
        (["Hold at 3.9 V until C/2"], {}, StopReason.CUTOFF_CURRENT),
        (["Rest for 10 minutes"], {}, StopReason.END_OF_PROTOCOL),
        (["Charge at 1C until 20 mAh/g"], {}, StopReason.END_OF_PROTOCOL),
        (
            ["Charge at 30C until 5 V"],
            {"materials.overrides": {"electrolyte": {"initial_concentration": "100 mol/m3"}}},
            StopReason.ELECTROLYTE_DEPLETED,
        ),
    ],
)
def test_a_run_ends_with_a_named_reason_and_a_remedy(
    sentences: list[str], changes: dict[str, Any], reason: StopReason
) -> None:
    _, stop, log = driven(prepared(sentences, **changes))
    assert stop.reason is reason, stop
    assert stop.detail.endswith(".")
    assert len(log.seen) > 2


def test_hold_and_rest_follow_a_charge() -> None:
    given = prepared(
        [
            "Charge at 5C until 4.2 V",
            "Rest for 1 hour",
            "Hold at 4.25 V until C/20",
            "Discharge at 2C until 3.8 V",
        ]
    )
    cell, stop, log = driven(given)
    steps = [[s for s in log.seen if s.operating_step == k] for k in range(4)]
    assert steps[0][-1].voltage == pytest.approx(4.2, abs=1e-3)
    assert abs(steps[1][-1].currents.collector) < 1e-9
    assert all(s.voltage == pytest.approx(4.25, abs=1e-9) for s in steps[2])
    assert abs(steps[2][-1].currents.collector) == pytest.approx(given.nominal.one_c / 20.0, rel=2e-2)
    assert stop.reason is StopReason.CUTOFF_VOLTAGE
    # A rest brings all surfaces to one potential, and with it to one lithium content.
    ends = [[s.operating_step for s in log.seen].index(k) - 1 for k in (1, 2)]
    before, after = (float(np.ptp(log.surfaces[end])) for end in ends)
    assert after < 0.1 * before


class Wear:
    """Contact that wears with the charge that passes it; an internal state from outside."""

    name = "wear"

    def __init__(self, cell: RadialCell) -> None:
        self._cell, self._whole = cell, cell.contact_conductance.copy()
        self.damage = np.zeros(len(cell.particles))

    def after_step(self, time: float, step: float) -> bool:
        self.damage = np.minimum(self.damage + 1e-3 * np.abs(self._cell.current) * step, 1.0 - 1e-5)
        self._act()
        return True

    def readings(self) -> dict[str, Any]:
        return {}

    def state(self) -> dict[str, np.ndarray]:
        return {"damage": self.damage}

    def restore(self, stored: Any) -> None:
        self.damage = np.array(stored["damage"])
        self._act()

    def _act(self) -> None:
        self._cell.contact_conductance[:] = self._whole * (1.0 - self.damage)


def worn(given: Any) -> RadialCell:
    from chemomech.experiments.models.radial.build import build_cell as build

    return build(given, internals=(Wear,))


def test_a_state_that_evolves_acts_on_the_cell_and_survives_a_restart() -> None:
    given = prepared(**{"materials.overrides": {"matrix": {"contact_conductance": "100 S/m2"}}})
    whole, first = marched(worn(given), CURRENT, 1.0, 8), marched(worn(given), CURRENT, 1.0, 4)
    assert whole.voltage > marched(build_cell(given), CURRENT, 1.0, 8).voltage + 1e-4
    (wear,) = whole.internals
    assert np.all(wear.state()["damage"] > 1e-3)
    second = worn(given)
    second.restore(first.state())
    second.prescribe_current(CURRENT)
    assert second.attempt(1.0).solved
    second.reject()
    for _ in range(4):
        assert second.attempt(1.0).solved
        second.accept(1.0)
    assert np.array_equal(second.internals[0].state()["damage"], wear.state()["damage"])
    assert second.voltage == whole.voltage
