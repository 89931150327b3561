"""Mesh convergence of the main case: runs the presets and prints the table of docs/convergence.md.

Results are kept below ``--out`` and used again. Values are compared at the times of the cuts, which every
run meets exactly, and at the end.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path

import numpy as np

PRESETS = ("coarse", "standard", "fine")
TIMES = (10.0, 150.0, 300.0, 500.0)


def main() -> int:
    """Run what is missing and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=Path("results/convergence"))
    parser.add_argument("--presets", nargs="+", default=list(PRESETS), choices=PRESETS)
    parser.add_argument("--ranks", type=int, default=2)
    arguments = parser.parse_args()
    for preset in arguments.presets:
        if not (arguments.out / preset / "summary.json").exists():
            run(preset, arguments.out / preset, arguments.ranks)
    print(table([arguments.out / preset for preset in arguments.presets], arguments.presets))
    return 0


def run(preset: str, out: Path, ranks: int) -> None:
    """Run the main case with one preset."""
    folder = Path(sys.executable).parent
    command = [str(folder / "mpiexec"), "-n", str(ranks), str(folder / "chemomech"), "run", "fast-charge-5C"]
    command += ["--set", f"mesh.preset={preset}", "--out", str(out)]
    subprocess.run(command, check=True, env={**os.environ, "OMP_NUM_THREADS": "1"})


def table(folders: list[Path], presets: list[str]) -> str:
    """Differences of each result from the last one, as Markdown."""
    from chemomech.solver.results import Result

    results = [Result.open(folder) for folder in folders]
    finest = results[-1].dataset
    probes = [int(finest.attrs["near_separator_particle"]), int(finest.attrs["near_collector_particle"])]
    lines = [
        "| preset | cells | unknowns (electrochemistry + displacement) | end [s] | wall [s] | memory [GB] "
        "| dV [mV] | d mean x | d surface x | d probe stress, surface [%] | d probe stress, core [%] |",
        "|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    for preset, result in zip(presets, results, strict=True):
        summary = result.summary
        size, cost = summary["size"], summary["cost"]
        differences = _differences(result.dataset, finest, probes)
        lines.append(
            f"| {preset} | {size['cells']} | {size['unknowns']['electrochemistry']} + "
            f"{size['unknowns']['displacement']} | {summary['t_end_s']:.2f} | {cost['wall_s']:.0f} "
            f"({cost['ranks']} ranks) | {cost['peak_memory_GB']:.1f} | " + " | ".join(differences) + " |"
        )
    return "\n".join(lines)


def _differences(dataset, finest, probes: list[int]) -> list[str]:  # type: ignore[no-untyped-def]
    """Largest differences over the compared times: V, mean x, surface x, probe stresses."""

    def at(data, name: str):  # type: ignore[no-untyped-def]
        return np.asarray(data[name].sel(time=list(TIMES), method="nearest"))

    def largest(name: str) -> float:
        return float(np.max(np.abs(at(dataset, name) - at(finest, name))))

    def relative(name: str) -> float:
        fine = at(finest, name)[:, probes]
        return float(100.0 * np.max(np.abs(at(dataset, name)[:, probes] - fine)) / np.max(np.abs(fine)))

    return [
        f"{1e3 * largest('voltage'):.2f}",
        f"{largest('mean_stoichiometry'):.1e}",
        f"{largest('surface_stoichiometry'):.1e}",
        f"{relative('surface_equivalent_stress'):.2f}",
        f"{relative('core_equivalent_stress'):.2f}",
    ]


if __name__ == "__main__":
    raise SystemExit(main())
