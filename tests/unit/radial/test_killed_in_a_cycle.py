"""Fast cycles with damage drawn at random, killed in the seventh and resumed: the same to the last bit."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np

import chemomech
from chemomech.solver.stepping import checkpoint

SCRIPT = Path(__file__).parents[2] / "support" / "killed_in_cycle.py"
SMALLER = {
    "protocol": ["(Charge at 5C for 150 s; Discharge at 5C for 150 s or until 3.0 V) x 8"],
    "geometry.layout": {
        "box": ["20 um", "20 um", "20 um"],
        "particles": 5,
        "volume_fraction": 0.3,
        "seed": 1,
    },
    "mass_loading": "2.8 mg/cm2",
    "radial.intervals": 10,
    "radial.electrode_elements": 4,
    "radial.separator_elements": 3,
    "numerics.time_tolerance": 1e-2,
    "numerics.voltage_tolerance": "50 mV",
    "damage.isolation.seed": 2,
    "damage.grains.rate": 0.1,
    "output.interval": "0 s",
    "output.checkpoint_every": 3,
}


def test_killed_in_cycle_seven_and_resumed_it_is_the_run_that_nobody_disturbed(tmp_path: Path) -> None:
    case, out = tmp_path / "case.toml", tmp_path / "killed"
    smaller = chemomech.Case.from_toml("fast-cycling-5C").with_overrides(SMALLER)
    case.write_text(smaller.to_toml(), encoding="utf-8")
    words = [sys.executable, str(SCRIPT), str(case), str(out), "7", "4"]
    assert subprocess.run(words, capture_output=True, timeout=300, check=False).returncode == -9
    assert (out / checkpoint.FILE).is_file()
    assert not (out / "result.nc").exists()
    with (
        chemomech.run(smaller, out=tmp_path / "whole", progress=False, report=False) as one,
        chemomech.run(smaller, out=out, resume=True, progress=False, report=False) as other,
    ):
        assert int(one.dataset["cycle_number"].values[-1]) == 8
        depth = one.dataset["surface_crack_depth"].values[-1]
        assert depth.std() > 1e-3  # every particle has its own draws
        assert set(one.dataset.variables) == set(other.dataset.variables)
        for name in one.dataset.variables:
            assert np.array_equal(one.dataset[name], other.dataset[name], equal_nan=True), name
        assert one.summary["cycles"] == other.summary["cycles"]
