"""A cell of another kind under the same loop: the example with one radial problem a particle."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from support import tiny_case
from support.modules import load

import chemomech
from chemomech.experiments.case.prepare import PreparedCase, prepare
from chemomech.materials import FARADAY
from chemomech.solver.stepping import checkpoint

DIFFUSIVITY = 1.0e-13


@pytest.fixture(scope="module")
def radial(repository: Path) -> ModuleType:
    return load(repository / "examples" / "radial_particles.py")


def prepared(case_file: Path, **changes: Any) -> PreparedCase:
    return prepare(chemomech.Case.from_toml(case_file).with_overrides({**tiny_case.CHEAP, **changes}))


def test_profiles_become_the_parabola_of_a_steady_flux(radial: ModuleType, case_file: Path) -> None:
    # x at the surface lies below the mean by j R / (5 F D c_max), once t >> R^2/D, 58 s for the largest.
    case = prepared(
        case_file,
        protocol=["Charge at 1C for 200 s"],
        **{"materials.overrides": {"cathode": {"diffusivity": f"{DIFFUSIVITY:g} m2/s"}}},
    )
    simulation, series = radial.simulate(case)
    simulation.start()
    assert simulation.run().reason == "end-of-protocol"
    cell = simulation.cell
    x, flux = cell._x, cell._flux
    mean = (x * cell._volume).sum(axis=1) / cell._volume.sum(axis=1)
    capacity = FARADAY * float(case.model.cathode.maximum_concentration)
    radii = np.asarray(case.layout.radii)
    assert mean - cell.surface() == pytest.approx(flux * radii / (5.0 * DIFFUSIVITY * capacity), rel=0.02)
    # All that passed came out of the particles.
    last = series.snapshots[-1]
    section = case.layout.box[0] * case.layout.box[1]
    passed = capacity * ((0.93 - x) * cell._volume).sum() / section
    assert last.charges.collector == pytest.approx(passed, rel=1e-9)
    assert last.budget.lithium_relative_error < 1e-9


def test_cut_offs_holds_and_rests_are_those_of_any_cell(radial: ModuleType, case_file: Path) -> None:
    sequence = [
        "Charge at 5C until 4.1 V",
        "Hold at 4.1 V until C/2",
        "Rest for 60 s",
        "Discharge at 5C until 3.7 V",
    ]
    simulation, series = radial.simulate(prepared(case_file, protocol=sequence))
    simulation.start()
    stop = simulation.run()
    assert stop.reason == "cutoff-voltage"
    ends = [[s for s in series.snapshots if s.operating_step == k][-1] for k in range(4)]
    assert ends[0].voltage == pytest.approx(4.1, abs=1e-3)
    assert ends[1].voltage == pytest.approx(4.1, abs=1e-9)
    assert ends[1].currents.collector == pytest.approx(0.1 * ends[0].currents.collector, rel=5e-3)
    assert abs(ends[2].currents.collector) < 1e-6
    assert ends[2].time - ends[1].time == pytest.approx(60.0, abs=1e-3)
    assert ends[3].voltage == pytest.approx(3.7, abs=1e-3)
    assert max(s.budget.lithium_relative_error for s in series.snapshots[1:]) < 1e-8


def test_it_ends_at_the_limits_that_every_half_cell_has(radial: ModuleType, case_file: Path) -> None:
    simulation, _ = radial.simulate(prepared(case_file, protocol=["Charge at 20C for 1 hour"]))
    simulation.start()
    stop = simulation.run()
    assert stop.reason == "particle-surface-depleted"
    assert "x at the mean surface of a particle" in stop.detail


def test_its_checkpoint_continues_it(radial: ModuleType, case_file: Path, tmp_path: Path) -> None:
    case = prepared(case_file, protocol=["Charge at 5C for 60 s", "Discharge at 5C for 30 s"])
    whole, series = radial.simulate(case)
    path = tmp_path / checkpoint.FILE

    class Early:
        def observe(self, snapshot: Any) -> None:
            if snapshot.time > 70.0 and not path.exists():
                checkpoint.Checkpoint(path, "radial").write(whole, checkpoint.Series())

    whole.observers.append(Early())
    whole.start()
    whole.run()
    again, later = radial.simulate(case)
    checkpoint.Checkpoint(path, "radial").read(again)
    again.run()
    assert len(later.snapshots) < len(series.snapshots)
    assert later.snapshots[-1].time == series.snapshots[-1].time
    assert later.snapshots[-1].voltage == pytest.approx(series.snapshots[-1].voltage, abs=1e-9)
