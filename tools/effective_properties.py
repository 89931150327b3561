"""Tortuosity factors and effective moduli of a segmented stack, with time and memory.

``python tools/effective_properties.py STACK --voxel-size 398e-9 --binder 2 --bin 2`` prints tortuosity
factors of pores and active material in three directions, with their bounds. ``--crop`` takes a part.
``--refine 2`` divides every voxel into eight of the same image, which brings the bounds together but leaves
the error of the image. ``--porespy`` adds the finite volumes of that package where it is installed,
``--elastic`` the moduli of a solid in which pores are void. Each measurement is a process of its own.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from chemomech.geometry.images import (
    Orientation,
    PhaseStack,
    PhaseValues,
    open_stack,
    read_phases,
    reduced,
)
from chemomech.solver.effective import (
    IsotropicElastic,
    VoxelSpecimen,
    effective_elasticity,
    tortuosity_factors,
)

PUBLISHED: Mapping[str, Mapping[str, tuple[float, float, float]]] = {
    "nmc-1-cal": {"pore": (2.71, 2.80, 3.30), "active": (2.32, 2.48, 3.48)}
}
"""Along the plane twice, then through the thickness, as the order of the values suggests; a crop of the
electrode with another carbon-binder variant; second-hand."""

ACTIVE = IsotropicElastic(140e9, 0.3)
BINDER = IsotropicElastic(2e9, 0.3)
"""Assumed: stiff particles, soft binder; only their ratio to the result is of interest here."""

GIGABYTE = 1e9


def main() -> int:
    """Print the figures, or take one measurement as a worker."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("stack", type=Path)
    parser.add_argument("--voxel-size", type=float, required=True, help="edge of a cubic voxel [m]")
    parser.add_argument("--active", type=int, default=1)
    parser.add_argument("--pore", type=int, default=0)
    parser.add_argument("--binder", type=int, default=None)
    parser.add_argument(
        "--phases", nargs="*", default=["pore", "active"], help="also pore+binder, active+binder"
    )
    parser.add_argument("--crop", type=int, nargs=6, help="part [voxel]: low corner, high corner, array axes")
    parser.add_argument("--bin", type=int, default=1, help="bin cubes of so many voxels by majority")
    parser.add_argument("--refine", type=int, default=1, help="divide each voxel along each axis")
    parser.add_argument("--directions", default="xyz", help="z is the thickness (axis 0 of the array)")
    parser.add_argument("--tolerance", type=float, default=1e-6, help="of each bound, relative")
    parser.add_argument("--periodic", action="store_true", help="sides repeat; else they let nothing through")
    parser.add_argument("--porespy", action="store_true", help="finite volumes of porespy on the same image")
    parser.add_argument(
        "--elastic", action="store_true", help="moduli of active material and binder, pores void"
    )
    parser.add_argument("--published", choices=PUBLISHED, default=None)
    parser.add_argument("--worker", default="", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.worker:
        name, _, phase = arguments.worker.partition(":")
        started = time.perf_counter()
        figures = WORKERS[name](phases_of(arguments), phase, arguments)
        figures["seconds"] = time.perf_counter() - started
        figures["processor seconds"] = time.process_time()
        figures["peak GB"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / GIGABYTE
        print(json.dumps(figures))
        return 0
    published = PUBLISHED.get(arguments.published, {})
    for phase in arguments.phases:
        describe(f"tortuosity factors of {phase}", in_own_process(f"factors:{phase}"))
        if arguments.porespy:
            describe(f"the same by porespy for {phase}", in_own_process(f"porespy:{phase}"))
        if phase in published:
            print(f"  published {phase}: {published[phase]}")
    if arguments.elastic:
        describe("elastic moduli, pores void", in_own_process("elastic:"))
    return 0


def in_own_process(worker: str) -> dict[str, Any]:
    """Measure in a process of its own, so that its peak memory is its own."""
    command = [sys.executable, *sys.argv, "--worker", worker]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return dict(json.loads(done.stdout.splitlines()[-1]))


def describe(title: str, figures: Mapping[str, Any]) -> None:
    """Print the figures of one measurement."""
    print(title)
    for name, value in figures.items():
        if isinstance(value, list):
            print(f"  {name}: {' / '.join(f'{entry:.4g}' for entry in value)}")
        else:
            print(f"  {name}: {value:.6g}" if isinstance(value, float) else f"  {name}: {value}")
    sys.stdout.flush()


def phases_of(arguments: argparse.Namespace) -> PhaseStack:
    """Open the stack, cut and binned as asked for."""
    stack = reduced(open_stack(arguments.stack, arguments.voxel_size), arguments.crop, arguments.bin)
    return read_phases(stack, PhaseValues(arguments.active, arguments.pore, arguments.binder))


def merged(phases: PhaseStack, phase: str, refine: int) -> VoxelSpecimen:
    """The image with the phases named by ``a+b`` as one, and the rest as another."""
    lies, stack = Orientation(), phases.stack
    image = stack.read(0, stack.shape[0]).transpose(lies.axes)
    wanted = [phases.values.named[name] for name in phase.split("+")]
    mask = np.isin(image, wanted).astype(np.uint8)
    for axis in range(3):
        mask = mask.repeat(refine, axis)
    x, y, z = (edge / refine for edge in lies.reordered(stack.voxel_size))
    return VoxelSpecimen(mask, (x, y, z), {"rest": 0, "phase": 1})


def factors(phases: PhaseStack, phase: str, arguments: argparse.Namespace) -> dict[str, Any]:
    """Tortuosity factors along x, y and z with their bounds."""
    specimen = merged(phases, phase, arguments.refine)
    tortuosity = tortuosity_factors(
        specimen, "phase", arguments.directions, arguments.tolerance, arguments.periodic
    )
    return {
        "voxels x, y, z": "x".join(str(phases.stack.shape[axis]) for axis in Orientation().axes),
        "fraction": tortuosity.fraction,
        "factors": tortuosity.factors.tolist(),
        "lower bounds": tortuosity.lower.tolist(),
        "upper bounds": tortuosity.upper.tolist(),
        "D_eff / D0": tortuosity.relative.tolist(),
        "connected": tortuosity.connected.tolist(),
        "unknowns": tortuosity.unknowns,
    }


def by_porespy(phases: PhaseStack, phase: str, arguments: argparse.Namespace) -> dict[str, Any]:
    """Tortuosity factors along x, y and z by the finite volumes of porespy."""
    import porespy  # not a dependency

    mask = merged(phases, phase, arguments.refine).image.astype(bool)
    theirs = []
    for axis, letter in enumerate("xyz"):
        if letter in arguments.directions:
            solution = porespy.simulations.tortuosity_fd(mask, axis=axis)
            # Theirs has the fraction of what is connected.
            theirs.append(
                float(solution.tortuosity * solution.original_porosity / solution.effective_porosity)
            )
    return {"factors": theirs}


def elastic(phases: PhaseStack, phase: str, arguments: argparse.Namespace) -> dict[str, Any]:
    """Moduli [GPa] with pores void."""
    lies, stack = Orientation(), phases.stack
    image = stack.read(0, stack.shape[0]).transpose(lies.axes)
    x, y, z = lies.reordered(stack.voxel_size)
    solids = {"active": ACTIVE} | ({"binder": BINDER} if phases.values.binder is not None else {})
    moduli = effective_elasticity(VoxelSpecimen(image, (x, y, z), phases.values.named), solids)
    return {
        "voxels x, y, z": "x".join(map(str, image.shape)),
        "fractions": list(phases.fractions.values()),
        "E along x, y, z [GPa]": (moduli.youngs_moduli / 1e9).tolist(),
        "bulk and shear, Voigt [GPa]": [value / 1e9 for value in moduli.voigt],
        "bulk and shear, Reuss [GPa]": [value / 1e9 for value in moduli.reuss],
        "connected": moduli.connected,
        "unknowns": moduli.unknowns,
    }


WORKERS: Mapping[str, Callable[[PhaseStack, str, argparse.Namespace], dict[str, Any]]] = {
    "factors": factors,
    "porespy": by_porespy,
    "elastic": elastic,
}


if __name__ == "__main__":
    raise SystemExit(main())
