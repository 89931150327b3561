"""A run whose particles all have the same diffusion time, continued from its checkpoint."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from support import half_cells, tiny_case

import chemomech

REFERENCE = 3.0e-6
# D constant and small time constants (R^2 / 20 D = 18 s at most): after 100 s the profiles are steady.
STEADY = tiny_case.CHEAP | {
    "protocol": ["Charge at 2C for 100 s"],
    "materials.overrides": {
        "cathode": {"diffusivity": "2e-14 m2/s", "diffusivity_radius": f"{REFERENCE * 1e6} um"}
    },
}


def resistance(result: chemomech.Result) -> np.ndarray:
    """Difference of mean and surface stoichiometry over the current of each particle; goes with R/D."""
    data = result.dataset.isel(time=-1)
    lag = data["mean_stoichiometry"] - data["surface_stoichiometry"]
    return np.asarray(np.abs(lag / data["reaction_current_density"]).values)


def test_a_continued_run_keeps_the_diffusivity_of_each_particle(case_file: Path, tmp_path: Path) -> None:
    with tiny_case.run(case_file, tmp_path / "none", STEADY) as result:
        plain = resistance(result)
    changes = STEADY | {"materials.diffusivity_scaling": "radius-squared"}
    out = tmp_path / "scaled"
    with tiny_case.run(case_file, out, changes | {"numerics.max_wall_time": "0.1 s"}) as result:
        assert result.summary["stop_reason"] == "time-limit"
        assert float(result.dataset["time"][-1]) < 1.0
    with tiny_case.run(case_file, out, changes, resume=True) as result:
        assert float(result.dataset["time"][-1]) == pytest.approx(100.0)
        scaled = resistance(result)
    radii = half_cells.three_particles().radii
    assert plain / scaled == pytest.approx((radii / REFERENCE) ** 2, rel=0.01)
