"""A case small enough for whole runs in tests: three particles, coarse mesh, seconds of work."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from support import half_cells

import chemomech
from chemomech.geometry import write_layout

FIELD_TIMES = (0.0, 100.0)
CUT_TIMES = (10.0, 300.0)

TEXT = """\
name = "three-particles-5C"
initial_stoichiometry = 0.93
nominal_capacity = "180 mAh/g"
protocol = ["Charge at 5C until 4.5 V"]
[geometry]
layout = "three.csv"
separator_thickness = "6 um"
[mesh]
preset = "coarse"
[mechanics]
coupling = "two-way"
[output]
cut_times = ["10 s", "300 s"]
field_times = ["0 s", "100 s"]
checkpoint_every = 5
"""

# A second look at physics that needs no stress: cheaper by half, and with no fields to write.
CHEAP: Mapping[str, Any] = {
    "mechanics.coupling": "off",
    "numerics.time_tolerance": 5e-4,
    "numerics.voltage_tolerance": "2 mV",
    "output.cut_times": [],
    "output.field_times": [],
}


class Charge(NamedTuple):
    """A finished run of the case by the command line, with what it printed."""

    result: chemomech.Result
    process: subprocess.CompletedProcess[str]


def write_case(folder: Path) -> Path:
    """Write the case and its layout; returns the path of the case file."""
    write_layout(half_cells.three_particles(), folder / "three.csv")
    path = folder / "three-particles.toml"
    path.write_text(TEXT, encoding="utf-8")
    return path


def run(case_file: Path, out: Path, changes: Mapping[str, Any], **options: Any) -> chemomech.Result:
    """Run the case with changes, without report."""
    case = chemomech.Case.from_toml(case_file).with_overrides(changes)
    return chemomech.run(case, out=out, progress=False, report=False, **options)


RESUME = """\
import sys, chemomech
case = chemomech.Case.from_toml(sys.argv[1])
chemomech.run(case, out=sys.argv[2], resume=True, progress=False, report=False)
"""
"""A program that goes on with the run of a case in a folder, and draws no report."""


def command(*words: str | Path) -> list[str]:
    """Command line of the program in a process of its own."""
    return [sys.executable, "-m", "chemomech", *map(str, words)]


def call(*words: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the program to its end."""
    return subprocess.run(
        command(*words), capture_output=True, text=True, timeout=900.0, check=False,
        env=os.environ | environment,
    )  # fmt: skip
