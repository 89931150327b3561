"""Damage of each particle by the radial model against a resolved result of the same case.

python tools/damage_comparison.py RESOLVED [--out FOLDER] [--cycles 1 10] [--fields layout]

Runs the case of the resolved result by the radial model into FOLDER and prints, after the first and the last
cycle or those that are named, the rank correlation and the differences of every damage quantity, and the
charge of every cycle; draws ``damage.png``: each particle in both models. ``--fields layout`` lets transport
and traction of the radial model come from the layout itself.

The models agree (fixed before any run was compared, docs/damage.md) where, after each of these cycles, the
rank correlation between particles of crack depth and toughness is above 0.9 and their means are within 0.02,
and where the charge of every cycle is within 1 %.
"""

from __future__ import annotations

import argparse
import dataclasses
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.stats import spearmanr

import chemomech
from chemomech.experiments.case import Case
from chemomech.experiments.drawing import style
from chemomech.solver.results import Result

Array = npt.NDArray[np.float64]

QUANTITIES = {
    "surface_crack_depth": ("crack depth $a/R$ [-]", 1.0),
    "toughness_share": ("toughness left [-]", 1.0),
    "intact_interface": ("bond that holds [-]", 1.0),
    "grain_crack_density": ("density of grain cracks [-]", 1.0),
    "film_thickness": ("film [nm]", 1e9),
    "reconstruction_thickness": ("reconstruction [nm]", 1e9),
}
"""Title and factor to its unit."""

JUDGED = ("surface_crack_depth", "toughness_share")
LEAST_RANK, MOST_APART, MOST_CHARGE = 0.9, 0.02, 0.01


def cycles_of(result: Result) -> list[int]:
    """Numbers of the cycles that a result has states of."""
    return sorted({int(number) for number in result.dataset["cycle_number"].values})


def after(result: Result, name: str, cycle: int) -> Array:
    """A quantity of each particle in the last state of a cycle."""
    (states,) = np.nonzero(result.dataset["cycle_number"].values == cycle)
    return np.asarray(result.dataset[name].values[states[-1]], dtype=float)


def common(radial: Result, resolved: Result) -> list[str]:
    """Damage quantities that both have."""
    return [name for name in QUANTITIES if name in radial.dataset and name in resolved.dataset]


def rank_correlation(one: Array, other: Array) -> float:
    """Spearman's; not a number where all particles are alike."""
    if len(one) < 3 or np.ptp(one) == 0.0 or np.ptp(other) == 0.0:
        return float("nan")
    return float(spearmanr(one, other).statistic)


def charge_lines(radial: Result, resolved: Result) -> tuple[list[str], bool]:
    """Charge of both models by cycle, and whether it agrees."""
    lines, agree = [], True
    table = {row["number"]: row["charge_capacity_mAh_g"] for row in radial.summary["cycles"]}
    for row in resolved.summary["cycles"]:
        number, other = row["number"], row["charge_capacity_mAh_g"]
        one = table.get(number)
        if one is None or other is None:
            continue
        apart = one / other - 1.0
        agree &= abs(apart) <= MOST_CHARGE
        lines.append(f"cycle {number:3d}  charge {one:.2f} against {other:.2f} mAh/g ({100 * apart:+.2f} %)")
    return lines, agree


def quantity_lines(radial: Result, resolved: Result, cycle: int) -> tuple[list[str], bool]:
    """Rank correlation and difference of each quantity after a cycle, and whether what is judged agrees."""
    lines, agree = [], True
    for name in common(radial, resolved):
        title, factor = QUANTITIES[name]
        one, other = (factor * after(result, name, cycle) for result in (radial, resolved))
        rank = rank_correlation(one, other)
        if name in JUDGED:
            agree &= rank > LEAST_RANK and abs(one.mean() - other.mean()) <= MOST_APART
        lines.append(
            f"cycle {cycle:3d}  {title.replace('$', ''):30s} rank correlation {rank:+.3f}, mean "
            f"{one.mean():.4g} against {other.mean():.4g}, spread {other.std():.2g}, apart at most "
            f"{np.abs(one - other).max():.2g}"
        )
    return lines, agree


def draw(radial: Result, resolved: Result, cycles: Sequence[int], path: Path) -> None:
    """Each particle in both models: a row a quantity, a column a cycle."""
    names = common(radial, resolved)
    radii = 1e6 * resolved.dataset["particle_radius"].values
    with style.styled():
        figure = style.new_figure(1.6 + 3.1 * len(cycles), 3.2 * len(names))
        grid = figure.subplots(len(names), len(cycles), squeeze=False)
        for row, name in zip(grid, names, strict=True):
            title, factor = QUANTITIES[name]
            for axes, cycle in zip(row, cycles, strict=True):
                one, other = (factor * after(result, name, cycle) for result in (radial, resolved))
                low, high = min(one.min(), other.min()), max(one.max(), other.max())
                margin = 0.05 * (high - low) or 0.05 * abs(high) or 1.0
                ends = (low - margin, high + margin)
                axes.plot(ends, ends, color=style.MUTED, linewidth=0.8)
                dots = axes.scatter(
                    other, one, c=radii, s=22, cmap="viridis", edgecolor=style.INK, linewidth=0.3
                )
                axes.set(xlim=ends, ylim=ends, xlabel="resolved model")
                axes.locator_params(nbins=5)
                axes.set_title(f"{title}, cycle {cycle}\nrank correlation {rank_correlation(one, other):.3f}")
            row[0].set_ylabel("radial model")
        figure.colorbar(dots, ax=grid, label="particle radius [um]", shrink=min(1.0, 2.0 / len(names)))
        figure.savefig(path)


def main() -> None:
    """Run, print and draw."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("resolved", type=Path)
    parser.add_argument("--out", type=Path, default=Path("results/damage-comparison"))
    parser.add_argument("--cycles", type=int, nargs="*", default=None)
    parser.add_argument("--fields", choices=("estimate", "layout"), default="estimate")
    options = parser.parse_args()
    with Result.open(options.resolved) as resolved:
        there = cycles_of(resolved)
        cycles = sorted({there[0], there[-1]}) if options.cycles is None else options.cycles
        if missing := set(cycles) - set(there):
            parser.error(f"{options.resolved} has cycles {there[0]} to {there[-1]} and not {min(missing)}.")
        case = dataclasses.replace(Case.from_table(resolved.case), model="radial")
        # What the resolved run was given of the clock says nothing about this one.
        case = case.with_overrides({"numerics.max_wall_time": "1 h"})
        if options.fields == "layout":
            case = case.with_overrides({"radial.transport": "layout", "radial.traction": "layout"})
        with chemomech.run(case, options.out, progress=False, report=False) as radial:
            parts = [charge_lines(radial, resolved)]
            parts += [quantity_lines(radial, resolved, cycle) for cycle in cycles]
            for lines, _ in parts:
                print(*lines, sep="\n")
            print("agree" if all(agree for _, agree in parts) else "do not agree in all that is judged")
            draw(radial, resolved, cycles, options.out / "damage.png")
    print(options.out / "damage.png")


if __name__ == "__main__":
    main()
