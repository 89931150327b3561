"""A small case on disk, and the sentence with which a command line refuses it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import tomli_w

from chemomech.cli import main

LAYOUT = """\
# chemomech particle layout 1
# box [um]: 9, 9, 12
x [um],y [um],z [um],radius [um]
2.6,2.7,2.8,2.2
6.5,6.3,4.4,2.1
4.0,5.0,9.0,2.4
"""
CASE: dict[str, Any] = {
    "name": "three",
    "model": "radial",
    "initial_stoichiometry": 0.93,
    "nominal_capacity": "180 mAh/g",
    "protocol": ["Charge at 5C until 4.5 V"],
    "geometry": {"layout": "three.csv", "separator_thickness": "6 um"},
}
STUDY = {"name": "s", "base": "case.toml", "fidelity": "radial", "axes": {"c_rate": [1.0, 2.0]}}


def written(folder: Path, table: dict[str, Any] = CASE, layout: str = LAYOUT) -> Path:
    (folder / "three.csv").write_text(layout, encoding="utf-8")
    path = folder / "case.toml"
    path.write_text(tomli_w.dumps(table), encoding="utf-8")
    return path


def refused(words: list[str], capsys: pytest.CaptureFixture[str], code: int = 2) -> str:
    """The one sentence with which a command line is refused."""
    assert main(words) == code
    said = capsys.readouterr().err
    assert said.startswith("error: ")
    assert said.endswith(".\n")
    assert said.count("\n") == 1
    return said


def run(folder: Path, *more: str) -> list[str]:
    return ["run", str(folder / "case.toml"), "--out", str(folder / "out"), "--quiet", *more]
