"""A current that follows a curve: sentences, the operation, and how the loop meets its edges."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from support.radial_cells import driven, prepared

import chemomech
from chemomech.errors import InputError
from chemomech.experiments.case.currents import NominalCapacity
from chemomech.experiments.case.protocol import resolve
from chemomech.experiments.case.sentences import parse_protocol
from chemomech.solver.stepping.operation import CurrentProfile

NOMINAL = NominalCapacity(specific=648000.0, mass_loading=0.08)  # 1C is 14.4 A/m2
SENTENCE = (
    "Follow 0 A/m2 at 0 s, C at 10 s, 14.4 A/m2 at 1 min, -C/2 at 60 s, -90 mA/g at 90 s, 0 A/m2 at 90 s, "
)
SENTENCE += "0 A/m2 at 120 s"


def test_a_sentence_is_a_curve_in_si() -> None:
    (step,) = resolve(parse_protocol([SENTENCE]), NOMINAL)
    control = step.control
    assert isinstance(control, CurrentProfile)
    assert control.times == (0.0, 10.0, 60.0, 60.0, 90.0, 90.0, 120.0)
    # 90 mA/g on 8 mg/cm2 are 7.2 A/m2.
    assert control.currents == pytest.approx((0.0, 14.4, 14.4, -7.2, -7.2, 0.0, 0.0))
    assert [cutoff.time_bound for cutoff in step.cutoffs] == [120.0]
    assert not step.ends_at_limit
    assert step.label == "Follow 7 points for 120 s"
    (step,) = parse_protocol(["follow 1C at 0 s, 1C at 9 s, or until a limit"])
    assert step.ends_at_limit


@pytest.mark.parametrize(
    ("time", "current"),
    [(0.0, 0.0), (5.0, 7.2), (10.0, 14.4), (60.0, 14.4), (60.0 + 1e-6, -7.2), (75.0, -7.2), (90.0, -7.2),
     (91.0, 0.0), (500.0, 0.0)],
)  # fmt: skip
def test_a_jump_has_the_value_before_it_until_it_is_over(time: float, current: float) -> None:
    (step,) = resolve(parse_protocol([SENTENCE]), NOMINAL)
    assert step.control.current_at(time) == pytest.approx(current)  # type: ignore[attr-defined]


def test_edges_are_told_in_their_order() -> None:
    profile = CurrentProfile((0.0, 10.0, 60.0, 60.0, 90.0), (0.0, 1.0, 1.0, -3.0, 2.0))
    assert [profile.time_to_edge(t) for t in (0.0, 4.0, 10.0, 60.0)] == pytest.approx([10.0, 6.0, 50.0, 30.0])
    assert math.isinf(profile.time_to_edge(90.0))
    assert profile.turns_at(60.0)
    assert not profile.turns_at(59.0)
    assert profile.largest_current() == 3.0


@pytest.mark.parametrize(
    ("sentence", "words"),
    [
        ("Follow 1 A/m2 at 1 s, 1 A/m2 at 2 s", "begin at 0 s"),
        ("Follow 1 A/m2 at 0 s", "two points or more"),
        ("Follow 1 A/m2 at 0 s, 1 A/m2 at 5 s, 1 A/m2 at 4 s", "put them in order"),
        ("Follow 1 A/m2 at 0 s, 1 A/m2 at 5 s, 2 A/m2 at 5.0001 s", "keep points 0.001 s apart"),
        ("Follow 1 A/m2 at 0 s, 2 A/m2 at 0 s, 1 A/m2 at 5 s", "with a point before and one after"),
        ("Follow 1 A/m2 at 0 s, 1 A/m2 at 5 s, 2 A/m2 at 5 s", "with a point before and one after"),
        ("Follow 1 A/m2 at 0 s, 1 A/m2 at 5 s, 2 A/m2 at 5 s, 3 A/m2 at 5 s, 0 A/m2 at 9 s", "more than two"),
        ("Follow 1 A/m2 at 0 s, 1 A at 5 s", "is not a current"),
        ("Follow 1 A/m2 at 0 s, fast", "is not a current at a time"),
        ("Follow", "accepted forms"),
        ("Follow 1 A/m2 at 0 s, 1e9 A/m2 at 5 s", "check the number"),
    ],
)
def test_what_is_no_curve_is_refused(sentence: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        parse_protocol([sentence])


def test_a_rate_beyond_all_cells_is_refused() -> None:
    with pytest.raises(InputError, match=r"of 'Follow 2 points for 9 s' is 3\.24e\+04 A/m2"):
        prepared(["Follow 0 A/m2 at 0 s, 3.24e4 A/m2 at 9 s"])


def test_the_loop_meets_every_edge_and_passes_the_charge() -> None:
    given = prepared(
        [SENTENCE.replace("-90 mA/g", "-C/2").replace("14.4 A/m2", "C")], **{"mechanics.coupling": "off"}
    )
    one_c = given.nominal.one_c
    _, stop, log = driven(given)
    assert stop.reason == "end-of-protocol"
    times = np.array([seen.time for seen in log.seen])
    currents = np.array([seen.currents.collector for seen in log.seen])
    for edge in (10.0, 60.0, 90.0, 120.0):
        assert np.abs(times - edge).min() < 1e-9
    at = [float(currents[np.argmin(np.abs(times - edge))]) for edge in (10.0, 60.0, 90.0)]
    assert at == pytest.approx([one_c, one_c, -0.5 * one_c], rel=1e-9)
    # No state between the values of a jump.
    assert np.isin(np.round(currents[times >= 10.0] / one_c, 9), [1.0, -0.5, 0.0]).all()
    # 5 s of ramp on average, 50 s at 1C, 30 s at -C/2.
    assert log.seen[-1].charges.collector == pytest.approx(one_c * (5.0 + 50.0 - 15.0), rel=1e-4)


def test_the_homogenised_model_follows_the_same_curve(tmp_path: Path) -> None:
    pytest.importorskip("pybamm", reason="the companion is optional")
    given = prepared([SENTENCE], **{"mechanics.coupling": "off"}).case
    results = [
        chemomech.run(given, out=tmp_path / model, model=model, progress=False, report=False)
        for model in ("radial", "homogenised")
    ]
    at = np.array([5.0, 30.0, 59.0, 75.0, 89.0, 110.0])
    one, other = (np.interp(at, r.dataset["time"].values, r.dataset["voltage"].values) for r in results)
    np.testing.assert_allclose(one, other, atol=1e-3)


def test_a_kink_in_the_middle_is_resumed_as_it_was_run(tmp_path: Path) -> None:
    given = prepared([SENTENCE], **{"mechanics.coupling": "off", "output.checkpoint_every": 1}).case
    whole = chemomech.run(given, out=tmp_path / "whole", model="radial", progress=False, report=False)
    cut = given.with_overrides({"numerics.max_wall_time": "0.001 s"})
    chemomech.run(cut, out=tmp_path / "cut", model="radial", progress=False, report=False)
    for case in (cut, cut, given):  # one step further, twice, and to the end
        again = chemomech.run(
            case, out=tmp_path / "cut", model="radial", resume=True, progress=False, report=False
        )
    assert again.summary["stop_reason"] == "end-of-protocol"
    np.testing.assert_allclose(again.dataset["voltage"].values, whole.dataset["voltage"].values, atol=1e-9)
