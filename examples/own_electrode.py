"""Pack an electrode of your own, write its case file, and compare the three couplings with mechanics.

python examples/own_electrode.py results/own-electrode
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

import chemomech
from chemomech.geometry import Layout, write_layout

COUPLINGS = ("off", "one-way", "two-way")


def write_case(folder: Path, seconds: float) -> Path:
    """Write a layout of three spheres and a case that charges it for some seconds."""
    folder.mkdir(parents=True, exist_ok=True)
    um = 1e-6  # every length of the interface is in metres
    centres = np.array([[2.6, 2.7, 2.8], [5.4, 5.3, 5.6], [2.9, 3.0, 9.1]]) * um
    radii = np.array([2.2, 1.9, 2.4]) * um
    write_layout(Layout(centres, radii, box=(8 * um, 8 * um, 12 * um), name="three"), folder / "three.csv")
    path = folder / "own.toml"
    path.write_text(
        f"""\
name = "own-electrode"
initial_stoichiometry = 0.93
nominal_capacity = "180 mAh/g"
protocol = ["Charge at 5C for {seconds:g} s or until 4.5 V", "Rest for {seconds:g} s"]
[geometry]
layout = "three.csv"
separator_thickness = "6 um"
[mesh]
preset = "coarse"
[output]
cut_times = []
""",
        encoding="utf-8",
    )
    return path


def main(folder: Path, seconds: float = 60.0) -> dict[str, float]:
    """Charge and rest with each coupling; returns the mean surface-core difference after the charge [-]."""
    case = chemomech.Case.from_toml(write_case(folder, seconds))
    differences = {}
    for coupling in COUPLINGS:
        changed = case.with_overrides({"mechanics.coupling": coupling})
        with chemomech.run(changed, out=folder / coupling, progress=False, report=False) as result:
            data = result.dataset
            end_of_charge = data.isel(time=int(data.voltage.argmax("time")))
            difference = end_of_charge.core_stoichiometry - end_of_charge.surface_stoichiometry
            differences[coupling] = float(difference.mean())
            print(f"{coupling}: core minus surface {differences[coupling]:.5f}")
    return differences


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "results/own-electrode"))
