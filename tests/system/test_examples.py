"""The examples do what they say, here with small settings."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest


def load(repository: Path, name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, repository / "examples" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_first_charge(
    repository: Path, case_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    changes = {
        "geometry.layout": str(case_file.with_name("three.csv")),
        "geometry.separator_thickness": "6 um",
        "mesh.preset": "coarse",
        "mass_loading": "0.98 mg/cm2",
        "protocol": ["Charge at 5C for 20 s"],
    }
    example = load(repository, "first_charge")
    with example.main(tmp_path / "result", changes) as result:
        assert result.report.is_file()
        out = capsys.readouterr().out
        assert "end-of-protocol after 20.0 s" in out
        assert "near_separator_particle: x = 0.8" in out


def test_own_electrode(repository: Path, tmp_path: Path) -> None:
    example = load(repository, "own_electrode")
    differences = example.main(tmp_path, seconds=10.0)
    assert differences["off"] == pytest.approx(differences["one-way"], abs=1e-9)
    # Stress assists diffusion.
    assert 0.0 < differences["two-way"] < differences["one-way"]


def test_examples_are_all_tested(repository: Path) -> None:
    assert {path.stem for path in (repository / "examples").glob("*.py")} == {"first_charge", "own_electrode"}
