"""Every entry of the BPX format is used, refused or named by the reader."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("bpx", reason="BPX files are optional")

from bpx import schema

from chemomech.errors import InputError
from chemomech.experiments.case import Case
from chemomech.experiments.case.prepare import prepare
from chemomech.experiments.models.homogenised import homogenise, read_bpx
from chemomech.experiments.models.homogenised.bpx_contents import BPX_FILE
from chemomech.experiments.models.homogenised.bpx_writing import bpx_content

SECTIONS = {
    "header": schema.Header,
    "parameterisation.cell": schema.Cell,
    "parameterisation.electrolyte": schema.Electrolyte,
    "parameterisation.separator": schema.Contact,
    "parameterisation.positive_electrode": schema.ElectrodeSingle,
    "state.initial_conditions": schema.InitialConditions,
    "state.thermal_environment": schema.ThermalState,
    "state.degradation": schema.Degradation,
}


@pytest.fixture
def read(tmp_path: Path) -> Callable[[Callable[[dict[str, Any]], object]], Any]:
    content = bpx_content(homogenise(prepare(Case.from_toml("fast-charge-5C"))))

    def changed(change: Callable[[dict[str, Any]], object]) -> Any:
        change(content)
        (tmp_path / "b.json").write_text(json.dumps(content), encoding="utf-8")
        return read_bpx(tmp_path / "b.json", base="nmc622")

    return changed


def test_every_entry_of_the_format_has_a_treatment() -> None:
    known = {f"{place}.{name}" for place, kind in SECTIONS.items() for name in kind.model_fields}
    assert known - set(BPX_FILE.keys) == set()
    assert {name for name in BPX_FILE.keys if not name.endswith(".*")} <= known


def test_a_file_of_ours_is_read_whole(read: Any) -> None:
    assert read(lambda content: None).left_out == ()


def test_two_branches_of_the_open_circuit_curve_are_refused(read: Any) -> None:
    def branches(content: dict[str, Any]) -> None:
        electrode = content["Parameterisation"]["Positive electrode"]
        electrode["OCP (lithiation) [V]"] = electrode["OCP (delithiation) [V]"] = electrode["OCP [V]"]

    with pytest.raises(InputError, match="OCP of lithiation or delithiation .* leave these out"):
        read(branches)


def test_an_aged_electrode_is_refused_and_one_as_made_is_not(read: Any) -> None:
    def aged(share: float) -> Callable[[dict[str, Any]], object]:
        lost = {"LLI": 0.0, "LAM: Positive electrode": share, "LAM: Negative electrode": 0.0}
        return lambda content: content["State"].update({"Degradation": lost})

    read(aged(0.0))
    with pytest.raises(InputError, match=r"lam_positive = 0.1 of the BPX file and the half cell is as made"):
        read(aged(0.1))


def test_what_is_not_used_is_named(read: Any) -> None:
    def thermal(content: dict[str, Any]) -> None:
        content["Parameterisation"]["Cell"]["Density [kg.m-3]"] = 2000.0
        content["State"]["Thermal environment"] = {"Ambient temperature [K]": 298.15}

    told = "; ".join(read(thermal).left_out)
    assert "parameterisation.cell.density" in told
    assert "state.thermal_environment.ambient_temperature" in told
    assert "the half cell has one temperature" in told
