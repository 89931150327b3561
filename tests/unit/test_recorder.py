"""What the recorder keeps of accepted states, shown one by one on a cell whose fields are set by hand."""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from support import half_cells

from chemomech.solver.cell.resolved import ResolvedCell
from chemomech.solver.output.recorder import Recorder
from chemomech.solver.stepping.budget import Budget, Charges, Currents
from chemomech.solver.stepping.loop import Snapshot
from chemomech.solver.stepping.operation import OperatingPoint

TIMES = (0.0, 4.0, 10.0, 25.0, 60.0)
CONTENTS = (0.9, 0.7, 0.5, 0.6, 0.9)
"""Uniform stoichiometry at these times; what was strained most was so at the third."""


@pytest.fixture(scope="module")
def cell() -> ResolvedCell:
    return half_cells.stepper(half_cells.mesh(), half_cells.model(), "one-way")


def recorder(cell: ResolvedCell, cut_times: Sequence[float] = (), internals: Sequence[Any] = ()) -> Recorder:
    parts: Any = SimpleNamespace(problem=cell.problem, coupling=cell.coupling, internals=tuple(internals))
    return Recorder(parts, cut_times, None)


def snapshot(number: int, attempt: Any = None) -> Snapshot:
    time = TIMES[number]
    return Snapshot(
        time=time,
        step=time - TIMES[max(number - 1, 0)],
        voltage=3.8 + 0.01 * number,
        currents=Currents(72.0, 71.0),
        charges=Charges(72.0 * time, 71.0 * time),
        budget=Budget(1e-12 * number, 2e-12 * number),
        attempt=attempt,
        label="Charge",
        operating_step=number // 3,
        point=OperatingPoint(time, 3.8, 72.0, 72.0 * time),
    )


def show(cell: ResolvedCell, to: Recorder, numbers: Sequence[int]) -> None:
    for number in numbers:
        cell.problem.fields.stoichiometry.x.array[:] = CONTENTS[number]
        to.observe(snapshot(number))


def test_each_state_is_a_row_in_the_units_of_a_result(cell: ResolvedCell) -> None:
    to = recorder(cell)
    show(cell, to, range(4))
    report = SimpleNamespace(newton_iterations=3, linear_iterations=17)
    to.observe(snapshot(4, SimpleNamespace(error=0.25, report=report)))
    records = to.records()
    assert records["time"].tolist() == list(TIMES)
    assert records["time_step"].tolist() == [0.0, 4.0, 6.0, 15.0, 35.0]
    assert records["step_number"].tolist() == [1, 1, 1, 2, 2]
    assert records["current_density"] == pytest.approx([72.0] * 5)
    # 72 A/m2 over 25 s are 1800 C/m2, and 1 mAh/cm2 is 3.6 C over 1e-4 m2.
    assert records["areal_capacity"][3] == pytest.approx(0.05, rel=1e-12)
    assert records["newton_iterations"].tolist() == [0, 0, 0, 0, 3]
    assert records["linear_iterations"].tolist() == [0, 0, 0, 0, 17]
    assert np.isnan(records["error_estimate"][:4]).all()
    assert records["error_estimate"][4] == 0.25
    assert records["charge_relative_error"][2] == 4e-12


def test_particles_are_read_at_each_state_and_described_once(cell: ResolvedCell) -> None:
    to = recorder(cell)
    show(cell, to, range(3))
    records, layout = to.records(), half_cells.three_particles()
    expected = np.tile(np.array(CONTENTS[:3])[:, None], 3)
    for name in ("mean_stoichiometry", "surface_stoichiometry", "core_stoichiometry"):
        assert records[name] == pytest.approx(expected, rel=1e-12), name
    centres = np.column_stack([records[f"particle_{axis}"] for axis in "xyz"])
    np.testing.assert_array_equal(centres, layout.centres)
    np.testing.assert_array_equal(records["particle_radius"], layout.radii)
    box = [float(records[name]) for name in ("width_x", "width_y", "electrode_thickness")]
    assert box == list(layout.box)
    assert float(records["separator_thickness"]) == 6e-6


def test_a_cut_is_taken_at_the_first_state_from_its_time_on_and_once(cell: ResolvedCell) -> None:
    to = recorder(cell, cut_times=(25.0005, 3.0, 5.0, 6.0, 1000.0))
    show(cell, to, range(5))
    records = to.records()
    # Both 5 s and 6 s are due at 10 s, and 25 s is near enough to 25.0005 s.
    assert records["cut_time"].tolist() == [4.0, 10.0, 25.0]
    cuts = records["cut_stoichiometry"]
    assert cuts.shape == (3, len(records["cut_z"]), len(records["cut_x"]))
    for cut, content in zip(cuts, (0.7, 0.5, 0.6), strict=True):
        inside = np.isfinite(cut)
        assert 0.02 < inside.mean() < 0.98  # particles and what lies around them
        assert cut[inside] == pytest.approx(content, rel=1e-9)


def test_a_recorder_that_takes_up_a_series_goes_on_as_if_it_had_seen_it_all(cell: ResolvedCell) -> None:
    cut_times = (4.0, 10.0, 60.0)
    whole, first, second = (recorder(cell, cut_times) for _ in range(3))
    show(cell, whole, range(5))
    show(cell, first, range(3))
    second.restore(first.series().arrays())
    show(cell, second, range(3, 5))
    expected, records = whole.records(), second.records()
    assert set(records) == set(expected)
    for name, values in expected.items():
        np.testing.assert_array_equal(records[name], values, err_msg=name)
    # What was worst so far stays so, across the break: at the last state nothing is strained.
    ratio = records["strength_ratio"]
    assert np.all(ratio[2] > ratio[1])
    np.testing.assert_array_equal(ratio[4], ratio[2])
    assert np.all(records["max_principal_stress"][4] < records["max_principal_stress"][2])


def test_cuts_asked_for_in_the_past_of_a_series_are_not_made_up(cell: ResolvedCell) -> None:
    first, second = recorder(cell, (4.0,)), recorder(cell, (2.0, 4.0, 5.0, 40.0))
    show(cell, first, range(3))
    second.restore(first.series().arrays())
    show(cell, second, range(3, 5))
    assert second.records()["cut_time"].tolist() == [4.0, 60.0]


def test_what_internal_states_read_stands_beside_the_rest(cell: ResolvedCell) -> None:
    thickness = iter((1e-9, 2e-9, 4e-9))
    internal = SimpleNamespace(readings=lambda: {"film_thickness": next(thickness)})
    to = recorder(cell, internals=[internal])
    show(cell, to, range(3))
    assert to.records()["film_thickness"].tolist() == [1e-9, 2e-9, 4e-9]
    assert to.series().growing["row/film_thickness"] == [1e-9, 2e-9, 4e-9]


def test_without_mechanics_there_is_no_stress_and_no_fracture(cell: ResolvedCell) -> None:
    parts: Any = SimpleNamespace(problem=cell.problem, coupling=SimpleNamespace(mechanics=None), internals=())
    to = Recorder(parts, (), None)
    show(cell, to, range(2))
    names = {*to.records(), *to.series().arrays()}
    assert not [name for name in names if "stress" in name or "crack" in name or "fracture" in name]
    assert to.attributes()["stress_free_stoichiometry"] is None
    known = recorder(cell).attributes()["stress_free_stoichiometry"]
    assert known == float(cell.problem.model.cathode.stress_free_stoichiometry)
