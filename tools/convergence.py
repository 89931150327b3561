"""What the mesh costs: runs a case on meshes that become finer, extrapolates, and prints the tables.

The tables are those of docs/accuracy.md. Results are kept below ``--out`` and used again. Values are compared
at stated times, which every run meets exactly, and at the end. A mesh is a preset, or a preset with all its
sizes scaled (``standard*0.8``).

python tools/convergence.py --meshes standard 'standard*0.8' 'standard*0.64' --write docs/accuracy.md
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path

from chemomech.errors import InputError

MESHES = ("coarse", "standard", "fine")
BEGIN, END = "<!-- begin: tools/convergence.py -->", "<!-- end: tools/convergence.py -->"


def main() -> int:
    """Run what is missing, print the tables, and put them into a page if asked."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=Path("results/convergence"))
    parser.add_argument("--case", default="fast-charge-5C", help="a shipped case or a case file")
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", help="change the case")
    parser.add_argument("--meshes", nargs="+", default=list(MESHES), help="coarsest first; at least three")
    parser.add_argument("--times", nargs="+", type=float, help="at which runs are compared [s]")
    parser.add_argument("--ranks", type=int, default=2)
    parser.add_argument("--write", type=Path, help="page whose marked part the tables replace")
    arguments = parser.parse_args()
    try:
        text = tables(arguments)
        if arguments.write:
            put(arguments.write, text)
    except InputError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    except subprocess.CalledProcessError as error:
        print(f"error: the run '{' '.join(error.cmd)}' did not finish.", file=sys.stderr)
        return int(error.returncode) or 1
    print(text)
    return 0


def tables(arguments: argparse.Namespace) -> str:
    """Run what is missing and return the tables as Markdown."""
    from chemomech.solver.results import Result
    from chemomech.validation import mesh_table

    times = tuple(arguments.times or mesh_table.TIMES)
    folders = [arguments.out / name.replace("*", "-times-") for name in arguments.meshes]
    for name, folder in zip(arguments.meshes, folders, strict=True):
        if not (folder / "summary.json").exists():
            preset, changes = mesh_table.scaled_mesh(name)
            run(arguments, preset, changes, times, folder)
    results = [Result.open(folder) for folder in folders]
    judged = mesh_table.judge(results, times)
    return "\n".join(
        [
            *mesh_table.mesh_lines(results, arguments.meshes),
            "",
            *mesh_table.error_lines(judged, arguments.meshes),
        ]
    )


def run(
    arguments: argparse.Namespace, preset: str, changes: dict[str, float], times: tuple[float, ...], out: Path
) -> None:
    """Run the case with one mesh."""
    folder = Path(sys.executable).parent
    command = [str(folder / "mpiexec"), "-n", str(arguments.ranks), str(folder / "chemomech"), "run"]
    command += [arguments.case, "--quiet", "--out", str(out), "--set", f"mesh.preset={preset}"]
    for name, value in changes.items():
        command += ["--set", f"mesh.{name}={value:.9g}{' m' if name.endswith('_size') else ''}"]
    command += ["--set", f"output.cut_times={[f'{time:g} s' for time in times]}"]
    for change in arguments.set:
        command += ["--set", change]
    subprocess.run(command, check=True, env={**os.environ, "OMP_NUM_THREADS": "1"})


def put(page: Path, text: str) -> None:
    """Replace the marked part of a page."""
    before, begin, rest = page.read_text(encoding="utf-8").partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise InputError(f"the page {str(page)!r} has no part between {BEGIN} and {END}; put them there.")
    page.write_text(f"{before}{BEGIN}\n{text}\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    raise SystemExit(main())
