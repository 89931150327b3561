"""Damage of each particle by the radial model against a resolved result of the same case.

python tools/damage_comparison.py RESOLVED [--out FOLDER] [--cycles 1 10]

Runs the case of the resolved result by the radial model into FOLDER and prints, after some cycles, the rank
correlation and the differences of every damage quantity; draws ``damage.png``: each particle in both.
"""

from __future__ import annotations

import argparse
import dataclasses
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np
import numpy.typing as npt
from scipy.stats import spearmanr

import chemomech
from chemomech.experiments.case import Case
from chemomech.solver.results import Result

Array = npt.NDArray[np.float64]

QUANTITIES = {
    "surface_crack_depth": "depth of surface cracks a/R [-]",
    "toughness_share": "toughness that is left [-]",
    "intact_interface": "bond that holds [-]",
    "grain_crack_density": "density of grain cracks [-]",
    "film_thickness": "film [m]",
}


def after_cycle(result: Result, cycle: int) -> int:
    """Number of the last state of a cycle."""
    numbers = np.flatnonzero(result.dataset["cycle_number"].values == cycle)
    if not numbers.size:
        raise SystemExit(f"{result.path} has no cycle {cycle}.")
    return int(numbers[-1])


def capacity_lines(radial: Result, resolved: Result) -> list[str]:
    """Capacities of both models by cycle."""
    pairs = zip(radial.summary["cycles"], resolved.summary["cycles"], strict=False)
    return [
        f"cycle {one['cycle']:3d}  charge {one['charge_capacity_mAh_g']:.2f} against "
        f"{other['charge_capacity_mAh_g']:.2f} mAh/g"
        for one, other in pairs
    ]


def quantity_lines(radial: Result, resolved: Result, cycle: int) -> list[str]:
    """Rank correlation and difference of each quantity after a cycle."""
    lines = []
    for name in QUANTITIES:
        if name not in radial.dataset or name not in resolved.dataset:
            continue
        one, other = (r.dataset[name].values[after_cycle(r, cycle)] for r in (radial, resolved))
        if np.ptp(one) == 0.0 or np.ptp(other) == 0.0:
            rank = "no rank, all alike"
        else:
            rank = f"rank correlation {spearmanr(one, other).statistic:+.3f}"
        lines.append(
            f"cycle {cycle:3d}  {name:22s} {rank}, mean {one.mean():.4g} against {other.mean():.4g}, apart "
            f"at most {np.abs(one - other).max():.3g}"
        )
    return lines


def draw(radial: Result, resolved: Result, cycles: list[int], path: Path) -> None:
    """Each particle in both models: a row a quantity, a column a cycle."""
    names = [name for name in QUANTITIES if name in radial.dataset and name in resolved.dataset]
    radii = 1e6 * resolved.dataset["particle_radius"].values
    figure, grid = plt.subplots(
        len(names), len(cycles), figsize=(3.6 * len(cycles), 3.3 * len(names)), layout="constrained",
        squeeze=False,
    )  # fmt: skip
    for row, name in zip(grid, names, strict=True):
        for axis, cycle in zip(row, cycles, strict=True):
            one, other = (r.dataset[name].values[after_cycle(r, cycle)] for r in (radial, resolved))
            low, high = min(one.min(), other.min()), max(one.max(), other.max())
            margin = 0.05 * (high - low) + 1e-12
            ends = np.array([low - margin, high + margin])
            axis.plot(ends, ends, color="0.5", lw=0.8)
            dots = axis.scatter(other, one, c=radii, s=22, cmap="viridis", edgecolor="k", linewidth=0.3)
            axis.set(xlim=ends, ylim=ends, title=f"cycle {cycle}", xlabel="resolved")
        row[0].set_ylabel(f"radial: {QUANTITIES[name]}")
    figure.colorbar(dots, ax=grid, label="particle radius [um]")
    figure.savefig(path, dpi=150)
    plt.close(figure)


def main() -> None:
    """Run, print and draw."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("resolved", type=Path)
    parser.add_argument("--out", type=Path, default=Path("results/damage-comparison"))
    parser.add_argument("--cycles", type=int, nargs="*", default=[1, 10])
    options = parser.parse_args()
    with Result.open(options.resolved) as resolved:
        case = dataclasses.replace(Case.from_table(resolved.case), model="radial")
        with chemomech.run(case, options.out, progress=False, report=False) as radial:
            for line in capacity_lines(radial, resolved):
                print(line)
            for cycle in options.cycles:
                for line in quantity_lines(radial, resolved, cycle):
                    print(line)
            draw(radial, resolved, options.cycles, options.out / "damage.png")
    print(options.out / "damage.png")


if __name__ == "__main__":
    main()
