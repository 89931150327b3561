"""The through-thickness reference and the table made of it."""

import numpy as np
import pytest
import xarray as xr

from chemomech.errors import InputError
from chemomech.experiments.case import Case
from chemomech.experiments.case.prepare import prepare
from chemomech.experiments.models.homogenised import homogenise
from chemomech.validation.claims.ends import end_means
from chemomech.validation.dfn import compare, compare_alike, reference


def _dataset(end: float) -> xr.Dataset:
    time = np.linspace(0.0, end, 50)
    # Two particles at each end, of areas 1 and 3; surface x falls by 1e-3 per second, by 0.1 more at the top.
    offset = np.array([0.1, 0.1, 0.0, 0.04])
    x = 0.9 - 1e-3 * time[:, None] - offset
    return xr.Dataset(
        {
            "voltage": ("time", 3.8 + 1e-3 * time),
            "electrolyte_potential_drop": ("time", np.full_like(time, 0.02)),
            "surface_stoichiometry": (("time", "particle"), x),
            "mean_stoichiometry": (("time", "particle"), x + 0.05),
            "particle_z": ("particle", [38e-6, 36e-6, 3e-6, 4e-6]),
            "particle_area": ("particle", [1.0, 3.0, 1.0, 3.0]),
            "particle_volume": ("particle", [1.0, 1.0, 1.0, 1.0]),
            "electrode_thickness": 40e-6,
        },
        coords={"time": time},
    )


def test_ends_are_area_weighted_means_over_a_quarter_of_the_thickness() -> None:
    separator, collector = end_means(_dataset(600.0), "surface_stoichiometry")
    assert float(separator[0]) == pytest.approx(0.8)  # both 0.9 - 0.1
    assert float(collector[0]) == pytest.approx(0.87)  # (0.9 + 3 * 0.86) / 4


def test_the_table_has_a_row_for_every_reference_time_within_the_run() -> None:
    rows = [line for line in compare(_dataset(320.0)).splitlines() if line.startswith("| ")][1:]
    assert len(rows) == 7  # 1, 10, 50, 100, 150, 200, 300 s
    assert rows[4].startswith("| 150 | 3.9500 / 3.8598 | 20.0 / 23.7 | 0.6500 / 0.7115 ")


def test_the_reference_closes_the_lithium_balance() -> None:
    table = reference()
    # 72 A/m2 / (96485 C/mol * 49128 mol/m3 * 0.41 * 40e-6 m) = 9.262e-4 1/s
    expected = 0.93 - 9.262e-4 * table["time_s"]
    assert np.max(np.abs(table["mean"] - expected)) < 1e-4


def test_a_run_too_short_to_compare_is_refused() -> None:
    with pytest.raises(InputError, match="before the first reference time"):
        compare(_dataset(0.5))


def test_like_is_compared_with_like_in_one_table_a_model_a_column() -> None:
    resolved, model = _dataset(320.0), _dataset(310.0)
    # The model: 12 mV lower, and half the difference of the ends.
    model["voltage"] = model["voltage"] - 0.012
    x = model["surface_stoichiometry"].values
    model["surface_stoichiometry"] = (("time", "particle"), x[:, 2:3] - np.array([0.04, 0.04, 0.0, 0.0]))
    text = compare_alike(resolved, {"one radius": model})
    rows = [line for line in text.splitlines() if line.startswith("| ")]
    assert rows[0].startswith("| t [s] | voltage [V]: resolved / one radius | drop [mV]: ")
    assert len(rows) == 8  # 1 to 300 s
    # Areas 1, 3, 1, 3: 0.75 - (0.1 + 0.3 + 0 + 0.12) / 8 = 0.685 resolved, 0.75 - 0.02 in the model.
    assert rows[5] == ("| 150 | 3.9500 / 3.9380 | 20.0 / 20.0 | 0.6850 / 0.7300 | 0.0700 / 0.0400 |")
    assert "at most 12.0 mV from one radius" in text
    assert "resolved at 320.0 s and 4.120 V; one radius at 310.0 s and 4.098 V" in text
    with pytest.raises(InputError, match="ended at 0.5 s, before the first time"):
        compare_alike(resolved, {"one radius": _dataset(0.5)})


def test_the_models_beside_the_resolved_run_have_its_volume_and_surface() -> None:
    prepared = prepare(Case.from_toml("dfn-comparison-5C"))
    layout, cell = prepared.layout, homogenise(prepared)
    radii = layout.radii
    assert cell.radius == pytest.approx(3.0 * layout.particle_volumes.sum() / layout.particle_areas.sum())
    assert cell.radius == pytest.approx(3.259e-6, abs=1e-9)
    assert np.cbrt(np.mean(radii**3)) == pytest.approx(3.11e-6, rel=1e-3)  # that of the reference
