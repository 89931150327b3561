"""The radial model in time and memory: over the number of particles, and against a DFN with sizes.

python tools/bench_radial.py [--particles 1870 18700] [--classes 12 24]

Every figure is of this machine at this hour; only ratios within one table travel. The DFN is PyBaMM's, of the
main case, with as many size classes as are asked for at each of 20 depths; a class is counted as a particle.
"""

from __future__ import annotations

import argparse
import dataclasses
import math
import resource
import subprocess
import sys
import time

import numpy as np

from chemomech.experiments.case import Case
from chemomech.experiments.case.prepare import PreparedCase, prepare

WIDTH = 120.0
"""Edges of an electrode of 1870 particles [um]; others have the same density."""


def case_of(particles: int) -> PreparedCase:
    """A 5C charge of a packed electrode."""
    edge = f"{WIDTH * math.sqrt(particles / 1870.0):.6g} um"
    changes = {"geometry.layout.box": [edge, edge, "40 um"], "geometry.layout.particles": particles}
    return prepare(Case.from_toml("electrode-1870").with_overrides(changes))


def radial(particles: int) -> dict[str, float]:
    """Time and steps of the loop; packing and writing apart."""
    from chemomech.experiments.models.driving import controller
    from chemomech.experiments.models.radial.build import build_cell
    from chemomech.experiments.models.radial.recorder import RadialRecorder
    from chemomech.solver.stepping.loop import Simulation

    prepared = case_of(particles)
    cell = build_cell(prepared)
    recorder = RadialRecorder(cell, prepared.layout, 60.0)
    simulation = Simulation(cell, prepared.steps, controller(prepared.case.numerics), [recorder])
    started = time.perf_counter()
    simulation.start()
    stop = simulation.run()
    wall = time.perf_counter() - started
    assert stop.reason.value == "cutoff-voltage", stop
    steps = simulation.counters.accepted + simulation.counters.rejected
    return {"particles": len(cell.particles), "steps": steps, "wall": wall}


def dfn(classes: int) -> dict[str, float]:
    """The same charge by PyBaMM, with a distribution of sizes at each depth."""
    from chemomech.experiments.models.homogenised import DfnOptions, homogenise, solve_dfn

    prepared = case_of(1870)
    plain = dataclasses.replace(prepared, case=prepared.case.with_overrides({"mechanics.coupling": "off"}))
    started = time.perf_counter()
    run = solve_dfn(homogenise(plain, sizes=True), plain.steps, DfnOptions(size_points=classes))
    wall = time.perf_counter() - started
    return {"particles": classes * 20, "steps": int(np.size(run.solution.t)), "wall": wall}


def measured(kind: str, number: int) -> None:
    """One row, in a process of its own so that memory is that of the run."""
    row = {"radial": radial, "dfn": dfn}[kind](number)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e9
    each = 1e6 * row["wall"] / row["particles"] / max(row["steps"], 1)
    print(
        f"{kind:7s} {int(row['particles']):7d} particles {int(row['steps']):5d} steps {row['wall']:8.2f} s "
        f"{each:8.3g} us per particle and step {memory:6.2f} GB",
        flush=True,
    )


def main() -> None:
    """Measure what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--particles", type=int, nargs="*", default=[1870, 18700])
    parser.add_argument("--classes", type=int, nargs="*", default=[12, 24])
    parser.add_argument("--one", nargs=2, metavar=("KIND", "NUMBER"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        measured(options.one[0], int(options.one[1]))
        return
    for kind, numbers in (("radial", options.particles), ("dfn", options.classes)):
        for number in numbers:
            subprocess.run([sys.executable, __file__, "--one", kind, str(number)], check=True)


if __name__ == "__main__":
    main()
