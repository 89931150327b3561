"""Cycles that are left out: the rule against closed forms, and runs against every cycle resolved."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from support.radial_cells import PACKED

import chemomech
from chemomech.errors import InputError
from chemomech.experiments.case.sentences import parse_protocol, repetitions_of
from chemomech.experiments.models.radial import model as radial_model
from chemomech.experiments.report.step_tables import closing_lines, jump_line
from chemomech.solver.results import Result
from chemomech.solver.stepping.jump_control import JumpControl, JumpRule
from chemomech.solver.stepping.jumps import Repetition
from chemomech.solver.stepping.loop import Simulation

Array = npt.NDArray[np.float64]

# --- the rule -------------------------------------------------------------------------------------------


def after(rule: JumpRule, distance: int, missed: Any, cycle: int = 30) -> JumpControl:
    """Control after a cycle that ended so far from where it was foreseen to end, so many cycles before."""
    found = JumpControl(rule)
    found.foresee(distance, {"y": np.zeros(np.size(missed))})
    found.note(cycle, {"y": np.atleast_1d(missed)})
    return found


def test_the_length_is_the_largest_whose_error_is_half_the_tolerance() -> None:
    # 1e-4 a cycle: 1e-4 (1 + ... + 6) = 2.1e-3 and 2.8e-3 with seven.
    assert after(JumpRule(0.005), 4, 4e-4).length() == 6
    assert after(JumpRule(0.005), 4, -4e-4).length() == 6
    assert after(JumpRule(0.01), 8, 8e-4).length() == 9
    # The worst point counts.
    assert after(JumpRule(0.005), 4, [1e-6, 4e-4, 0.0]).length() == 6
    # No further than twice as far as the rate was seen, and than the longest.
    assert after(JumpRule(0.005), 1, 1e-4).length() == 2
    assert after(JumpRule(0.005), 2, 0.0).length() == 4
    assert after(JumpRule(0.005, longest=5), 8, 8e-5).length() == 5
    assert after(JumpRule(0.005), 4, 0.02).length() == 0


def test_cycles_at_the_start_settle_and_what_nothing_was_foreseen_for_waits() -> None:
    assert [after(JumpRule(settle=3), 1, 0.0, cycle).length() for cycle in range(1, 6)] == [0, 0, 0, 2, 2]
    assert after(JumpRule(), 4, [0.0, np.nan]).length() == 0
    unknown = JumpControl(JumpRule())
    unknown.foresee(1, None)
    unknown.note(9, {"y": np.ones(2)})
    assert unknown.length() == 0
    assert not unknown.off()


def test_the_error_of_a_jump_is_that_of_a_drive_that_drifts() -> None:
    """Growth s + k n in cycle n: leaving out J after cycle n at the growth of n loses k J (J + 1)/2."""
    k, jump, n = 3e-5, 7, 11
    lost = sum(k * i for i in range(1, jump + 1))
    found = JumpControl(JumpRule(0.005))
    found.foresee(jump + 1, {"y": np.array([0.4 + (jump + 1) * (0.01 + k * n)])})
    after_jump = 0.4 + jump * (0.01 + k * n)
    found.note(n + jump + 1, {"y": np.array([after_jump + 0.01 + k * (n + jump + 1)])})
    assert found.error() == pytest.approx(lost)
    assert not found.off()
    assert not found.errors
    found.keep()
    found.keep()
    assert found.errors["y"] == pytest.approx([2.0 * lost])
    # A jump that has cost more than the tolerance is off.
    found = after(JumpRule(0.005), 8, 8.0 * k)
    assert found.error() == pytest.approx(k * 28)
    assert after(JumpRule(0.0008), 8, 8.0 * k).off()
    assert not after(JumpRule(0.0009), 8, 8.0 * k).off()


def test_of_a_largest_value_so_far_a_jump_loses_what_it_grows_and_the_next_cycle_makes_up_for_it() -> None:
    found = JumpControl(JumpRule(0.005))
    found.foresee(8, {"gap_so_far": np.zeros(1), "y": np.zeros(1)})
    found.note(30, {"gap_so_far": np.array([4e-3]), "y": np.array([4e-5])})
    # 5e-4 a cycle: five cycles lose half the tolerance, not two.
    assert found.length() == 5
    assert found.error() == pytest.approx(7 * 5e-4)
    found.keep()
    found.keep()
    assert found.errors["gap_so_far"] == pytest.approx([7 * 5e-4])
    assert found.errors["y"] == pytest.approx([2 * 5e-6 * 28])


def test_what_is_stored_of_the_control_restores_it() -> None:
    found = after(JumpRule(0.005), 4, [4e-4, 1e-4])
    found.keep()
    found.foresee(3, {"y": np.array([0.1, np.nan])})
    other = JumpControl(JumpRule(0.005))
    other.restore(found.stored())
    assert (other.length(), other.error()) == (found.length(), found.error())
    for one in (found, other):
        one.note(40, {"y": np.array([0.2, 0.2])})
    assert (other.length(), other.error()) == (found.length(), found.error())
    assert np.array_equal(other.errors["y"], found.errors["y"])


@pytest.mark.parametrize(("tolerance", "most"), [(0.002, 24), (0.01, 14)])
def test_growth_with_saturation_under_a_drive_that_drifts_is_followed(tolerance: float, most: int) -> None:
    """Logistic growth in closed form, at rates that fall by up to half.

    Until half of it has grown, growth itself enlarges errors that arose before: up to 1.8 times their sum.
    """
    rates, share = np.array([0.03, 0.08, 0.12]), np.array([0.06, 0.04, 0.08])

    def one_cycle(before: Array, newest: int) -> Array:
        drive = rates * (0.5 + 0.5 * np.exp(-newest / np.array([15.0, 30.0, 60.0])))
        return np.asarray(1.0 / (1.0 + (1.0 / before - 1.0) * np.exp(-drive)))

    exact = share
    for cycle in range(1, 51):
        exact = one_cycle(exact, cycle)
    found, cycle, count = JumpControl(JumpRule(tolerance)), 0, 0
    found.note(0, {"y": share})
    while cycle < 50:
        jump, newest = min(found.length(), 50 - cycle - 1), cycle
        for _ in range(jump):
            share = one_cycle(share, newest)
        found.foresee(jump + 1, {"y": one_cycle(share, newest)})
        cycle, count = cycle + jump + 1, count + 1
        share = one_cycle(share, cycle)
        found.note(cycle, {"y": share})
        assert not found.off()
        found.keep()
    met = np.abs(share - exact)
    assert np.all(met <= 2.0 * found.errors["y"])
    assert np.all(met < 5.0 * tolerance)
    assert met.max() > 0.1 * tolerance
    assert count <= most


# --- protocols ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "entry",
    [
        "(Charge at 1C until 4.3 V; Discharge at 1C until 3.0 V) x 3",
        "(Charge at 1C until 4.3 V, Discharge at 1C until 3.0 V) * 3",
        "(Charge at 1C until 4.3 V; Discharge at 1C until 3.0 V) 3 times",
        "(Charge at 1C until 4.3 V; Discharge at 1C until 3.0 V) repeated 3 times.",
        "3 times (Charge at 1C until 4.3 V; Discharge at 1C until 3.0 V)",
        "Repeat 3 times: (Charge at 1C until 4.3 V; Discharge at 1C until 3.0 V)",
        '("Charge at 1C until 4.3 V", "Discharge at 1C until 3.0 V") * 3',
        "3 x (Charge at 1C until 4.3 V; Discharge at 1C until 3.0 V)",
    ],
)
def test_a_repetition_may_be_said_in_several_ways(entry: str) -> None:
    assert len(parse_protocol([entry])) == 6
    assert repetitions_of(["Rest for 1 s", entry, "Rest for 1 s"]) == (Repetition(1, 2, 3),)


def test_cycles_end_where_their_last_step_does() -> None:
    repetition = Repetition(1, 2, 3)
    assert [repetition.cycle_ended(index) for index in range(9)] == [
        None, 0, None, 1, None, 2, None, 3, None,
    ]  # fmt: skip


# --- runs -----------------------------------------------------------------------------------------------

SHORT = "(Charge at 1C until 4.2 V; Discharge at 1C until 3.7 V) x 14"
LOOSE = {
    "numerics.time_tolerance": 1e-2, "numerics.initial_step": "4 s", "numerics.voltage_tolerance": "5 mV",
    "mechanics.coupling": "one-way",
}  # fmt: skip
GRIDS = {"radial.intervals": 8, "radial.electrode_elements": 5, "radial.separator_elements": 3}
CRACKS = {
    "damage.surface_cracks.unstable": False, "damage.surface_cracks.growth": 0.002,
    "damage.surface_cracks.cracks": 1.0,
    "damage.surface_cracks.exponent": 0.7,
    "damage.interface.strength": "0.2 MPa",
}  # fmt: skip


def case(jump: bool, **changes: Any) -> chemomech.Case:
    base = {
        "geometry.layout": PACKED,
        "protocol": [SHORT],
        "mass_loading": "5 mg/cm2",
        "model": "radial",
        "initial_stoichiometry": 0.8,
    }
    jumped = {"cycling.jump": jump, "cycling.at_cycles": [8], "cycling.tolerance": 0.005}
    return chemomech.Case.from_toml("fast-charge-5C").with_overrides(
        {**base, **GRIDS, **CRACKS, **jumped, **LOOSE, **changes}
    )


def run(folder: Path, jump: bool, resume: bool = False, **changes: Any) -> Result:
    return chemomech.run(
        case(jump, **changes), out=folder, resume=resume, progress=False, report=False, model="radial"
    )


@pytest.fixture(scope="module")
def jumped(tmp_path_factory: pytest.TempPathFactory) -> Result:
    return run(tmp_path_factory.mktemp("jumped") / "r", True)


@pytest.fixture(scope="module")
def shortened(tmp_path_factory: pytest.TempPathFactory) -> Result:
    with pytest.MonkeyPatch.context() as patch:
        gone_too_far(patch)
        return run(tmp_path_factory.mktemp("shortened") / "r", True)


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Result:
    return run(tmp_path_factory.mktemp("full") / "r", False)


def test_a_run_with_jumps_ends_in_the_damage_of_every_cycle_resolved(jumped: Result, full: Result) -> None:
    for name in ("surface_crack_depth", "intact_interface"):
        found, exact = jumped.dataset[name].values[-1], full.dataset[name].values[-1]
        assert found == pytest.approx(exact, rel=2e-3), name
    depth = full.dataset["surface_crack_depth"].values
    assert np.all(depth[-1] > 2.0 * depth[0])
    # What the run says of its errors is of the order of what they are.
    met = np.abs(jumped.dataset["surface_crack_depth"].values[-1] - depth[-1]).max() / 0.5
    said = jumped.summary["cycling"]["errors"]["damage/surface_crack_depth"]
    assert 1e-6 < said < 5e-3
    assert met < 5.0 * said + 1e-4
    assert sum(jump["error"] for jump in jumped.summary["cycling"]["jumps"]) >= said
    cost = [result.summary["cost"]["accepted_steps"] for result in (jumped, full)]
    assert cost[0] < 0.5 * cost[1]
    assert jumped.summary["budget"]["lithium_relative_error"] < 1e-9
    assert jumped.summary["budget"]["charge_relative_error"] < 1e-9


def test_cycles_keep_their_numbers_and_those_asked_for_are_there(jumped: Result, full: Result) -> None:
    cycles = {row["number"]: row for row in jumped.summary["cycles"]}
    assert {1, 2, 3, 8, 14} <= set(cycles)
    cycling = jumped.summary["cycling"]
    assert len(cycles) == 14 - cycling["skipped"] < 8
    left_out = {jump["after"] + k for jump in cycling["jumps"] for k in range(1, jump["cycles"] + 1)}
    assert left_out | set(cycles) == set(range(1, 15))
    for number, row in cycles.items():
        assert row["steps"] == [2 * number - 1, 2 * number]
        assert row["discharge_capacity_mAh_g"] == pytest.approx(
            full.summary["cycles"][number - 1]["discharge_capacity_mAh_g"],
            rel=2e-3,
        )
    data = jumped.dataset
    assert set(np.unique(data["cycle_number"].values)) == set(cycles)
    assert data["step_number"].values[-1] == 28
    assert np.all(np.diff(data["time"].values) >= 0.0)
    assert jumped.summary["stop_reason"] == "cutoff-voltage"
    assert any(line.startswith(f"cycles: {len(cycles)} of 14") for line in closing_lines(jumped.summary))


def test_without_jumps_the_section_changes_nothing(tmp_path: Path) -> None:
    few = {"protocol": [SHORT.replace("x 14", "x 2")], "cycling.at_cycles": [], "cycling.tolerance": 0.005}
    plain = run(tmp_path / "plain", False, **few)
    other = run(tmp_path / "other", False, **few | {"cycling.tolerance": 0.02, "cycling.longest": 3})
    assert plain.summary["cycling"] is None
    assert np.array_equal(other.dataset["voltage"].values, plain.dataset["voltage"].values)
    assert [entry for entry in other.summary["not_represented"] if "cycling.longest" in entry["keys"]]
    assert not [entry for entry in plain.summary["not_represented"] if "cycling.longest" in entry["keys"]]


def gone_too_far(patch: pytest.MonkeyPatch) -> None:
    """Let the first jump that is judged have gone too far."""
    judged, verdicts = JumpControl.off, iter([True])
    patch.setattr(JumpControl, "off", lambda self: next(verdicts, None) or judged(self))


def test_a_jump_that_went_too_far_is_made_again_half_as_far(shortened: Result, jumped: Result) -> None:
    first, again = (result.summary["cycling"]["jumps"][0] for result in (jumped, shortened))
    assert (first["after"], first["cycles"]) == (3, 2)
    assert jumped.summary["cycling"]["shortened"] == 0
    assert (again["after"], again["cycles"]) == (3, 1)
    assert shortened.summary["cycling"]["shortened"] == 1
    # What was recorded of the cycle that was given up is gone.
    assert np.all(np.diff(shortened.dataset["time"].values) >= 0.0)
    assert np.all(np.diff(shortened.dataset["step_number"].values) >= 0)
    numbers = [row["number"] for row in shortened.summary["cycles"]]
    assert numbers == sorted(set(numbers))
    assert 5 in numbers
    assert shortened.summary["budget"]["lithium_relative_error"] < 1e-9


class Killed(Exception):
    """Stands for the end of the process."""


def killed(patch: pytest.MonkeyPatch, folder: Path, step: int, resume: bool) -> None:
    """Run, with many checkpoints, into the third state of a step of the protocol or the next."""
    whole, seen = Simulation._accept, list[int]()

    def dying(self: Simulation, *given: Any) -> None:
        whole(self, *given)
        if self.progress.operating_step >= step and self.progress.next_step is not None:
            seen.append(1)
            if len(seen) == 3:
                raise Killed

    with patch.context() as inner:
        inner.setattr(Simulation, "_accept", dying)
        with pytest.raises(Killed):
            run(folder, True, resume=resume, **OFTEN)


def same(one: Result, other: Result) -> None:
    assert one.summary["cycling"] == other.summary["cycling"]
    assert one.summary["cycles"] == other.summary["cycles"]
    for name in ("voltage", "time", "surface_crack_depth", "intact_interface", "mean_stoichiometry"):
        assert np.array_equal(one.dataset[name].values, other.dataset[name].values), name


OFTEN = {"output.checkpoint_every": 4}


def test_a_run_that_is_killed_goes_on_with_the_same_jumps(
    jumped: Result, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed within a half cycle, in the cycle after a jump and in the last one."""
    monkeypatch.setattr(radial_model, "SECONDS_BETWEEN_CHECKPOINTS", 0.0)
    for session, kill in enumerate((11, 27)):
        killed(monkeypatch, tmp_path / "r", kill, session > 0)
    same(run(tmp_path / "r", True, resume=True, **OFTEN), jumped)


def test_a_run_that_is_killed_after_a_jump_may_still_go_back(
    shortened: Result, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(radial_model, "SECONDS_BETWEEN_CHECKPOINTS", 0.0)
    killed(monkeypatch, tmp_path / "r", 11, False)
    gone_too_far(monkeypatch)
    same(run(tmp_path / "r", True, resume=True, **OFTEN), shortened)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"cycling.at_cycles": [10, 60]}, r"names cycle 60 and the protocol repeats 14; ask for one"),
        ({"cycling.at_cycles": [0]}, r"cycling.at_cycles\[0\] = 0 must lie between 1 and"),
        ({"cycling.tolerance": 0.0}, r"cycling.tolerance = 0 must lie between 1e-06 and 0.1"),
        ({"cycling.tolerance": 2.0}, r"cycling.tolerance = 2 must lie between 1e-06 and 0.1"),
        ({"cycling.longest": 0}, r"cycling.longest = 0 must lie between 1"),
        (
            {"protocol": ["Charge at 5C until 4.5 V"], "cycling.at_cycles": []},
            r"repeated group .* finds 0; w",
        ),
        ({"protocol": [SHORT, SHORT]}, r"needs one repeated group in the protocol, .* and finds 2; write"),
        ({"damage": {}}, r"carries damage ahead and the case has no \[damage\], without which"),
        (
            {"output.field_times": ["10 s"]},
            r"output.field_times names 10 s and with cycling.jump time leaves",
        ),
    ],
)
def test_cycles_that_cannot_be_left_out_are_refused(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(InputError, match=words) as refused:
        case(True, **changes)
    assert "\n" not in str(refused.value)


def test_a_model_with_a_loop_of_its_own_refuses_jumps(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"cycling.jump leaves cycles out of the project's own loop"):
        chemomech.run(case(True), out=tmp_path / "r", progress=False, report=False, model="homogenised")


def test_what_was_left_out_is_said_in_a_line() -> None:
    said = jump_line({"cycles": 50, "skipped": 9, "jumps": [{"after": 3, "cycles": 9}], "shortened": 0})
    assert said == "cycles: 41 of 50 resolved; left out: 9 after cycle 3"
