"""Run a case by the radial model and die by SIGKILL within a cycle of charge and discharge.

Run as ``python killed_in_cycle.py CASE OUT CYCLE STATES``: it dies so many accepted states after the charge
of that cycle has begun.
"""

from __future__ import annotations

import os
import signal
import sys

import chemomech
from chemomech.experiments.models.radial import model as radial
from chemomech.solver.stepping.checkpoint import Checkpointer
from chemomech.solver.stepping.loop import Snapshot


def main(case: str, out: str, cycle: str, states: str) -> None:
    """Run until then."""
    observe, seen = Checkpointer.observe, 0

    def observe_or_die(checkpointer: Checkpointer, snapshot: Snapshot) -> None:
        nonlocal seen
        observe(checkpointer, snapshot)
        if checkpointer._simulation.progress.operating_step == 2 * (int(cycle) - 1):
            seen += 1
            if seen > int(states):
                os.kill(os.getpid(), signal.SIGKILL)

    Checkpointer.observe = observe_or_die  # type: ignore[method-assign]
    radial.SECONDS_BETWEEN_CHECKPOINTS = 0.0
    chemomech.run(chemomech.Case.from_toml(case), out=out, progress=False, report=False)


if __name__ == "__main__":
    main(*sys.argv[1:])
