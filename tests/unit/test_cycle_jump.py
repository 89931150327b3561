"""Cycles that are left out: the rule against closed forms, and runs against every cycle resolved."""

from __future__ import annotations

from collections.abc import Callable
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
from chemomech.solver.stepping.extrapolation import Extrapolator, JumpRule
from chemomech.solver.stepping.jumps import Repetition
from chemomech.solver.stepping.loop import Simulation

Array = npt.NDArray[np.float64]

# --- the rule -------------------------------------------------------------------------------------------


def resolved(rule: JumpRule, values: Callable[[int], Array], cycles: int, name: str = "y") -> Extrapolator:
    found = Extrapolator(rule)
    for cycle in range(cycles + 1):
        found.note(cycle, {name: values(cycle)})
    return found


def test_a_state_that_grows_with_the_square_of_the_cycle_is_carried_ahead_exactly() -> None:
    def law(n: int) -> Array:
        return np.array([0.3 + 0.01 * n + 1e-5 * n**2, 0.2 + 0.004 * n - 2e-5 * n**2])

    found = resolved(JumpRule(0.1), law, 5)
    assert found.ahead(7)["y"] == pytest.approx(law(12), rel=1e-12)
    # After the jump growth is that of one cycle, and it bends over the distance between two of them.
    found.arrive(12, {"y": law(12)})
    assert found.length() == 0
    found.note(13, {"y": law(13)})
    assert not found.off()
    assert found.ahead(4)["y"] == pytest.approx(law(17), rel=1e-12)


def test_the_length_is_the_tolerance_over_how_growth_bends_and_over_growth() -> None:
    # q s1/kappa: growths of 2.00e-3 and 1.98e-3 bend by 2e-5 a cycle: 0.1 * 2e-3/2e-5 = 10 cycles.
    sums = 0.05 + np.cumsum([0.0, 1.96e-3, 1.98e-3, 2.0e-3])
    assert resolved(JumpRule(0.1), lambda n: sums[n : n + 1], 3).length() == 10
    assert resolved(JumpRule(tolerance=0.05), lambda n: sums[n : n + 1], 3).length() == 5
    # q/s1: 0.1/0.03.
    assert resolved(JumpRule(0.1), lambda n: np.array([0.03 * n]), 4).length() == 3
    assert resolved(JumpRule(0.1, longest=2), lambda n: np.array([0.03 * n]), 4).length() == 2
    # The point that is worst counts, but for one in which next to nothing grows.
    assert resolved(JumpRule(0.1), lambda n: np.array([0.001 * n, 0.03 * n]), 4).length() == 3
    wild = (1e-7, 0.0, 5e-7, 0.0, 9e-7, 0.0)
    assert resolved(JumpRule(0.1), lambda n: np.array([0.5 + 0.005 * n, wild[n]]), 4).length() == 20


def test_cycles_at_the_start_settle() -> None:
    lengths = [
        resolved(JumpRule(0.1, settle=3), lambda n: np.array([0.001 * n]), n).length() for n in range(6)
    ]
    assert lengths == [0, 0, 0, 0, 20, 20]


def test_an_event_that_is_announced_is_not_jumped_over() -> None:
    # 0.93 after four cycles and 0.02 more in each: past 1 in the eighth.
    found = resolved(JumpRule(0.1), lambda n: np.array([0.85 + 0.02 * n, 1.0]), 4, "spots_event")
    assert found.length() == 3
    assert resolved(JumpRule(0.1), lambda n: np.array([1.0, 1.0]), 4, "spots_event").length() == 20


def test_a_share_that_nears_one_is_judged_by_what_it_grows_itself() -> None:
    # ln 20 is a share of 0.95; 0.03 more of the logarithm are 0.0015 of the share.
    name, start = "depth_saturating", np.log(20.0)
    assert resolved(JumpRule(0.1), lambda n: start + np.array([0.03 * n]), 4, name).length() == 20
    # Half of it, and as it grows: 0.1/(0.5 exp(-0.12) 0.03).
    found = resolved(JumpRule(0.1, longest=50), lambda n: np.log(2.0) + np.array([0.03 * n]), 4, name)
    assert found.length() == 7
    assert found.ahead(7)[name] == pytest.approx(np.log(2.0) + 0.33)


def test_a_largest_value_so_far_is_left_to_the_next_cycle() -> None:
    found = resolved(JumpRule(0.1), lambda n: np.array([0.1 + 0.02 * n + 0.001 * n**2]), 4, "gap_so_far")
    # Only its growth bounds the jump: 0.1/0.027, however that bends.
    assert found.length() == 3
    assert found.ahead(3)["gap_so_far"] == pytest.approx(0.196)
    found.arrive(7, found.ahead(3))
    found.note(8, {"gap_so_far": np.array([0.324])})
    assert not found.off()


def test_growth_that_is_not_what_a_jump_foresaw_is_told() -> None:
    for factor, off in ((1.0, False), (1.09, False), (1.15, True), (0.85, True)):
        found = resolved(JumpRule(0.1), lambda n: np.array([0.01 * n]), 4)
        found.arrive(14, found.ahead(10))
        found.note(15, {"y": np.array([0.14 + 0.01 * factor])})
        assert found.off() is off, factor


@pytest.mark.parametrize(("tolerance", "error", "most"), [(0.1, 0.01, 30), (0.3, 0.05, 18)])
def test_paris_growth_with_saturation_is_followed(tolerance: float, error: float, most: int) -> None:
    """da/dN = C a (1 - a/a_max), K^2 with the root of the depth: a logistic curve in closed form."""
    largest, rates = 0.5, np.array([0.02, 0.05, 0.09])
    start = np.array([0.03, 0.02, 0.04])

    def depth(cycles: Array | float, before: Array) -> Array:
        return np.asarray(largest / (1.0 + (largest / before - 1.0) * np.exp(-rates * cycles)))

    def coordinate(a: Array) -> dict[str, Array]:
        return {"y": -np.log1p(-a / largest)}

    found, a, cycle, count = Extrapolator(JumpRule(tolerance)), start, 0, 0
    found.note(0, coordinate(a))
    while cycle < 50:
        jump = min(found.length(), 50 - cycle - 1)
        if jump > 0:
            ahead = found.ahead(jump)
            a, cycle = -largest * np.expm1(-ahead["y"]), cycle + jump
            found.arrive(cycle, coordinate(a))
        a, cycle, count = depth(1.0, a), cycle + 1, count + 1
        found.note(cycle, coordinate(a))
    assert a == pytest.approx(depth(50.0, start), rel=error)
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
    jumped = {"cycling.jump": jump, "cycling.at_cycles": [8], "cycling.tolerance": 0.2}
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
        assert found == pytest.approx(exact, rel=0.02), name
    depth = full.dataset["surface_crack_depth"].values
    assert np.all(depth[-1] > 2.0 * depth[0])
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
    few = {"protocol": [SHORT.replace("x 14", "x 2")], "cycling.at_cycles": [], "cycling.tolerance": 0.3}
    plain = run(tmp_path / "plain", False, **few)
    other = run(tmp_path / "other", False, **few | {"cycling.tolerance": 0.5, "cycling.longest": 3})
    assert plain.summary["cycling"] is None
    assert np.array_equal(other.dataset["voltage"].values, plain.dataset["voltage"].values)
    assert [entry for entry in other.summary["not_represented"] if "cycling.longest" in entry["keys"]]
    assert not [entry for entry in plain.summary["not_represented"] if "cycling.longest" in entry["keys"]]


def gone_too_far(patch: pytest.MonkeyPatch) -> None:
    """Let the first jump that is judged have gone too far."""
    judged, verdicts = Extrapolator.off, iter([True])
    patch.setattr(Extrapolator, "off", lambda self: next(verdicts, None) or judged(self))


def test_a_jump_that_went_too_far_is_made_again_half_as_far(shortened: Result, jumped: Result) -> None:
    assert jumped.summary["cycling"]["jumps"][0] == {"after": 3, "cycles": 3}
    assert jumped.summary["cycling"]["shortened"] == 0
    assert shortened.summary["cycling"]["jumps"][0] == {"after": 3, "cycles": 1}
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
    """Run, with a checkpoint at every state, into the third state of a step of the protocol or the next."""
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


OFTEN = {"output.checkpoint_every": 1}


def test_a_run_that_is_killed_goes_on_with_the_same_jumps(
    jumped: Result, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed within a half cycle, in the cycle after a jump and in the last one."""
    monkeypatch.setattr(radial_model, "SECONDS_BETWEEN_CHECKPOINTS", 0.0)
    for session, kill in enumerate((12, 27)):
        killed(monkeypatch, tmp_path / "r", kill, session > 0)
    same(run(tmp_path / "r", True, resume=True, **OFTEN), jumped)


def test_a_run_that_is_killed_after_a_jump_may_still_go_back(
    shortened: Result, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(radial_model, "SECONDS_BETWEEN_CHECKPOINTS", 0.0)
    killed(monkeypatch, tmp_path / "r", 13, False)
    gone_too_far(monkeypatch)
    same(run(tmp_path / "r", True, resume=True, **OFTEN), shortened)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"cycling.at_cycles": [10, 60]}, r"names cycle 60 and the protocol repeats 14; ask for one"),
        ({"cycling.at_cycles": [0]}, r"cycling.at_cycles\[0\] = 0 must lie between 1 and"),
        ({"cycling.tolerance": 0.0}, r"cycling.tolerance = 0 must lie between 0.0001 and 1"),
        ({"cycling.tolerance": 2.0}, r"cycling.tolerance = 2 must lie between 0.0001 and 1"),
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
