"""Public data sets, where they lie beside the repository: they are not part of it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from chemomech.errors import InputError
from chemomech.experiments.measured import StepKind, read_measured
from chemomech.experiments.measured.gitt import evaluate
from chemomech.experiments.measured.thinning import thinned
from chemomech.validation.claims import Evidence, Verdict, all_claims, verdict_of
from chemomech.validation.claims.half_cell_curves import read_curves, scaled_difference, stated_difference


@pytest.fixture(scope="module")
def data(repository: Path) -> Path:
    folder = repository.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("the public data sets are not beside the repository")
    return folder


TITRATION = {
    "area": "1.54 cm2", "current_sign": "charge-positive", "material": "nmc811",
    "columns.voltage": "Positive electrode potential [V]",
}  # fmt: skip


@pytest.mark.parametrize("number", [1, 10, 20, 30, 35])
def test_a_pulse_of_a_titration_is_read(data: Path, number: int) -> None:
    file = data / "lgm50_gitt_3electrode_pbparam" / "GITT" / f"pulse_{number}.csv"
    run = read_measured(file, changes=TITRATION)
    assert [step.kind for step in run.steps] == [StepKind.REST, StepKind.PULSE, StepKind.REST]
    # -1.15 mA, as the source says.
    assert np.median(run.current[run.steps[1].records]) == pytest.approx(-1.15e-3, rel=0.02)
    (found,) = evaluate(run, 5.22e-6)
    assert 1e-16 < found.formula < 1e-13
    assert found.fit.rmse < 2e-3
    assert len(thinned(run).time) <= len(run.time)


@pytest.mark.parametrize(
    ("file", "material"),
    [
        ("aboutenergy_nmc111_pouch_CCBYSA/NMC_25degC_Co20.csv", "nmc622"),
        ("nrel_ampworks_nmc_halfcell/cell1_rough.csv", "nmc532"),
        ("nrel_ampworks_nmc_halfcell/cell2_smooth.csv", "nmc532"),
        ("lgm50_ratetest_pybop/csv_T25_cRate_0p1C.csv", "nmc811"),
        ("lgm50_ratetest_pybop/csv_T45_cRate_0p1C.csv", "nmc811"),
    ],
)
def test_full_cells_are_told_from_half_cells(data: Path, file: str, material: str) -> None:
    stated = {"area": "1000 cm2", "current_sign": "charge-positive", "material": material}
    with pytest.raises(InputError, match="as a full cell does"):
        read_measured(data / file, changes=stated)


def test_half_cells_are_not_taken_for_full_cells(data: Path) -> None:
    stated = {"area": "20 cm2", "current_sign": "charge-positive", "material": "nmc532"}
    run = read_measured(data / "nrel_ampworks_nmc_halfcell" / "nmc_smooth.csv", changes=stated)
    assert [step.kind for step in run.steps] == [StepKind.CONSTANT_CURRENT]


def test_our_curves_are_those_of_the_data(data: Path, tmp_path: Path) -> None:
    tum, lgm50 = data / "tum_lgm36_nmc_halfcell_pocp", data / "lgm50_gitt_3electrode_pbparam"
    curves = [
        ("nmc811", [lgm50 / f"cathode_OCP_2_{way}.csv" for way in ("delit", "lit")],
         "Stoichiometry", "Voltage [V]", "stoichiometry"),
        ("nmc811", [tum / f"LGM36_PE_coin_Cathode_{way}thiation_0C02.csv" for way in ("Deli", "Li")],
         "normalizedCapacity", "voltage_V", "share"),
        ("nmc532", [data / "nrel_ampworks_nmc_halfcell" / "nmc_smooth.csv"], "Ah", "Volts", "share"),
    ]  # fmt: skip
    texts = [
        f'[[curve]]\nname = "{k}"\nmaterial = "{material}"\nfiles = {[str(file) for file in files]}\n'
        f'abscissa = "{abscissa}"\nvoltage = "{voltage}"\nis = "{kind}"\n'
        for k, (material, files, abscissa, voltage, kind) in enumerate(curves)
    ]
    listed = tmp_path / "list.toml"
    listed.write_text("\n".join(texts), encoding="utf-8")
    claim = next(claim for claim in all_claims() if claim.id == "5.1")
    assert claim.assess

    def none(simulation: object, preset: str) -> object:
        raise AssertionError("no simulation is needed")

    found = claim.assess(Evidence(none, curves=listed))  # type: ignore[arg-type]
    assert verdict_of(claim, found) is Verdict.CALIBRATED
    assert found.prediction
    assert found.prediction.agrees
    assert found.fitted
    # A set of another grade does not pass: NMC532 against the data of NMC811.
    curve = read_curves(listed)[0]
    other = replace(curve, entry=replace(curve.entry, material="nmc532"))
    assert scaled_difference(other)[0] > 1.5 * scaled_difference(curve)[0]
    assert stated_difference(other) > 30.0
