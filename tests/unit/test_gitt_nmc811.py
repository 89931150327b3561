"""The fit of a measured titration: records that are kept, the voltage of the rests, and its steps."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from support.modules import load

from chemomech import materials
from chemomech.experiments.measured import read_measured
from chemomech.experiments.measured.run import MeasuredRun

gitt_nmc811 = load(Path(__file__).parents[2] / "tools" / "gitt_nmc811.py")

RECORDS = 20
"""Of each pulse and of each rest."""


@pytest.fixture
def run(tmp_path: Path) -> MeasuredRun:
    """Two pulses of 15 min with rests of an hour, on discharge."""
    rows = [(0.0, 4.2, 0.0), (100.0, 4.2, 0.0)]
    for pulse in range(2):
        start = rows[-1][0]
        times = np.linspace(1.0, 900.0, RECORDS)
        rows += [(start + t, 4.15 - 0.02 * pulse, -1.15e-3) for t in times]
        rows += [(start + 900.0 + t, 4.18 - 0.02 * pulse, 0.0) for t in 4.0 * times]
    file = tmp_path / "gitt.csv"
    np.savetxt(
        file,
        np.array(rows),
        delimiter=",",
        header="Time [s],Voltage [V],Current [A]",
        comments="",
        fmt="%.10g",
    )
    file.with_suffix(".toml").write_text(
        'current_sign = "charge-positive"\nmass = "60 mg"\nmaterial = "nmc811"\n', encoding="utf-8"
    )
    return read_measured(file)


def test_records_are_thinned_alike_and_no_step_loses_its_ends(run: MeasuredRun) -> None:
    few = gitt_nmc811.fewer(run)
    ends = [(run.time[step.first], run.time[step.last]) for step in run.steps]
    assert [(few.time[step.first], few.time[step.last]) for step in few.steps] == ends
    assert len(few.time) == pytest.approx(len(run.time) / gitt_nmc811.EVERY, abs=2 * len(run.steps))


def test_rests_lie_by_their_charge_on_the_scale_of_the_material(run: MeasuredRun) -> None:
    cathode = materials.active_material("nmc811")
    content, voltage, _ = gitt_nmc811.rests(run, 0.3, cathode)
    # 1.15 mA for 15 min through 60 mg of c_max/density; the file's pulses begin a second late.
    moles = 1.15e-3 * 900.0 / 96485.33212
    sites = float(cathode.maximum_concentration) * 60.0e-6 / float(cathode.density)
    assert content - 0.3 == pytest.approx([0.0, moles / sites, 2.0 * moles / sites], rel=0.05, abs=1e-9)
    assert voltage.tolist() == [4.2, 4.18, 4.16]


def test_the_curve_goes_through_the_rests_and_on_with_the_slope_of_the_published_one() -> None:
    cathode = materials.active_material("nmc811")
    content, voltage = np.array([0.3, 0.5, 0.9]), np.array([4.1, 3.9, 3.5])
    table = gitt_nmc811.open_circuit(content, voltage, cathode)
    curve = dict(zip(table["nodes"], [float(value.split()[0]) for value in table["values"]], strict=True))
    assert [curve[x] for x in content] == voltage.tolist()
    published = cathode.open_circuit_voltage
    for x, beside, at in ((0.25, 0.3, 4.1), (0.97, 0.9, 3.5)):
        assert curve[x] == pytest.approx(float(published(x)) - float(published(beside)) + at, abs=1e-6)
    assert table["nodes"] == sorted(table["nodes"])


class Line:
    """A model whose residuals are nearly linear in its numbers, with the least sum of squares known."""

    matrix = np.array([[1.0, 0.2], [0.1, 1.0], [0.3, 0.3]])
    best = np.array([0.4, 0.7])

    def __init__(self) -> None:
        self.seen: list[tuple[float, ...]] = []

    def __call__(self, place: tuple[float, ...]) -> np.ndarray:
        self.seen.append(place)
        off = np.array(place) - self.best
        return self.matrix @ (off + 0.2 * off**2) + np.array([0.01, -0.01, 0.0])


def test_steps_with_kept_slopes_end_at_the_least_sum_of_squares() -> None:
    model = Line()
    found = gitt_nmc811.settled(model, (0.9, 0.1), model.matrix)
    assert found == pytest.approx(tuple(model.best), abs=0.02)
    assert len(model.seen) <= 3 * gitt_nmc811.MOST_STEPS + 1


def test_steps_stay_between_the_bounds() -> None:
    model = Line()
    model.best = np.array([0.4, 1.3])
    found = gitt_nmc811.settled(model, (0.5, 0.5), model.matrix)
    assert found[1] == pytest.approx(1.0, abs=1e-9)
    assert all(0.0 <= u <= 1.0 for place in model.seen for u in place)


def test_wrong_slopes_lead_nowhere_rather_than_up() -> None:
    model = Line()
    begun = (0.5, 0.5)
    found = gitt_nmc811.settled(model, begun, -model.matrix)
    assert found == begun
