"""Runs ``dfn-comparison-5C`` resolved and as DFN, and prints the tables of docs/accuracy.md.

Like with like: the DFN with the radius of the layout's volume over its surface, and the DFN with its sizes;
then a reference solution made apart from this code, whose one radius differs.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path

CASE = "dfn-comparison-5C"
MODELS = {"one radius": False, "sizes": True}
"""Columns of the table, and whether the model carries the sizes of the layout."""


def main() -> int:
    """Run what is missing and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=Path("results/dfn-comparison-5C"))
    parser.add_argument("--preset", default="standard")
    parser.add_argument("--ranks", type=int, default=2)
    arguments = parser.parse_args()
    resolved = arguments.out / "resolved"
    if not (resolved / "summary.json").exists():
        folder = Path(sys.executable).parent
        command = [str(folder / "mpiexec"), "-n", str(arguments.ranks), str(folder / "chemomech")]
        command += ["run", CASE, "--set", f"mesh.preset={arguments.preset}", "--out", str(resolved)]
        subprocess.run(command, check=True, env={**os.environ, "OMP_NUM_THREADS": "1"})
    from chemomech.experiments.case import Case
    from chemomech.experiments.case.prepare import prepare
    from chemomech.experiments.models.homogenised import homogenise
    from chemomech.experiments.runner import run_dfn
    from chemomech.solver.results import Result
    from chemomech.validation.dfn import compare, compare_alike

    case = Case.from_toml(CASE)
    models = {}
    for name, sizes in MODELS.items():
        folder = arguments.out / name.replace(" ", "-")
        if not (folder / "summary.json").exists():
            run_dfn(case, folder, sizes=sizes).close()
        models[name] = Result.open(folder).dataset
    dataset = Result.open(resolved).dataset
    print(
        f"Radius of the layout's volume over its surface: {1e6 * homogenise(prepare(case)).radius:.3f} um.\n"
    )
    print(compare_alike(dataset, models))
    print("\nThe reference made apart from this code (R = 3.11 um):\n")
    print(compare(dataset))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
