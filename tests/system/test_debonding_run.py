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

WEAK: Mapping[str, Any] = tiny_case.CHEAP | {
    "mechanics.coupling": "one-way",
    "protocol": ["Charge at 5C for 30 s"],
    "output.checkpoint_every": 1,
    "output.field_times": ["30 s"],
    "damage.interface.strength": "0.2 MPa",
    "damage.interface.energy": "0.0002 J/m2",
}


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
        assert {path.name for path in (tmp_path / "whole" / "fields").glob("*displacement.bp")} == {
            "particle-displacement.bp",
            "matrix-displacement.bp",
        }
        parameters = whole.summary["damage"]["parameters"]
        assert parameters["interface.strength"]["value"] == 0.2e6
    with pytest.raises(chemomech.InputError, match="has damage.interface.energy"):
        tiny_case.run(
            case_file, tmp_path / "killed", WEAK | {"damage.interface.energy": "0.0003 J/m2"}, resume=True
        )
