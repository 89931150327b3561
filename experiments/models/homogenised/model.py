"""The homogenised model: the same case as a half-cell DFN, solved by PyBaMM."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

import numpy as np

from chemomech.errors import InputError
from chemomech.experiments.case.prepare import PreparedCase
from chemomech.experiments.models.homogenised.cell import HomogenisedCell, homogenise
from chemomech.experiments.models.homogenised.dfn import solve_dfn
from chemomech.experiments.models.homogenised.readings import records
from chemomech.experiments.models.homogenised.representation import HOMOGENISED
from chemomech.experiments.models.homogenised.simulation import DfnOptions, DfnRun
from chemomech.experiments.models.homogenised.symbols import pybamm
from chemomech.experiments.models.model import Order, Solved
from chemomech.experiments.models.strain import peak_strain_percent
from chemomech.solver.stepping.limits import Stop

FIDELITY = "dfn"
"""What studies call it."""


@dataclass(frozen=True)
class HomogenisedModel:
    """The half-cell DFN of PyBaMM.

    Attributes:
        sizes: With the size distribution of the layout.
        transport: How the spheres hinder transport in the matrix; a name in ``TRANSPORT_RULES``.
        options: Mesh and tolerances.
    """

    sizes: bool = False
    transport: str = "maxwell"
    options: DfnOptions | None = None

    name = "homogenised"
    representation = HOMOGENISED

    def require(self, order: Order) -> None:
        """Check that PyBaMM loads, and that nothing is asked for that it does not have."""
        pybamm()
        if order.resume:
            raise InputError(
                "the homogenised model keeps no checkpoints, since a run takes seconds; leave out --resume "
                "and name a new folder."
            )
        if order.extensions is not None:
            raise InputError(
                f"the homogenised model cannot be extended by {order.extensions.name!r}; use the resolved "
                "model."
            )
        if order.comm.size > 1:
            raise InputError(
                f"the homogenised model runs in one process, not on {order.comm.size} ranks; start it "
                "without mpiexec."
            )

    def solve(self, prepared: PreparedCase, order: Order) -> Solved:
        """See ``Model``."""
        cell = homogenise(prepared, self.sizes, self.transport)
        run = solve_dfn(cell, prepared.steps, self.options)
        series = records(run)
        last = len(series["particle_z"]) - 1
        return Solved(
            series,
            {
                "couplings": {
                    "mechanics": cell.coupling,
                    "fidelity": FIDELITY,
                    "stress": "free spheres, afterwards",
                },
                "versions": {package: version(package) for package in ("chemomech", "pybamm", "numpy")},
                "near_separator_particle": last,
                "near_collector_particle": 0,
                "stress_free_stoichiometry": _stress_free(cell),
            },
            run.reasons,
            Stop(run.reason, f"{run.label!r} ended at t = {series['time'][-1]:.4g} s. {run.reason.remedy}"),
            _sections(prepared, run, series),
        )


def _sections(prepared: PreparedCase, run: DfnRun, series: dict[str, Any]) -> dict[str, Any]:
    cell = run.cell
    state = (
        series["electrolyte_concentration"],
        series["electrolyte_potential"],
        series["mean_stoichiometry"],
    )
    unknowns = sum(np.size(values) // len(series["time"]) for values in state)
    return {
        "fidelity": FIDELITY,
        "budget": {
            "lithium_relative_error": float(series["lithium_relative_error"][-1]),
            "charge_relative_error": float(np.max(series["charge_relative_error"][1:], initial=0.0)),
        },
        "size": {"cells": len(series["depth"]), "unknowns": {"read back": unknowns}},
        "cost": {
            "wall_s": None,
            "ranks": 1,
            "peak_memory_GB": None,
            "accepted_steps": len(series["time"]) - 1,
            "rejected_steps": None,
            "newton_iterations": None,
            "linear_iterations": None,
            "integration_s": float(run.solution.solve_time.value),
        },
        "peak_strain_percent": peak_strain_percent(prepared, series) if cell.coupling != "off" else None,
        "stress_free_stoichiometry": _stress_free(cell),
        "damage": cell.damage.section(),
    }


def _stress_free(cell: HomogenisedCell) -> float | None:
    return None if cell.coupling == "off" else float(cell.model.cathode.stress_free_stoichiometry)
