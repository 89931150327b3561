"""The resolved cell, warm and cold."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from support import tiny_case

COLD_TO_WARM = ("0 degC", "25 degC", "45 degC")


def test_the_same_charge_polarises_a_warmer_cell_less(case_file: Path, tmp_path: Path) -> None:
    voltage, spread, drop = [], [], []
    for number, temperature in enumerate(COLD_TO_WARM):
        changes = {**tiny_case.CHEAP, "temperature": temperature, "protocol": ["Charge at 5C for 100 s"]}
        with tiny_case.run(case_file, tmp_path / str(number), changes) as result:
            assert result.summary["stop_reason"] == "end-of-protocol"
            data = result.dataset
            voltage.append(float(data["voltage"].values[-1]))
            lag = data["mean_stoichiometry"].values[-1] - data["surface_stoichiometry"].values[-1]
            spread.append(float(np.mean(lag)))
            drop.append(float(data["electrolyte_potential_drop"].values[-1]))
    print(voltage, spread, drop)
    # The same charge at the same current: what differs is polarisation, in the particles and in the pores.
    for found in (voltage, spread, drop):
        assert found[0] > found[1] > found[2]
    assert voltage[0] - voltage[2] > 0.05
    # D of 0 C is a third of that of 25 C, so the surface lags behind the mean three times as far in the end.
    assert spread[0] > 1.5 * spread[1]
