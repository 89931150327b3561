"""Runs a case: checks, mesh, solution, result folder (collective over the communicator)."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mpi4py import MPI

from chemomech.experiments.case import Case
from chemomech.experiments.preflight import claim_output_folder, require_compiler
from chemomech.experiments.prepare import PreparedCase, prepare
from chemomech.experiments.progress import ProgressLine
from chemomech.experiments.summary import summarise, versions
from chemomech.solver.results import Result, build_dataset, write_dataset, write_summary
from chemomech.solver.results.folder import CASE_FILE, DATASET_FILE, SUMMARY_FILE, replacing

MESH_CACHE = "mesh"
FIELDS = "fields"


def run(
    case: Case,
    out: Path | str | None = None,
    resume: bool = False,
    progress: bool = True,
    comm: MPI.Intracomm | None = None,
    report: bool = True,
) -> Result:
    """Run a case and write its result folder.

    Args:
        case: What to run.
        out: Result folder, new or empty unless resuming; ``results/<case name>`` if not given.
        resume: Continue from the last checkpoint in the folder.
        progress: Show a live line with simulated time, voltage, step and remaining time.
        comm: Ranks to run on; all of them if not given.
        report: Draw the figures and write ``report.html``.

    Returns:
        The opened result.

    Raises:
        InputError: If something in the case, the machine or the folder does not allow the run; nothing has
            been written then.
    """
    comm = comm or MPI.COMM_WORLD
    started = time.monotonic()
    require_compiler()
    prepared = prepare(case)
    folder = Path(out) if out is not None else Path("results") / case.name
    claim_output_folder(folder, resume=resume, comm=comm)
    if comm.rank == 0:
        with replacing(folder / CASE_FILE) as path:
            path.write_text(case.to_toml(), encoding="utf-8")
    session = _Session(prepared, folder, comm, progress, started)
    session.solve(resume)
    if comm.rank == 0:
        result = Result.open(folder)
        if report:
            from chemomech.experiments.report import write_figures, write_report

            write_figures(result)
            write_report(result)
    comm.barrier()
    return Result.open(folder)


class _Session:
    """One run: builds the discrete cell, drives it, and writes what came of it."""

    def __init__(
        self, prepared: PreparedCase, folder: Path, comm: MPI.Intracomm, progress: bool, started: float
    ) -> None:
        from chemomech.geometry import generate_mesh
        from chemomech.solver.assembly import build_stepper

        self._prepared, self._folder, self._comm, self._started = prepared, folder, comm, started
        case = prepared.case
        self._line = ProgressLine(comm, prepared, enabled=progress)
        self._line.say(*prepared.protocol_lines())
        self._line.stage("meshing")
        self._cell = generate_mesh(
            prepared.layout,
            case.geometry.separator_thickness,
            prepared.mesh_options,
            comm,
            cache=folder / MESH_CACHE,
        )
        self._line.stage("compiling and setting up")
        self._stepper = build_stepper(self._cell, prepared.model, case.mechanics.coupling, case.numerics)

    def solve(self, resume: bool) -> None:
        from chemomech.solver import checkpoint
        from chemomech.solver.field_writer import FieldWriter
        from chemomech.solver.multistep import StepController
        from chemomech.solver.recorder import Recorder
        from chemomech.solver.simulation import Simulation
        from chemomech.solver.stress_fields import StressFields

        case, numerics, stepper = self._prepared.case, self._prepared.case.numerics, self._stepper
        mechanics = stepper.coupling.mechanics
        stress = None if mechanics is None else StressFields(mechanics)
        controller = StepController(smallest_step=numerics.smallest_step, largest_step=numerics.largest_step)
        deadline = self._started + numerics.max_wall_time
        simulation = Simulation(stepper, self._prepared.steps, controller, deadline=deadline)
        recorder = Recorder(stepper, case.output.cut_times, stress)
        path = self._folder / checkpoint.FILE
        fingerprint = _fingerprint(case)
        start_time = 0.0
        series: Mapping[str, Any] | None = None
        if resume:
            series = checkpoint.read(path, simulation, fingerprint)
            recorder.restore(series)
            start_time = stepper.time
        fields = FieldWriter(self._folder / FIELDS, stepper, case.output.field_times, stress, start_time)
        checkpointer = checkpoint.Checkpointer(
            path, simulation, recorder.series, fingerprint, case.output.checkpoint_every
        )
        simulation.observers += [recorder, fields, checkpointer, self._line]
        try:
            if not resume:
                simulation.start()
            stop = simulation.run()
            checkpointer.write()
        finally:
            fields.close()
            self._line.close()
        self._write(simulation, recorder, stop)

    def _write(self, simulation: Any, recorder: Any, stop: Any) -> None:
        records, attributes = recorder.records(), recorder.attributes()
        summary = summarise(self._prepared, self._cell, simulation, records, stop, self._comm)
        summary["cost"]["wall_s"] = time.monotonic() - self._started
        if self._comm.rank != 0:
            return
        case = self._prepared.case
        dataset = build_dataset(
            records,
            attributes={
                "case": case.name,
                "couplings": summary["couplings"],
                "versions": versions(),
                **attributes,
            },
        )
        from chemomech.solver.results import probe_summary

        summary["probes"] = probe_summary(dataset)
        write_dataset(self._folder / DATASET_FILE, dataset)
        write_summary(self._folder / SUMMARY_FILE, summary)


def _fingerprint(case: Case) -> str:
    """Identifies what must not change between a run and its continuation."""
    table = case.to_table()
    table.pop("output", None)
    numerics = dict(table.get("numerics", {}))
    numerics.pop("max_wall_time", None)
    table["numerics"] = numerics
    return hashlib.sha256(repr(sorted(table.items(), key=lambda item: item[0])).encode()).hexdigest()
