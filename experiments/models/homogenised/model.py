"""Runs a case at the through-thickness fidelity and writes the same kind of result folder."""

from __future__ import annotations

import time
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from mpi4py import MPI

from chemomech.experiments.case import Case
from chemomech.experiments.case.prepare import PreparedCase, prepare
from chemomech.experiments.models.homogenised.cell import HomogenisedCell, homogenise
from chemomech.experiments.models.homogenised.dfn import DfnOptions, DfnRun, solve_dfn
from chemomech.experiments.models.homogenised.readings import records
from chemomech.experiments.models.homogenised.representation import COMPANION
from chemomech.experiments.models.preflight import claim_output_folder
from chemomech.experiments.models.resolved.summary import peak_strain_percent, step_rows
from chemomech.solver.results import Result, build_dataset, probe_summary, write_dataset, write_summary
from chemomech.solver.results.folder import CASE_FILE, DATASET_FILE, SUMMARY_FILE, replacing

FIDELITY = "dfn"


def run_dfn(
    case: Case,
    out: Path | str,
    sizes: bool = False,
    transport: str = "maxwell",
    options: DfnOptions | None = None,
) -> Result:
    """Run a case as a homogenised half-cell DFN and write its result folder.

    Args:
        case: what to run; what the companion leaves out of it is ``not_represented`` in the summary.
        out: result folder, new or empty.
        sizes: with the size distribution of the layout.
        transport: how the spheres hinder transport in the matrix; a name in ``TRANSPORT_RULES``.
        options: mesh and tolerances.

    Returns:
        The opened result.

    Raises:
        InputError: when the case, the folder or the machine does not allow the run, or the companion cannot
            represent something in the case.
        RuntimeError: when PyBaMM fails to solve.
    """
    started = time.monotonic()
    prepared = prepare(case)
    folder = Path(out)
    cell = homogenise(prepared, sizes, transport)
    claim_output_folder(folder, resume=False, comm=MPI.COMM_SELF)
    run = solve_dfn(cell, prepared.steps, options)
    found = records(run)
    rows = step_rows(prepared, found, run.reasons)
    found["cycle_number"] = rows.cycle_number(found["step_number"])
    with replacing(folder / CASE_FILE) as path:
        path.write_text(case.to_toml(), encoding="utf-8")
    couplings = {"mechanics": cell.coupling, "fidelity": FIDELITY, "stress": "free spheres, afterwards"}
    last = len(found["particle_z"]) - 1
    dataset = build_dataset(
        found,
        attributes={
            "case": case.name,
            "couplings": couplings,
            "versions": _versions(),
            "step_labels": [step.label for step in prepared.steps],
            "near_separator_particle": last,
            "near_collector_particle": 0,
            "stress_free_stoichiometry": _stress_free(cell),
        },
    )
    summary = _summary(prepared, run, found) | rows.summary()
    summary |= {
        "couplings": couplings,
        "not_represented": COMPANION.left_out(prepared),
        "probes": probe_summary(dataset),
    }
    summary["cost"]["wall_s"] = time.monotonic() - started
    write_dataset(folder / DATASET_FILE, dataset)
    write_summary(folder / SUMMARY_FILE, summary)
    return Result.open(folder)


def _summary(prepared: PreparedCase, run: DfnRun, found: dict[str, Any]) -> dict[str, Any]:
    cell = run.cell
    unknowns = sum(np.size(values) // len(found["time"]) for values in _state(found))
    return {
        "case": prepared.case.name,
        "fidelity": FIDELITY,
        "t_end_s": float(found["time"][-1]),
        "voltage_end_V": float(found["voltage"][-1]),
        "stop_reason": run.reason.value,
        "stop_detail": f"{run.label!r} ended at t = {found['time'][-1]:.4g} s. {run.reason.remedy}",
        "c_rate": prepared.c_rate(),
        "active_mass_mg_cm2": 100.0 * cell.active_mass,
        "budget": {
            "lithium_relative_error": float(found["lithium_relative_error"][-1]),
            "charge_relative_error": float(np.max(found["charge_relative_error"][1:], initial=0.0)),
        },
        "size": {"cells": len(found["depth"]), "unknowns": {"read back": unknowns}},
        "cost": {
            "wall_s": 0.0,
            "ranks": 1,
            "peak_memory_GB": None,
            "accepted_steps": len(found["time"]) - 1,
            "rejected_steps": None,
            "newton_iterations": None,
            "linear_iterations": None,
            "integration_s": float(run.solution.solve_time.value),
        },
        "peak_strain_percent": peak_strain_percent(prepared, found) if cell.coupling != "off" else None,
        "stress_free_stoichiometry": _stress_free(cell),
        "versions": _versions(),
    }


def _stress_free(cell: HomogenisedCell) -> float | None:
    return None if cell.coupling == "off" else float(cell.model.cathode.stress_free_stoichiometry)


def _state(found: dict[str, Any]) -> list[Any]:
    return [found["electrolyte_concentration"], found["electrolyte_potential"], found["mean_stoichiometry"]]


def _versions() -> dict[str, str]:
    return {package: version(package) for package in ("chemomech", "pybamm", "numpy")}
