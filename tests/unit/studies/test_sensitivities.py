"""Sensitivities by studies that take no time."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from support.studies import InstantFidelity

from chemomech.errors import InputError
from chemomech.experiments.case import Case
from chemomech.experiments.studies import SensitivityRequest, Study, sensitivities

QUIET = {"workers": 0, "progress": False}
OUTPUTS = ["capacity_mAh_g"]


@pytest.fixture(autouse=True)
def _instant(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Study, "model", lambda self, fidelity, **_: InstantFidelity())


def request_for(parameters: dict[str, Any], **changes: Any) -> SensitivityRequest:
    return SensitivityRequest(Case.from_toml("fast-charge-5C"), parameters, OUTPUTS, **changes)


def test_the_normalised_sensitivity_of_a_power_law_is_its_exponent(tmp_path: Path) -> None:
    # The instant fidelity has 100 / C-rate, whatever the separator.
    wanted = request_for({"c_rate": 5, "geometry.separator_thickness": "25 um"})
    table = sensitivities(wanted, tmp_path / "s", **QUIET)["sensitivity"]
    assert table.sel(parameter="c_rate", output="capacity_mAh_g").item() == pytest.approx(-1.0, rel=1e-9)
    assert table.sel(parameter="geometry.separator_thickness").item() == pytest.approx(0.0, abs=1e-12)


def test_sobol_indices_give_all_variance_to_the_parameter_that_matters(tmp_path: Path) -> None:
    pytest.importorskip("SALib", reason="Sobol indices are optional")
    ranges = {"c_rate": (2, 3), "geometry.separator_thickness": ("10 um", "30 um")}
    found = sensitivities(request_for(ranges, method="sobol", samples=8), tmp_path / "s", **QUIET)
    # 8 x (2 + 2) runs: the estimate of the whole variance is within 5 %, that of none is exact.
    total = found["total"].sel(output="capacity_mAh_g").values
    assert total[0] == pytest.approx(1.0, abs=0.05)
    assert total[1] == pytest.approx(0.0, abs=1e-9)
    first = found["first_order"].sel(output="capacity_mAh_g").values
    assert first[1] == pytest.approx(0.0, abs=1e-9)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"method": "sobl"}, "did you mean 'sobol'"),
        ({"step": 2.0}, "relative change"),
        ({"method": "sobol", "samples": 10}, "no power of two"),
    ],
)
def test_what_is_wrong_with_a_request_is_said(tmp_path: Path, changes: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        sensitivities(request_for({"c_rate": 5}, **changes), tmp_path / "s", **QUIET)


def test_an_unknown_output_suggests_the_nearest(tmp_path: Path) -> None:
    wanted = SensitivityRequest(Case.from_toml("fast-charge-5C"), {"c_rate": 5}, ["capacity_mAh"])
    with pytest.raises(InputError, match="did you mean 'capacity_mAh_"):
        sensitivities(wanted, tmp_path / "s", **QUIET)
