"""The same part of a real electrode on true shapes and on spheres, charged at 5C, side by side.

``python tools/shapes_against_spheres.py STACK --voxel-size 398e-9 --binder 2 --low 80 100 100 --size 101
--out results/shapes`` writes two cases, ``shapes.toml`` and ``spheres.toml``, runs both, and compares them in
``comparison/index.html``. ``--seconds`` ends the charges early. Called again with the same ``--out``, a
finished result is kept and one that was stopped is resumed.
"""

from __future__ import annotations

import argparse
import math
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from chemomech.experiments.case import Case
from chemomech.experiments.report.comparison import compare
from chemomech.geometry.shapes import SHAPE_PRESETS
from chemomech.solver.cell.numerics import COUPLING_NAMES
from chemomech.solver.results.folder import CASE_FILE, SUMMARY_FILE

MARGIN = 20
"""Voxels around the part in which particles are told apart too, so that its border cuts them as they are."""
SIDES: dict[str, dict[str, Any]] = {
    "shapes": {"geometry.layout.shapes": "as-imaged"},
    "spheres": {"geometry.layout.shapes": "spheres", "geometry.contacts": "fuse"},
}


def main() -> int:
    """Run what is missing, then compare."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("stack", type=Path)
    parser.add_argument("--voxel-size", type=float, required=True, help="edge of a cubic voxel [m]")
    parser.add_argument("--active", type=int, default=1)
    parser.add_argument("--pore", type=int, default=0)
    parser.add_argument("--binder", type=int, default=None)
    parser.add_argument("--low", type=int, nargs=3, default=(80, 100, 100), help="first voxel of the part")
    parser.add_argument("--size", type=int, nargs="+", default=[101], help="voxels along each axis")
    parser.add_argument("--preset", default="coarse", choices=sorted(SHAPE_PRESETS))
    parser.add_argument("--coupling", default="two-way", choices=COUPLING_NAMES, help="of mechanics")
    parser.add_argument("--seconds", type=float, default=math.inf, help="end the charges after so long [s]")
    parser.add_argument("--sides", nargs="+", choices=SIDES, default=list(SIDES), help="what to run")
    parser.add_argument("--ranks", type=int, default=1)
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    for side in arguments.sides:
        run(case_of(arguments, side), arguments.out / side, arguments.ranks)
    finished = [arguments.out / side for side in SIDES if (arguments.out / side / SUMMARY_FILE).is_file()]
    if len(finished) == len(SIDES):
        print(f"comparison: {compare(finished, arguments.out / 'comparison')}")
    return 0


def case_of(arguments: argparse.Namespace, side: str) -> Case:
    """The case of one side; both differ in nothing but the particles."""
    size = arguments.size * 3 if len(arguments.size) == 1 else arguments.size
    ends = "until 4.5 V"
    if math.isfinite(arguments.seconds):
        ends = f"for {arguments.seconds:g} s or {ends}"
    layout = {
        "stack": str(arguments.stack.resolve()),
        "voxel_size": f"{arguments.voxel_size!r} m",
        "active": arguments.active,
        "pore": arguments.pore,
        "crop": [*arguments.low, *(low + edge for low, edge in zip(arguments.low, size, strict=True))],
        "margin": MARGIN,
        # True shapes need matrix at both ends; spheres get the same.
        "layer": f"{SHAPE_PRESETS[arguments.preset].layer_thickness!r} m",
    }
    if arguments.binder is not None:
        layout["binder"] = arguments.binder
    # Without a stated loading, 1C is that of the particles that are meshed.
    main_case = {name: raw for name, raw in CASE.to_table().items() if name != "mass_loading"}
    changes = {
        "name": side,
        "description": "a part of a real electrode, charged at 5C",
        "protocol": [f"Charge at 5C {ends}"],
        "geometry.layout": layout,
        "mesh.preset": arguments.preset,
        "mechanics.coupling": arguments.coupling,
    }
    return Case.from_table(main_case).with_overrides(changes | SIDES[side])


CASE = Case.from_toml("fast-charge-5C")


def run(case: Case, out: Path, ranks: int) -> None:
    """Run a case as the command line would; a finished result of the same case is kept."""
    file = out.with_suffix(".toml")
    file.write_text(case.to_toml(), encoding="utf-8")
    begun = (out / CASE_FILE).is_file()
    if begun and (out / SUMMARY_FILE).is_file() and Case.from_toml(out / CASE_FILE) == case:
        return
    folder = Path(sys.executable).parent
    command = [str(folder / "mpiexec"), "-n", str(ranks)] if ranks > 1 else []
    command += [str(folder / "chemomech"), "run", str(file), "--out", str(out)]
    command += ["--resume"] if begun else []
    subprocess.run(command, check=True, env={**os.environ, "OMP_NUM_THREADS": "1"})


if __name__ == "__main__":
    raise SystemExit(main())
