"""Severe damage near the separator less that near the collector over tortuosity and contact conductance.

``run`` cycles one packing of 468 particles at 5C with one share of the transport and one conductance of the
contacts
and adds a row to a table; ``draw`` makes the figure of all rows. Severe is the quarter of the particles with
the
deepest cracks after 10 cycles, at every point anew (``limits_for_shares``), so that the pooled share is the
same
everywhere; the same limit is taken at later cycles.

    python tools/severity_study.py run study.csv --hindrance 0.49 --conductance 1e5 --cycles 10
    python tools/severity_study.py draw study.csv figure.png
"""

from __future__ import annotations

import argparse
import csv
import sys
import tempfile
from pathlib import Path

import numpy as np

from chemomech.experiments.drawing import style
from chemomech.experiments.report.damage import limits_for_shares, shares_by_depth, state_of
from chemomech.experiments.report.damage.severity import SEVERE
from chemomech.experiments.report.damage.shares import window_edges
from chemomech.validation.calibration.severity_target import POOLED
from chemomech.validation.claims.cycles.simulations import (
    EARLY,
    GROWTH,
    OWN_SHARE,
    TORTUOUS_GROWTH,
    TORTUOUS_SHARE,
    calibration_case,
    cycling,
)

COLUMNS = ("hindrance", "conductance", "cycle", "drop_mV", "pooled", "across", "error", "capacity_mAh_g")
AT_LEAST_MILD = 0.6
ASKED_FOR = 0.08
"""Difference that row 4.1 of the scoreboard asks for."""


def growth_at(hindrance: float) -> float:
    """C of Paris' law [-] between those fitted at the two shares of transport, as a power of the share."""
    power = np.log(TORTUOUS_GROWTH / GROWTH) / np.log(OWN_SHARE / TORTUOUS_SHARE)
    return float(GROWTH * (OWN_SHARE / hindrance) ** power)


def measure(hindrance: float, conductance: float, cycles: int) -> list[dict[str, float]]:
    """Cycle one point; a row after 10 cycles and one after the last."""
    from chemomech.experiments.runner import run

    case = calibration_case(
        {
            "radial.hindrance": hindrance,
            "wiring": {"coverage": 1.0, "conductance": f"{conductance:g} S/m2"},
            "damage.surface_cracks.growth": growth_at(hindrance),
            "protocol": cycling(cycles),
        }
    )
    with tempfile.TemporaryDirectory() as folder:
        result = run(case, out=Path(folder) / "run", progress=False, report=False)
        data = result.dataset.load()
        capacity = {row["number"]: row["discharge_capacity_mAh_g"] for row in result.summary["cycles"]}
        result.close()
    depth = {cycle: data["surface_crack_depth"].values[state_of(data, cycle)] for cycle in {EARLY, cycles}}
    limits = limits_for_shares(depth[EARLY], AT_LEAST_MILD, POOLED)
    edges = window_edges(float(data["electrode_thickness"]))
    first = (data["cycle_number"].values == 1) & (data["current_density"].values > 0.0)
    drop = float(np.abs(data["electrolyte_potential_drop"].values[first][1:]).mean())
    rows = []
    for cycle in sorted(depth):
        shares = shares_by_depth(data["particle_z"].values, limits.classes(depth[cycle]), edges)
        across, error = shares.across()
        values = (
            hindrance,
            conductance,
            cycle,
            1e3 * drop,
            shares.pooled[SEVERE],
            across,
            error,
            capacity[cycle],
        )
        rows.append(dict(zip(COLUMNS, map(float, values), strict=True)))
    return rows


def draw(rows: list[dict[str, float]], target: Path) -> None:
    """Difference between the ends over the electrolyte drop, a line a conductance, a panel a cycle."""
    cycles = sorted({row["cycle"] for row in rows})
    conductances = sorted({row["conductance"] for row in rows}, reverse=True)
    with style.styled():
        figure = style.new_figure(1.0 + 4.4 * len(cycles), 4.2)
        panels = figure.subplots(1, len(cycles), squeeze=False, sharey=True)[0]
        for axes, cycle in zip(panels, cycles, strict=True):
            for k, conductance in enumerate(conductances):
                here = sorted(
                    (row["drop_mV"], row["across"], row["error"])
                    for row in rows
                    if row["cycle"] == cycle and row["conductance"] == conductance
                )
                if here:
                    drop, across, error = (np.array(part) for part in zip(*here, strict=True))
                    axes.errorbar(
                        drop + 0.6 * k, across, error, marker="o", capsize=3, color=style.SERIES[k],
                        label=f"{conductance:g} S m$^{{-2}}$",
                    )  # fmt: skip
            axes.axhline(ASKED_FOR, color=style.INK, linestyle="--", linewidth=1.0)
            axes.annotate(
                f"asked for after 10 cycles: {ASKED_FOR:g}", (1.0, ASKED_FOR), (0, 3), color=style.INK,
                xycoords=("axes fraction", "data"), textcoords="offset points", ha="right", fontsize=8,
            )  # fmt: skip
            axes.axhline(0.0, color=style.MUTED, linewidth=0.8)
            axes.set(title=f"after {cycle:.0f} cycles", xlabel="mean electrolyte drop, first charge [mV]")
        panels[0].set_ylabel("severe share, separator less collector [-]")
        panels[-1].legend(title="contact conductance")
        style.letter_panels(list(panels))
        figure.savefig(target)


def main(arguments: list[str]) -> int:
    """Run a point or draw all; returns the exit code."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", choices=("run", "draw"))
    parser.add_argument("table", type=Path)
    parser.add_argument("figure", type=Path, nargs="?")
    parser.add_argument("--hindrance", type=float, default=OWN_SHARE)
    parser.add_argument("--conductance", type=float, default=1e5, help="S/m2")
    parser.add_argument("--cycles", type=int, default=50)
    given = parser.parse_args(arguments)
    if given.what == "run":
        rows = measure(given.hindrance, given.conductance, given.cycles)
        new = not given.table.exists()
        with given.table.open("a", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, COLUMNS)
            if new:
                writer.writeheader()
            writer.writerows(rows)
        for row in rows:
            print(", ".join(f"{name} {value:.4g}" for name, value in row.items()))
        return 0
    with given.table.open(newline="", encoding="utf-8") as file:
        rows = [{name: float(value) for name, value in row.items()} for row in csv.DictReader(file)]
    draw(rows, given.figure or given.table.with_suffix(".png"))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
