"""Effective conductivity of images in time, memory and iterations, and beside TauFactor on the same voxels.

``python tools/bench_images.py`` prints one line for each edge of a cube of overlapping spheres (radius 8
voxels, 40 % left between them): both bounds along three directions. ``--stack FILE`` adds the pores (value 0)
of a segmented stack, ``--crop N`` only a corner cube of it. ``--taufactor PYTHON`` names an interpreter that
has that package, if this one has not; without it the comparison is left out with a sentence. Each measurement
is a process of its own on one thread, and times are those of the processor.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

RADIUS = 8.0
"""Of the spheres [voxel]."""

OPEN = 0.4
"""Share between them."""

TAUFACTOR = """
import json, resource, sys, time
import numpy as np
import taufactor, torch
torch.set_num_threads(1)
image = np.load(sys.argv[1])
started = time.process_time()
found, steps = [], []
for axis in range(3):
    solver = taufactor.Solver(np.ascontiguousarray(np.moveaxis(image, axis, 0)), device="cpu")
    solver.solve(iter_limit=1000000, verbose=False, conv_crit=float(sys.argv[2]))
    found.append(float(np.ravel(solver.D_eff)[0]))
    steps.append(int(solver.iter))
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
seconds = time.process_time() - started
print(json.dumps({"value": found, "iterations": steps, "seconds": seconds, "peak": peak}))
"""
"""What the other package is made to do; one direction after the other."""


def main() -> int:
    """Print the table, and the comparison."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", type=int, nargs="*", default=[64, 128, 256])
    parser.add_argument("--stack", type=Path, default=None)
    parser.add_argument("--crop", type=int, default=None, help="edge of a corner cube of the stack [voxel]")
    parser.add_argument("--tolerance", type=float, default=1e-6)
    parser.add_argument(
        "--taufactor", default=sys.executable, help="interpreter that has taufactor and torch"
    )
    parser.add_argument("--compared", type=int, default=128, help="edge of the cube for both; 0 for none")
    parser.add_argument("--agreement", type=float, default=1e-4, help="tolerance of both where compared")
    parser.add_argument("--worker", type=Path, default=None, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.worker:
        print(json.dumps(measured(np.load(arguments.worker), arguments.tolerance)))
        return 0
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "image.npy"
        print(
            f"{'voxels':<16}{'open':>7}{'Mvoxel/s':>10}{'byte/voxel':>12}{'peak GB':>9}{'iterations':>14}"
            f"{'lower to upper along x, y, z':>64}",
            flush=True,
        )
        for size in arguments.sizes:
            np.save(place, spheres(size))
            line(place, arguments.tolerance)
        if arguments.stack:
            np.save(place, pores(arguments.stack, arguments.crop))
            line(place, arguments.tolerance)
        if arguments.compared:
            image = (
                pores(arguments.stack, arguments.compared) if arguments.stack else spheres(arguments.compared)
            )
            np.save(place, image)
            compare(place, arguments.taufactor, arguments.agreement)
    return 0


def spheres(size: int) -> npt.NDArray[np.uint8]:
    """Cube with 1 between overlapping spheres, always the same one of a size."""
    rng = np.random.default_rng(size)
    count = round(-math.log(OPEN) * (size + 2.0 * RADIUS) ** 3 / (4.0 / 3.0 * math.pi * RADIUS**3))
    image = np.ones((size,) * 3, dtype=np.uint8)
    reach = math.ceil(RADIUS)
    for centre in rng.random((count, 3)) * (size + 2.0 * RADIUS) - RADIUS:
        low = np.clip(np.floor(centre).astype(int) - reach, 0, size)
        high = np.clip(np.floor(centre).astype(int) + reach + 1, 0, size)
        x, y, z = ((np.arange(a, b) + 0.5 - c) ** 2 for a, b, c in zip(low, high, centre, strict=True))
        part = tuple(slice(a, b) for a, b in zip(low, high, strict=True))
        image[part][x[:, None, None] + y[:, None] + z < RADIUS**2] = 0
    return image


def pores(stack: Path, edge: int | None) -> npt.NDArray[np.uint8]:
    """1 where the stack is 0, axes x, y, z."""
    import tifffile

    image = (tifffile.imread(stack).transpose(2, 1, 0) == 0).astype(np.uint8)
    return np.ascontiguousarray(image[:edge, :edge, :edge])


def measured(image: npt.NDArray[np.uint8], tolerance: float) -> dict[str, Any]:
    """Figures of both bounds along three directions."""
    from mpi4py import MPI

    from chemomech.solver.effective import VoxelSpecimen, effective_conductivity
    from chemomech.solver.effective.kernel import kernel

    kernel()  # compiled before the clock starts
    before = peak()
    started = time.process_time()
    names = {"solid": 0, "open": 1} if (image == 0).any() else {"open": 1}
    specimen = VoxelSpecimen(image, (1e-6, 1e-6, 1e-6), names, MPI.COMM_SELF)
    found = effective_conductivity(specimen, {"open": 1.0}, relative_tolerance=tolerance)
    return {
        "seconds": time.process_time() - started,
        "bytes per voxel": (peak() - before) / image.size,
        "peak": peak(),
        "open": specimen.fractions["open"],
        "iterations": found.iterations,
        "lower": found.lower.tolist(),
        "upper": found.upper.tolist(),
        "value": found.diagonal.tolist(),
        "finite volumes": found.finite_volumes.tolist(),
        "shape": image.shape,
    }


def peak() -> int:
    """Most memory that this process had [byte]."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def ours(place: Path, tolerance: float) -> dict[str, Any]:
    """Measure in a process of its own."""
    return answer([sys.executable, __file__, "--worker", str(place), "--tolerance", str(tolerance)])


def answer(command: list[str]) -> dict[str, Any]:
    """What a process prints in its last line."""
    environment = os.environ | {"OMP_NUM_THREADS": "1"}
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, env=environment)
    return dict(json.loads(done.stdout.splitlines()[-1]))


def line(place: Path, tolerance: float) -> None:
    """Print a line of the table."""
    found = ours(place, tolerance)
    ranges = " / ".join(f"{a:.5f} to {b:.5f}" for a, b in zip(found["lower"], found["upper"], strict=True))
    print(
        f"{' x '.join(map(str, found['shape'])):<16}{found['open']:>7.3f}"
        f"{math.prod(found['shape']) / found['seconds'] / 1e6:>10.2f}{found['bytes per voxel']:>12.0f}"
        f"{found['peak'] / 1e9:>9.2f}{', '.join(map(str, found['iterations'])):>14}{ranges:>64}",
        flush=True,
    )


def compare(place: Path, python: str, tolerance: float) -> None:
    """Both on one image, each to the tolerance in its own measure, and finite volumes solved to the end."""
    has = "import importlib.util as u, sys; sys.exit(not (u.find_spec('taufactor') and u.find_spec('torch')))"
    if subprocess.run([python, "-c", has], check=False).returncode:
        print(f"\nTauFactor is left out: {python} has no taufactor with torch (--taufactor PYTHON).")
        return
    theirs = answer([python, "-c", TAUFACTOR, str(place), str(tolerance)])
    found, close = ours(place, tolerance), ours(place, 0.01 * tolerance)
    exact = np.array(ours(place, 1e-10)["finite volumes"])
    print(
        f"\nwith TauFactor, {' x '.join(map(str, found['shape']))} voxels, tolerance {tolerance:g} of each:"
    )
    for name, figures, volumes in (
        ("TauFactor", theirs, theirs["value"]),
        ("both bounds", found, found["finite volumes"]),
        (f"at {0.01 * tolerance:.0e}", close, close["finite volumes"]),
    ):
        print(
            f"  {name:<12} {figures['seconds']:8.1f} s  {figures['peak'] / 1e9:5.2f} GB  iterations "
            f"{', '.join(map(str, figures['iterations']))}; finite volumes "
            f"{' / '.join(f'{value:.6f}' for value in volumes)}, off by "
            f"{np.abs(np.array(volumes) / exact - 1.0).max():.1e}",
        )
    for name in ("lower", "value", "upper"):
        print(f"  {name:<6} {' / '.join(f'{value:.6f}' for value in found[name])}")


if __name__ == "__main__":
    raise SystemExit(main())
