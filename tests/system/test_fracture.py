"""Which crack opens when: the one in the surface on charge, the one in the core on discharge."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from support import tiny_case

import chemomech


def test_discharge_presses_the_surface_crack_shut_and_opens_the_core(case_file: Path, tmp_path: Path) -> None:
    changes = {
        "initial_stoichiometry": 0.5,
        "mechanics.stress_free_stoichiometry": 0.5,
        "mechanics.coupling": "one-way",
        "protocol": ["Discharge at 5C for 120 s"],
        "output.cut_times": [],
        "output.field_times": [],
    }
    with tiny_case.run(case_file, tmp_path / "result", changes) as result:
        data = result.dataset
        late = data["time"].values > 60.0
        surface, core = (
            data[f"{place}_stress_intensity"].values[late] / 1e6 for place in ("surface", "core")
        )
        print(surface[-1], core[-1])
        assert np.all(surface < -0.02)
        assert np.all(core > 0.01)
        # Steady: the hoop stress at the surface and in the core are alike but for their sign, so the edge
        # crack has 1.122 sqrt(pi) / (2 / sqrt(pi)) = 1.76 times the intensity of the penny, less what it
        # loses to the gradient over 100 nm, and both lose or gain what the matrix bears.
        assert np.all((-surface / core > 1.0) & (-surface / core < 3.0))
        assert np.all(data["surface_crack_ratio"].values[-1] < 1e-6)
        assert np.all(data["core_crack_ratio"].values[-1] > 0.01)
        assert data["energy_release_ratio"].values == pytest.approx(data["core_crack_ratio"].values, abs=1e-6)


def test_flaws_larger_than_a_particle_are_refused_before_anything_is_meshed(
    case_file: Path, tmp_path: Path
) -> None:
    changes = {"materials.overrides.cathode.surface_flaw_depth": "2 um"}
    with pytest.raises(
        chemomech.InputError, match=r"surface_flaw_depth = 2e-06 m must be less than .* 1.9e-06 m"
    ):
        tiny_case.run(case_file, tmp_path / "result", changes)
    assert not (tmp_path / "result").exists()


@pytest.mark.parametrize("text", ["0.08 MPa m^0.5", "80000 Pa*m^0.5"])
def test_toughness_can_be_set_with_its_unit(case_file: Path, text: str) -> None:
    from chemomech.experiments.case.prepare import prepare

    case = chemomech.Case.from_toml(case_file).with_overrides(
        {"materials.overrides.cathode.fracture_toughness": text}
    )
    assert prepare(case).model.cathode.fracture_toughness(0.5) == pytest.approx(8e4)
