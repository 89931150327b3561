"""Whole runs in which the bond between particles and matrix breaks."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from support import tiny_case

import chemomech
from chemomech.experiments.models.progress import ProgressLine
from chemomech.experiments.scenes import open_scene

WEAK: Mapping[str, Any] = tiny_case.CHEAP | {
    "mechanics.coupling": "one-way",
    "protocol": ["Charge at 5C for 30 s"],
    "output.checkpoint_every": 1,
    "output.field_times": ["30 s"],
    "damage.interface.strength": "0.2 MPa",
    "damage.interface.energy": "0.0002 J/m2",
}


def require_gaps_in_space(result: chemomech.Result) -> None:
    """On the interface lie the gap and what is left of the bond, whose means are those of the particles."""
    scene = open_scene(result.path)
    assert scene.parts == ("particles", "matrix", "separator", "interface")
    grid, last = scene.grid("interface"), len(scene.times) - 1
    area = grid.compute_cell_sizes()["Area"]
    row = int(np.argmin(np.abs(result.dataset["time"].values - scene.times[last])))
    for name in ("interface_opening", "bonded_share"):
        values = scene.values(f"interface/{name}", last)
        for particle in scene.particles.ids:
            own = grid["particle"] == particle
            mean = float((values * area)[own].sum() / area[own].sum())
            # Flat triangles have other weights than curved ones.
            wanted = float(result.dataset[name].values[row, particle])
            assert mean == pytest.approx(wanted, rel=0.02, abs=1e-12), (name, particle)


def test_a_run_that_is_killed_goes_on_with_the_bond_it_had(
    case_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed_after_ten_seconds(line: ProgressLine, snapshot: Any) -> None:
        if snapshot.time > 10.0:
            raise KeyboardInterrupt

    with tiny_case.run(case_file, tmp_path / "whole", WEAK) as whole:
        with monkeypatch.context() as patch:
            patch.setattr(ProgressLine, "observe", killed_after_ten_seconds)
            with pytest.raises(KeyboardInterrupt):
                tiny_case.run(case_file, tmp_path / "killed", WEAK)
        with tiny_case.run(case_file, tmp_path / "killed", WEAK, resume=True) as again:
            share = whole.dataset["bonded_share"].values
            require_gaps_in_space(whole)
            assert share[-1].max() < 0.95
            assert np.all(np.diff(share, axis=0) <= 0.0)
            assert again.dataset.sizes["time"] == whole.dataset.sizes["time"]
            # Equilibrium is met to 1e-5 of the load, hundreds of times the tension of this bond.
            for name, size in (
                ("bonded_share", 1.0),
                ("interface_opening", 1e-9),
                ("interface_tension", 2e5),
            ):
                difference = np.abs(again.dataset[name].values - whole.dataset[name].values).max()
                print(name, difference / size)
                assert difference < 1e-3 * size, name
            found, wanted = (r.summary["interface"]["energies_J"] for r in (again, whole))
            for name in ("work", "dissipated"):
                assert found[name] == pytest.approx(wanted[name], rel=5e-3, abs=0.0), name
            assert abs(wanted["released"]) < 0.02 * wanted["work"]
        # The tension is at most the strength, on average and everywhere in time.
        assert whole.dataset["interface_tension"].values.max() < 0.2e6
        parameters = whole.summary["damage"]["parameters"]
        assert parameters["interface.strength"]["value"] == 0.2e6
    with pytest.raises(chemomech.InputError, match="has damage.interface.energy"):
        tiny_case.run(
            case_file, tmp_path / "killed", WEAK | {"damage.interface.energy": "0.0003 J/m2"}, resume=True
        )
