"""``chemomech fit``: from a file of its own to verdicts, a picture, and a case with the fitted numbers."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

import chemomech
from chemomech.cli import cli
from chemomech.experiments.case.prepare import half_cell_model

pytest.importorskip("lmfit", reason="fitting is optional")
pytest.importorskip("emcee", reason="fitting is optional")

FIT = """
name = "small"
case = "fast-charge-5C"
model = "radial"
noise = "1 mV"
starts = 0
profile = false

[overrides]
"mechanics.coupling" = "off"
"numerics.voltage_tolerance" = "0.2 mV"
"radial.intervals" = 8
"radial.electrode_elements" = 3
"radial.separator_elements" = 2
"output.cut_times" = []

[planted]
values = { D = ["4e-15 m2/s", "1e-14 m2/s"] }
noise = "1 mV"
seed = 4

[[synthetic]]
name = "charge"
protocol = ["Charge at 2C for 1000 s"]
every = "5 s"

[[curve]]
name = "D"
key = "materials.overrides.cathode.diffusivity"
nodes = [0.5, 0.9]
low = "1e-15 m2/s"
high = "1e-13 m2/s"

[sampling]
walkers = 8
steps = 2000
checked = 2

[correction]
model = "radial"
runs = 1
overrides = { "radial.intervals" = 16 }
"""


def test_the_command_from_a_file_to_a_case_with_fitted_numbers(tmp_path: Path) -> None:
    (tmp_path / "fit.toml").write_text(FIT, encoding="utf-8")
    out = tmp_path / "out"
    ran = CliRunner().invoke(cli, ["fit", str(tmp_path / "fit.toml"), "--out", str(out)])
    assert ran.exit_code == 0, ran.output
    for words in (
        "synthetic data of the radial model with planted values and 1 mV of noise (seed 4)",
        "D(0.5)", "(calibrated); planted 1e-14 m2/s", "posterior, sampled on a second-order model",
        "checked by the model at 2 places", "corrected by 1 run of the radial model", "standard errors",
    ):  # fmt: skip
        assert words in ran.output
    found = json.loads((out / "fit.json").read_text())
    assert [one["name"] for one in found["values"]] == ["D(0.5)", "D(0.9)"]
    assert all(one["mark"] == "calibrated" for one in found["values"])
    # What a finer grid has more is small here, and moves the values by little.
    assert all(abs(moved) < 5.0 for moved in found["correction"]["moved_standard_errors"])
    assert found["posterior"]["converged"]
    assert (out / "fit.png").stat().st_size > 10_000
    law = half_cell_model(chemomech.Case.from_toml(out / "fitted.toml")).cathode.diffusivity
    assert law.source.marks == ("calibrated",)
    assert law.source.reference == "through 2 nodes, fitted to charge"
    assert float(law(0.9)) == pytest.approx(found["values"][1]["value"], rel=1e-6)
    # All is at hand: the same numbers again.
    before = (out / "fit.json").read_bytes()
    again = CliRunner().invoke(cli, ["fit", str(tmp_path / "fit.toml"), "--out", str(out)])
    assert again.exit_code == 0, again.output
    assert (out / "fit.json").read_bytes() == before
    assert " 0 evaluations" in again.output


def test_shipped_fits_are_listed_and_nothing_is_guessed() -> None:
    listed = CliRunner().invoke(cli, ["fit", "--list"])
    assert "planted-parameters" in listed.output.split()
    assert "name a fit" in str(CliRunner().invoke(cli, ["fit"]).exception)
