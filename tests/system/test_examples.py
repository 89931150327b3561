"""The examples do what they say, here with small settings."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from support import tiny_case
from support.modules import load


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
    example = load(repository / "examples" / "first_charge.py")
    with example.main(tmp_path / "result", changes) as result:
        assert result.report.is_file()
        out = capsys.readouterr().out
        assert "end-of-protocol after 20.0 s" in out
        assert "near_separator_particle: x = 0.8" in out


def test_own_electrode(repository: Path, tmp_path: Path) -> None:
    example = load(repository / "examples" / "own_electrode.py")
    differences = example.main(tmp_path, seconds=1.0)
    assert differences["off"] == pytest.approx(differences["one-way"], abs=1e-9)
    # Stress assists diffusion.
    assert 0.0 < differences["two-way"] < differences["one-way"]


def small(case_file: Path, **changes: object) -> dict[str, object]:
    return (
        tiny_case.CHEAP
        | {
            "geometry.layout": str(case_file.with_name("three.csv")),
            "geometry.separator_thickness": "6 um",
            "mesh.preset": "coarse",
            "mass_loading": "0.98 mg/cm2",
            "protocol": ["Charge at 5C for 5 s"],
        }
        | changes
    )


def test_film_resistance(
    repository: Path, case_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    results = load(repository / "examples" / "film_resistance.py").main(tmp_path, small(case_file))
    ends = {name: result.summary["voltage_end_V"] for name, result in results.items()}
    assert ends["film"] > ends["bare"] + 1e-3
    assert f"film: {ends['film']:.4f} V after 5.00 s" in capsys.readouterr().out
    for result in results.values():
        result.close()


def test_contact_loss(
    repository: Path, case_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    example = load(repository / "examples" / "contact_loss.py")
    with example.main(tmp_path / "r", small(case_file), (2,)) as result:
        assert 0.0 < float(result.dataset["contact_damage"][-1, 2]) < 0.1
        assert "particle 2: D = 0.0" in capsys.readouterr().out


def test_radial_particles(repository: Path, case_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    snapshots = load(repository / "examples" / "radial_particles.py").main(small(case_file))
    assert snapshots[-1].time == pytest.approx(5.0, abs=1e-3)
    assert capsys.readouterr().out.startswith("end-of-protocol")


def test_tomogram_to_fracture(repository: Path, tmp_path: Path) -> None:
    """The tutorial as it is executed for its page, on a small stack and over two cycles."""
    cells = load(repository / "tools" / "pages" / "cells.py")
    script = repository / "examples" / "tomogram_to_fracture.py"
    cells.run_script(script, tmp_path / "printed.json", [str(tmp_path / "out"), "--quick"])
    said = "".join(json.loads((tmp_path / "printed.json").read_text()))
    found, painted = map(int, re.search(r"particles: (\d+) found, (\d+) painted", said).groups())
    assert found == painted > 50
    radii = re.search(r"mean radius: ([\d.]+) um found, ([\d.]+) um painted", said).groups()
    assert float(radii[0]) == pytest.approx(float(radii[1]), rel=0.01)
    assert "cycle 2: charge 1" in said
    # Larger particles crack deeper.
    correlation = re.search(r"rank correlation of a/R with the radius: ([+-][\d.]+)", said)
    assert float(correlation[1]) > 0.5
    assert "severe at the separator less at the collector after 2 cycles" in said
    assert {path.name for path in (tmp_path / "out").glob("*.png")} == set(cells.pictures_of(script))


def test_examples_are_all_tested(repository: Path) -> None:
    tested = {name.removeprefix("test_") for name in globals() if name.startswith("test_")}
    examples = {path.stem for path in (repository / "examples").glob("*.py")}
    assert examples | {"examples_are_all_tested"} == tested
