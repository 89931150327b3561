"""The radial model against a resolved result of the same case, particle by particle.

python tools/radial_comparison.py RESOLVED [--out FOLDER] [--times 10 150 300 500] [--estimate]

Runs the case of the resolved result by the radial model into FOLDER and prints how far voltage, lithium and
stress differ; draws ``stress.png``: the surface stress of each particle in both, and where it differs.
Transport and traction of the matrix are those of the layout, or with ``--estimate`` estimates from its volume
fraction.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np
import numpy.typing as npt

import chemomech
from chemomech.experiments.case import Case
from chemomech.solver.results import Result

Array = npt.NDArray[np.float64]

NINE_OF_TEN = 0.9
STRESS = "surface_equivalent_stress"
ABSOLUTE = ("mean_stoichiometry", "surface_stoichiometry")
RELATIVE = (STRESS, "max_principal_stress", "mean_hydrostatic_stress", "core_equivalent_stress",
            "surface_stress_intensity")  # fmt: skip


def at(result: Result, name: str, time: float) -> Array:
    """A quantity of all particles, linear between the states of a result."""
    data = result.dataset
    return np.array([np.interp(time, data["time"], column) for column in data[name].values.T])


def voltage_lines(radial: Result, resolved: Result) -> list[str]:
    """Largest difference of the voltages from 1 s on, and of the ends."""
    ends = [float(result.dataset["time"].values[-1]) for result in (radial, resolved)]
    times = resolved.dataset["time"].values
    times = times[(times >= 1.0) & (times <= min(ends))]
    own = np.interp(times, radial.dataset["time"], radial.dataset["voltage"])
    other = np.interp(times, resolved.dataset["time"], resolved.dataset["voltage"])
    worst = int(np.argmax(np.abs(own - other)))
    return [
        f"voltage: at most {1e3 * abs(own - other)[worst]:.2f} mV apart from 1 s on, at {times[worst]:.0f} s",
        f"end: {ends[0]:.2f} s against {ends[1]:.2f} s ({100 * (ends[0] / ends[1] - 1.0):+.3f} %)",
    ]


def particle_lines(radial: Result, resolved: Result, times: list[float]) -> list[str]:
    """Differences by particle at some times."""
    lines = []
    for time in times:
        for name in ABSOLUTE:
            apart = at(radial, name, time) - at(resolved, name, time)
            lines.append(
                f"{time:6.0f} s  {name:28s} at most {np.abs(apart).max():.4f}, mean {apart.mean():+.5f}"
            )
        for name in RELATIVE:
            if name not in resolved.dataset:
                continue
            one, other = at(radial, name, time), at(resolved, name, time)
            share = (one - other) / np.abs(other)
            within = np.quantile(np.abs(share), NINE_OF_TEN)
            lines.append(
                f"{time:6.0f} s  {name:28s} nine of ten within {100 * within:5.1f} %, mean "
                f"{100 * share.mean():+5.1f} %, median of resolved {np.median(other) / 1e6:.4g} M"
            )
    return lines


def reason_lines(radial: Result, resolved: Result, times: list[float]) -> list[str]:
    """Whether small particles are the ones whose surface stress differs."""
    radii = 1e6 * resolved.dataset["particle_radius"].values
    lines = []
    for time in times:
        one, other = at(radial, STRESS, time), at(resolved, STRESS, time)
        beyond = np.abs(one - other) > 0.1 * other
        which = f", the largest with R = {radii[beyond].max():.2f} um" if beyond.any() else ""
        apart = np.abs(one - other).mean() / 1e6
        lines.append(
            f"{time:6.0f} s  surface stress beyond 10 %: {beyond.sum()} of {len(radii)}{which} (all: "
            f"{radii.min():.2f} to {radii.max():.2f} um); mean distance {apart:.2f} MPa"
        )
    return lines


def draw(radial: Result, resolved: Result, times: list[float], path: Path) -> None:
    """Surface stress of each particle in both models."""
    radii = 1e6 * resolved.dataset["particle_radius"].values
    figure, axes = plt.subplots(1, len(times), figsize=(3.4 * len(times), 3.6), layout="constrained")
    for axis, time in zip(np.atleast_1d(axes), times, strict=True):
        one, other = at(radial, STRESS, time) / 1e6, at(resolved, STRESS, time) / 1e6
        ends = np.array([0.0, 1.05 * max(one.max(), other.max())])
        axis.fill_between(ends, 0.9 * ends, 1.1 * ends, color="0.9", lw=0, label="10 %")
        axis.plot(ends, ends, color="0.5", lw=0.8)
        dots = axis.scatter(other, one, c=radii, s=22, cmap="viridis", edgecolor="k", linewidth=0.3)
        axis.set(xlim=ends, ylim=ends, xlabel="resolved [MPa]", title=f"{time:g} s")
    np.atleast_1d(axes)[0].set_ylabel("radial: surface equivalent stress [MPa]")
    np.atleast_1d(axes)[0].legend(loc="upper left", frameon=False)
    figure.colorbar(dots, ax=axes, label="particle radius [um]")
    figure.savefig(path, dpi=150)
    plt.close(figure)


def main() -> None:
    """Run, print and draw."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("resolved", type=Path)
    parser.add_argument("--out", type=Path, default=Path("results/radial-comparison"))
    parser.add_argument("--times", type=float, nargs="*", default=[10.0, 150.0, 300.0, 500.0])
    parser.add_argument("--estimate", action="store_true", help="estimates of what the matrix does")
    options = parser.parse_args()
    of_layout = {} if options.estimate else {"radial.transport": "layout", "radial.traction": "layout"}
    with Result.open(options.resolved) as resolved:
        case = Case.from_table(resolved.case).with_overrides({"model": "radial", **of_layout})
        with chemomech.run(case, options.out, progress=False, report=False) as radial:
            for line in (
                *voltage_lines(radial, resolved),
                *particle_lines(radial, resolved, options.times),
                *reason_lines(radial, resolved, options.times),
            ):
                print(line)
            draw(radial, resolved, options.times, options.out / "stress.png")
    print(options.out / "stress.png")


if __name__ == "__main__":
    main()
