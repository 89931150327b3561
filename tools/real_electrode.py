"""A segmented stack of a real electrode taken to a layout, with every figure that can be checked.

``python tools/real_electrode.py STACK --voxel-size 398e-9 --active 1 --pore 0 --binder 2`` prints phase
fractions, surface by three estimators, sizes, particle count, wiring, time and peak memory.
``--sensitivity`` adds the particle count over the marker rule, ``--tiles 1 2`` runs the extraction on
mirrored tilings of the stack, which shows what larger stacks cost. Each measurement is a process of its own.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from chemomech.geometry import write_layout
from chemomech.geometry.images import (
    SURFACE_ESTIMATORS,
    ImageStack,
    MemoryLimit,
    MergeRule,
    NeckRatio,
    PeakDepth,
    PhaseValues,
    SeparationRule,
    extract_from_phases,
    measure_particles,
    open_stack,
    read_phases,
    separate,
)
from chemomech.geometry.images.stack import AnyArray, PlaneSource, Shape

PUBLISHED = {"nmc-1-cal": {"specific surface [1/um]": 0.2476, "mean radius [um]": 4.19}}
"""For the electrode of the NREL library (a crop, another carbon-binder variant); second-hand."""

MICRO = 1e-6
GIGABYTE = 1e9
NECKS = (0.6, 0.7, 0.75, 0.8, 0.85, 0.9, 1.0)
DEPTHS = (0.5, 1.0, 2.0)
"""In voxels."""
SMOOTHINGS = (0.5, 1.0, 2.0)
"""In voxels."""


@dataclass(frozen=True)
class Mirrored:
    """A stack continued by its mirror images, a number of times along every axis."""

    source: PlaneSource
    times: int

    @property
    def shape(self) -> Shape:
        """Number of voxels along the axes."""
        size = self.source.shape
        return size[0] * self.times, size[1] * self.times, size[2] * self.times

    @property
    def dtype(self) -> Any:
        """Type of a voxel."""
        return self.source.dtype

    def read(self, first: int, last: int) -> AnyArray:
        """Planes `first` to `last` - 1."""
        size = self.source.shape[0]
        parts = []
        while first < last:
            tile, start = divmod(first, size)
            stop = min(size, start + last - first)
            low, high = (start, stop) if tile % 2 == 0 else (size - stop, size - start)
            planes = self.source.read(low, high)
            parts.append(planes if tile % 2 == 0 else planes[::-1])
            first += stop - start
        planes = np.concatenate(parts)
        for axis in (1, 2):
            flipped = np.flip(planes, axis)
            planes = np.concatenate([flipped if tile % 2 else planes for tile in range(self.times)], axis)
        return planes


def main() -> int:
    """Print the report, or take one measurement as a worker."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("stack", type=Path)
    parser.add_argument("--voxel-size", type=float, required=True, help="edge of a cubic voxel [m]")
    parser.add_argument("--active", type=int, default=1)
    parser.add_argument("--pore", type=int, default=0)
    parser.add_argument("--binder", type=int, default=None)
    parser.add_argument("--memory", type=float, default=4.0, help="memory limit [GB]")
    parser.add_argument("--neck-ratio", type=float, default=NeckRatio().ratio)
    parser.add_argument("--sensitivity", action="store_true", help="particle count over the marker rule")
    parser.add_argument("--tiles", type=int, nargs="*", default=[1], help="mirrored tilings to run")
    parser.add_argument("--published", choices=PUBLISHED, default=None, help="compare with published figures")
    parser.add_argument("--out", type=Path, help="write the layout as CSV")
    parser.add_argument("--worker", type=int, default=0, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.worker:
        print(json.dumps(measure(arguments)))
        return 0
    first = True
    for tiles in arguments.tiles:
        figures = in_own_process(tiles)
        describe(figures, PUBLISHED.get(arguments.published, {}) if first else {})
        first = False
    if arguments.sensitivity:
        sensitivity(arguments)
    return 0


def in_own_process(tiles: int) -> dict[str, Any]:
    """Measure in a process of its own, so that its peak memory is that of the extraction."""
    command = [sys.executable, *sys.argv, "--worker", str(tiles)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, env=dict(os.environ))
    return dict(json.loads(done.stdout))


def phases_of(arguments: argparse.Namespace, tiles: int = 1) -> Any:
    """Open the stack, tiled if asked for, and check its phases."""
    stack = open_stack(arguments.stack, arguments.voxel_size)
    if tiles > 1:
        stack = ImageStack(Mirrored(stack.source, tiles), stack.voxel_size, f"{stack.name} x {tiles}")
    values = PhaseValues(arguments.active, arguments.pore, arguments.binder)
    return read_phases(stack, values, MemoryLimit(arguments.memory * GIGABYTE))


def measure(arguments: argparse.Namespace) -> dict[str, Any]:
    """Extract a layout and return the figures."""
    tiles = arguments.worker
    limit = MemoryLimit(arguments.memory * GIGABYTE)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.perf_counter()
    phases = phases_of(arguments, tiles)
    rule = SeparationRule(merging=NeckRatio(arguments.neck_ratio))
    extracted = extract_from_phases(phases, rule, memory=limit)
    seconds = time.perf_counter() - start
    processor = time.process_time()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    table, layout = extracted.table, extracted.layout
    whole = ~table.at_border
    assert extracted.separated is not None
    assert extracted.wiring is not None
    figures: dict[str, Any] = {
        "shape": list(phases.stack.shape),
        "voxels": phases.stack.voxels,
        "counts": dict(phases.counts),
        "fractions": phases.fractions,
        "particles": len(table),
        "cut": int(table.at_border.sum()),
        "basins": extracted.separated.basins,
        "slabs": extracted.separated.slabs,
        "halo": extracted.separated.halo,
        "removed": [extracted.separated.removed_fragments, extracted.separated.removed_voxels],
        "layout fraction": layout.volume_fraction,
        "overlapping pairs": len(layout.overlaps()[0]),
        "contacts": len(table.contact_areas),
        "coordination": 2.0 * len(table.contact_areas) / len(table),
        "radii": {
            name: radii_of(table.radii[rows]) for name, rows in (("all", slice(None)), ("whole", whole))
        },
        "coverage": [float(extracted.wiring.coverage.mean()), float(extracted.wiring.coverage.std())],
        "isolated": extracted.wiring.isolated.tolist()[:20],
        "isolated volume": extracted.wiring.isolated_volume,
        "isolated pores": extracted.pores.isolated_volume if extracted.pores else None,
        "spans": [extracted.wiring.spans, extracted.pores.spans if extracted.pores else None],
        "seconds": seconds,
        "processor seconds": processor,
        "peak GB": peak * 1024 / GIGABYTE,
        "before GB": before * 1024 / GIGABYTE,
    }
    if tiles == 1:
        figures["surface"] = {
            name: estimate(phases, limit).specific * MICRO for name, estimate in SURFACE_ESTIMATORS.items()
        }
        if arguments.out:
            write_layout(layout, arguments.out)
    return figures


def radii_of(radii: Any) -> dict[str, float]:
    """Means of equal-volume radii [um]."""
    mean = {
        "by number": float(radii.mean()),
        "median": float(np.median(radii)),
        "of mean volume": float(np.cbrt((radii**3).mean())),
        "by volume": float((radii**4).sum() / (radii**3).sum()),
    }
    return {name: value / MICRO for name, value in mean.items()}


def describe(figures: dict[str, Any], published: dict[str, float]) -> None:
    """Print the figures of one extraction."""
    print(f"\n{' x '.join(map(str, figures['shape']))} voxels ({figures['voxels'] / 1e6:.1f} million)")
    for name, share in figures["fractions"].items():
        print(f"  {name:<8} {figures['counts'][name]:>12} voxels  {share:.6f}")
    for name, value in figures.get("surface", {}).items():
        print(f"  specific surface of the active material by {name:<8} {value:.4f} 1/um")
    for name, value in published.items():
        print(f"  published {name}: {value}")
    print(
        f"  {figures['particles']} particles from {figures['basins']} maxima, {figures['cut']} cut by the "
        f"border; {figures['removed'][0]} specks ({figures['removed'][1]} voxels) removed"
    )
    for rows, means in figures["radii"].items():
        print(
            f"  radius of {rows:<5} [um]: "
            + ", ".join(f"{name} {value:.3f}" for name, value in means.items())
        )
    print(
        f"  layout: volume fraction {figures['layout fraction']:.6f}, {figures['overlapping pairs']} "
        "overlapping "
        f"pairs, {figures['contacts']} contacts in the image, coordination {figures['coordination']:.2f}"
    )
    print(
        f"  binder covers {figures['coverage'][0]:.3f} +- {figures['coverage'][1]:.3f} of a particle; "
        f"isolated {figures['isolated volume']:.2e} of the active volume {figures['isolated']}, pores "
        f"{figures['isolated pores']}; spans (electrons, ions): {figures['spans']}"
    )
    print(
        f"  {figures['seconds']:.1f} s ({figures['processor seconds']:.1f} s of processor time), peak memory "
        f"{figures['peak GB']:.2f} GB ({figures['before GB']:.2f} GB "
        f"before the start), {figures['slabs']} slabs with a halo of {figures['halo']} planes"
    )


def sensitivity(arguments: argparse.Namespace) -> None:
    """Print the particle count over the marker rule."""
    limit = MemoryLimit(arguments.memory * GIGABYTE)
    phases = phases_of(arguments)
    edge = arguments.voxel_size
    rules: list[tuple[str, float, MergeRule]] = [
        (f"neck ratio {neck:g}", 1.0, NeckRatio(neck)) for neck in NECKS
    ]
    rules += [(f"peak depth {depth:g} voxel", 1.0, PeakDepth(depth * edge)) for depth in DEPTHS]
    rules += [
        (
            f"neck ratio {arguments.neck_ratio:g}, smoothing {width:g} voxel",
            width,
            NeckRatio(arguments.neck_ratio),
        )
        for width in SMOOTHINGS
    ]
    print("\n| rule | maxima | particles | mean radius [um] | median | of mean volume | coordination |")
    print("|---|---|---|---|---|---|---|")
    for name, smoothing, merging in rules:
        parts = separate(phases, SeparationRule(smoothing=smoothing, merging=merging), limit)
        table = measure_particles(parts.image, limit)
        means = radii_of(table.radii)
        print(
            f"| {name} | {parts.basins} | {len(table)} | {means['by number']:.2f} | {means['median']:.2f} | "
            f"{means['of mean volume']:.2f} | {2.0 * len(table.contact_areas) / len(table):.2f} |",
            flush=True,
        )


if __name__ == "__main__":
    raise SystemExit(main())
