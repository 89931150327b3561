"""The same part of a real electrode on true shapes and on spheres, charged at 5C, side by side.

``python tools/shapes_against_spheres.py STACK --voxel-size 398e-9 --binder 2 --low 80 100 100 --size 101
--out results/shapes`` separates the particles of the part, meshes them in both ways and charges both with
mechanics off. ``--seconds`` ends the charges early. Each side is kept as it finishes; called again with
the same ``--out``, only what is missing is run. The page is ``index.html`` in the folder.
"""

from __future__ import annotations

import argparse
import json
import math
import time
from pathlib import Path
from typing import Any

import numpy as np
from mpi4py import MPI

from chemomech.experiments.case import Case
from chemomech.experiments.prepare import prepare
from chemomech.geometry import MESH_PRESETS, HalfCellMesh, Layout, generate_mesh
from chemomech.geometry.contacts import Fuse, particle_shapes
from chemomech.geometry.images import (
    LabelImage,
    PhaseValues,
    crop_stack,
    extract_from_labels,
    open_stack,
    read_phases,
    separate,
)
from chemomech.geometry.shapes import SHAPE_PRESETS, mesh_shapes
from chemomech.solver.assembly import build_stepper
from chemomech.solver.multistep import StepController
from chemomech.solver.operation import ConstantCurrent, Cutoff, DurationLimit, OperatingStep, VoltageLimit
from chemomech.solver.readings.particles import ParticleReader
from chemomech.solver.simulation import Simulation, Snapshot

SEPARATOR = 25e-6
SPECIFIC_CAPACITY = 180.0 * 3.6e3
"""Capacity that defines the C-rate [C/kg]: 180 mAh/g, as in the main case."""
C_RATE = 5.0
END_VOLTAGE = 4.5
MARGIN = 20
"""Voxels around the part in which particles are told apart too, so that its border cuts them as they are."""
SIDES = ("shapes", "spheres")
NAMES = {"shapes": "true shapes", "spheres": "spheres"}
COLOURS = {"shapes": "#0072b2", "spheres": "#d55e00"}


def main() -> int:
    """Run what is missing, then write the page."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("stack", type=Path)
    parser.add_argument("--voxel-size", type=float, required=True, help="edge of a cubic voxel [m]")
    parser.add_argument("--active", type=int, default=1)
    parser.add_argument("--pore", type=int, default=0)
    parser.add_argument("--binder", type=int, default=None)
    parser.add_argument("--low", type=int, nargs=3, default=(80, 100, 100), help="first voxel of the part")
    parser.add_argument("--size", type=int, nargs="+", default=[101], help="voxels along each axis")
    parser.add_argument("--preset", default="coarse", choices=sorted(SHAPE_PRESETS))
    parser.add_argument("--seconds", type=float, default=math.inf, help="end the charges after so long [s]")
    parser.add_argument("--sides", nargs="+", choices=SIDES, default=list(SIDES), help="what to run")
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    cut: LabelImage | None = None
    for side in arguments.sides:
        path = arguments.out / f"{side}.json"
        if path.exists():
            continue
        cut = cut or labels_of(arguments)
        cell, facts = {"shapes": on_shapes, "spheres": on_spheres}[side](cut, arguments.preset)
        facts |= charge(cell, facts.pop("volume"), arguments.seconds)
        path.write_text(json.dumps(facts), encoding="utf-8")
    done = {side: arguments.out / f"{side}.json" for side in SIDES}
    results = {s: json.loads(p.read_text(encoding="utf-8")) for s, p in done.items() if p.exists()}
    write_page(results, arguments.out)
    print(*(f"{row[0]}: " + " | ".join(row[1:]) for row in table(results)), sep="\n")
    return 0


def labels_of(arguments: argparse.Namespace) -> LabelImage:
    """Labels of the part, told apart with a margin around it."""
    stack = open_stack(arguments.stack, arguments.voxel_size)
    low = np.array(arguments.low)
    size = np.broadcast_to(np.array(arguments.size), 3)
    first = np.maximum(low - MARGIN, 0)
    last = np.minimum(low + size + MARGIN, stack.shape)
    wide = crop_stack(stack, tuple(map(int, first)), tuple(map(int, last)))
    image = separate(read_phases(wide, PhaseValues(arguments.active, arguments.pore, arguments.binder))).image
    inner = tuple(slice(int(a), int(a + s)) for a, s in zip(low - first, size, strict=True))
    labels = np.asarray(image.labels[inner])
    names = np.unique(labels[labels > 0])
    number = np.zeros(len(image) + 1, dtype=np.int32)
    number[names] = np.arange(1, len(names) + 1)
    return LabelImage(number[labels], image.names[names - 1], image.voxel_size, stack.name)


def on_shapes(image: LabelImage, preset: str) -> tuple[HalfCellMesh, dict[str, Any]]:
    """Mesh the part on true shapes."""
    made = mesh_shapes(image, SEPARATOR, SHAPE_PRESETS[preset], comm=MPI.COMM_SELF)
    report = made.report
    print(*report.lines(), sep="\n", flush=True)
    volume = float(report.volumes.sum()) * 1e-18
    return made.cell, {"volume": volume, "joined": report.contacts, "area": report.area} | _facts(made.cell)


def on_spheres(image: LabelImage, preset: str) -> tuple[HalfCellMesh, dict[str, Any]]:
    """Mesh the equal-volume spheres of the part, joined where they touch, in a box of the same thickness."""
    layer = SHAPE_PRESETS[preset].layer_thickness
    found = extract_from_labels(image).layout
    box = (found.box[0], found.box[1], found.box[2] + 2.0 * layer)
    raised = Layout(
        found.centres + (0.0, 0.0, layer), found.radii, box, found.name, found.ids, found.at_border,
        found.contacts,
    )  # fmt: skip
    # What the shapes leave out as too small is left out here by the rule for cut and swallowed spheres.
    contacted = Fuse().apply(raised)
    print(*contacted.report.lines(), sep="\n", flush=True)
    cell = generate_mesh(contacted.layout, SEPARATOR, MESH_PRESETS[preset], MPI.COMM_SELF)
    shapes = particle_shapes(contacted.layout)
    facts = {
        "volume": float(shapes.volumes.sum()), "joined": contacted.report.contacts_after,
        "area": float(shapes.areas.sum()) * 1e12,
    }  # fmt: skip
    return cell, facts | _facts(cell)


def _facts(cell: HalfCellMesh) -> dict[str, Any]:
    quality, box = cell.quality, cell.layout.box
    print(quality.attempts, f"{quality.cells} cells", flush=True)
    return {
        "particles": len(cell.layout), "cells": quality.cells, "box": [edge * 1e6 for edge in box],
        "worst shape": quality.shape_percentiles[0], "mesh seconds": quality.seconds,
        "attempts": list(quality.attempts),
    }  # fmt: skip


class Recorder:
    """Keeps voltage and particle means of every accepted state."""

    def __init__(self, reader: ParticleReader) -> None:
        self.reader = reader
        self.rows: list[tuple[float, float, float, float, float, float]] = []

    def observe(self, snapshot: Snapshot) -> None:
        """Take note of an accepted state."""
        read = self.reader.read()
        volume, area = self.reader.volume, self.reader.area
        mean, surface = read["mean_stoichiometry"], read["surface_stoichiometry"]
        spread = float(np.sqrt(np.average((mean - np.average(mean, weights=volume)) ** 2, weights=volume)))
        self.rows.append(
            (
                snapshot.time,
                snapshot.voltage,
                float(np.average(mean, weights=volume)),
                float(np.average(surface, weights=area)),
                spread,
                float(mean.min()),
            )  # fmt: skip
        )
        print(f"t = {snapshot.time:.4g} s, {snapshot.voltage:.4f} V", flush=True)


def charge(cell: HalfCellMesh, volume: float, seconds: float) -> dict[str, Any]:
    """Charge at 5C, mechanics off; `volume` of active material [m3] says what 1C is."""
    model = prepare(Case.from_toml("fast-charge-5C")).model
    stepper = build_stepper(cell, model, "off")
    loading = volume * float(model.cathode.density) / (cell.layout.box[0] * cell.layout.box[1])
    current = C_RATE * SPECIFIC_CAPACITY / 3600.0 * loading
    ends: tuple[Cutoff, ...] = (VoltageLimit(END_VOLTAGE, rising=True),)
    ends += (DurationLimit(seconds),) if math.isfinite(seconds) else ()
    step = OperatingStep(ConstantCurrent(current), ends, "5C")
    recorder = Recorder(ParticleReader(stepper.problem, None))
    started = time.monotonic()
    simulation = Simulation(stepper, (step,), StepController(), observers=[recorder])
    simulation.start()
    stop = simulation.run()
    return {
        "loading": loading * 100.0, "current": current, "stop": stop.detail, "rows": recorder.rows,
        "solve seconds": time.monotonic() - started,
    }  # fmt: skip


def table(results: dict[str, Any]) -> list[list[str]]:
    """Rows of the comparison: what, then a value for each side."""
    done = [side for side in SIDES if side in results]
    last = {side: results[side]["rows"][-1] for side in done}
    rows: list[tuple[str, Any]] = [
        ("particles", lambda side: f"{results[side]['particles']}"),
        ("joined pairs", lambda side: f"{results[side]['joined']}"),
        ("surface to the matrix [um2]", lambda side: f"{results[side]['area']:.0f}"),
        ("active material [mg/cm2]", lambda side: f"{results[side]['loading']:.3f}"),
        ("current [A/m2]", lambda side: f"{results[side]['current']:.2f}"),
        ("cells", lambda side: f"{results[side]['cells']}"),
        ("worst cell shape", lambda side: f"{results[side]['worst shape']:.3f}"),
        ("attempts to mesh", lambda side: f"{len(results[side]['attempts'])}"),
        ("end of the charge [s]", lambda side: f"{last[side][0]:.1f}"),
        ("voltage at the end [V]", lambda side: f"{last[side][1]:.4f}"),
        ("mean stoichiometry at the end", lambda side: f"{last[side][2]:.4f}"),
        ("mean surface stoichiometry at the end", lambda side: f"{last[side][3]:.4f}"),
        ("spread of the particle means at the end", lambda side: f"{last[side][4]:.4f}"),
        ("lowest particle mean at the end", lambda side: f"{last[side][5]:.4f}"),
        ("why it ended", lambda side: results[side]["stop"]),
        ("time steps", lambda side: f"{len(results[side]['rows']) - 1}"),
        ("solution [s]", lambda side: f"{results[side]['solve seconds']:.0f}"),
    ]
    return [["", *(NAMES[side] for side in done)]] + [
        [name, *(value(side) for side in done)] for name, value in rows
    ]


def write_page(results: dict[str, Any], out: Path) -> None:
    """Write the figure and index.html."""
    from html import escape

    from chemomech.experiments.report.figures.style import new_figure, styled

    with styled():
        figure = new_figure(9.0, 3.4)
        voltage, lithium = figure.subplots(1, 2)
        for side, result in results.items():
            rows = np.array(result["rows"])
            time_s, colour = rows[:, 0], COLOURS[side]
            voltage.plot(time_s[1:], rows[1:, 1], color=colour, label=NAMES[side])
            lithium.plot(time_s, rows[:, 2], color=colour, label=f"{NAMES[side]}, volume mean")
            lithium.plot(
                time_s, rows[:, 3], color=colour, linestyle="--", label=f"{NAMES[side]}, surface mean"
            )
        voltage.set(xlabel="time [s]", ylabel="voltage [V]", title="cell voltage at 5C")
        lithium.set(xlabel="time [s]", ylabel="stoichiometry", title="lithium in the particles")
        voltage.legend()
        lithium.legend()
        figure.savefig(out / "charge.png")
    head, *body = table(results)
    lines = ["<tr>" + "".join(f"<th>{escape(cell)}</th>" for cell in head) + "</tr>"]
    lines += ["<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in body]
    (out / "index.html").write_text(
        "<!doctype html><meta charset='utf-8'><title>True shapes against spheres</title>"
        "<style>body{font:15px sans-serif;max-width:60em;margin:2em auto}td,th{padding:.2em 1em;"
        "text-align:left}</style><h1>True shapes against spheres</h1>"
        "<p>The same part of an electrode, charged at 5C with mechanics off.</p>"
        f"<img src='charge.png' style='max-width:100%'><table>{''.join(lines)}</table>",
        encoding="utf-8",
    )


if __name__ == "__main__":
    raise SystemExit(main())
