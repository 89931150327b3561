"""Runs the case ``dfn-comparison-5C`` and prints it beside the through-thickness reference."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path


def main() -> int:
    """Run the case if its result is missing, and print the table of docs/dfn-comparison.md."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("results/dfn-comparison-5C"))
    parser.add_argument("--preset", default="standard")
    parser.add_argument("--ranks", type=int, default=2)
    arguments = parser.parse_args()
    if not (arguments.out / "summary.json").exists():
        folder = Path(sys.executable).parent
        command = [str(folder / "mpiexec"), "-n", str(arguments.ranks), str(folder / "chemomech")]
        command += ["run", "dfn-comparison-5C", "--set", f"mesh.preset={arguments.preset}"]
        command += ["--out", str(arguments.out)]
        subprocess.run(command, check=True, env={**os.environ, "OMP_NUM_THREADS": "1"})
    from chemomech.solver.results import Result
    from chemomech.validation.dfn import compare

    print(compare(Result.open(arguments.out).dataset))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
