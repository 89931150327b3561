"""Particles without carbon-binder in a whole run."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from support import tiny_case

CHANGES = tiny_case.CHEAP | {
    "protocol": ["Charge at 2C for 60 seconds"],
    "wiring.coverage": 0.5,
    "wiring.wired": 0.67,
    "wiring.seed": 1,
    "wiring.conductance": "1e5 S/m2",
}


def test_an_isolated_particle_keeps_its_lithium_and_is_named(tmp_path: Path) -> None:
    result = tiny_case.run(tiny_case.write_case(tmp_path), tmp_path / "out", CHANGES)
    wiring = result.summary["wiring"]
    (lost,) = wiring["isolated"]
    assert wiring["contact_conductance_S_m2"][lost] == 0.0
    assert 0.0 < wiring["isolated_volume_fraction"] < 1.0
    means = result.dataset["mean_stoichiometry"].isel(time=-1).values
    others = np.delete(means, lost)
    assert abs(means[lost] - 0.93) < 1e-6
    assert (others < 0.93 - 0.01).all()
    assert result.summary["stop_reason"] == "end-of-protocol"
    assert result.summary["budget"]["lithium_relative_error"] < 1e-8
