"""Runs a case: checks, mesh, solution, result folder (collective over the communicator)."""

from __future__ import annotations

import contextlib
import gc
import hashlib
import shutil
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mpi4py import MPI

from chemomech.errors import InputError
from chemomech.experiments.case import Case
from chemomech.experiments.case.prepare import PreparedCase, prepare
from chemomech.experiments.case.toml_text import flattened
from chemomech.experiments.models.preflight import claim_output_folder, require_compiler
from chemomech.experiments.models.progress import ProgressLine
from chemomech.experiments.models.resolved.compile_cache import compiling
from chemomech.experiments.models.resolved.representation import RESOLVED
from chemomech.experiments.models.resolved.summary import reasons_of_steps, step_rows, summarise, versions
from chemomech.solver.results import Result, build_dataset, write_dataset, write_summary
from chemomech.solver.results.folder import CASE_FILE, DATASET_FILE, SUMMARY_FILE, replacing

if TYPE_CHECKING:
    from chemomech.solver.cell.extensions import Extensions

MESH_CACHE = "mesh"
FIELDS = "fields"


def run(
    case: Case,
    out: Path | str | None = None,
    resume: bool = False,
    progress: bool = True,
    comm: MPI.Intracomm | None = None,
    report: bool = True,
    extensions: Extensions | None = None,
) -> Result:
    """Run a case and write its result folder.

    Args:
        case: What to run.
        out: Result folder, new or empty unless resuming; ``results/<case name>`` if not given.
        resume: Continue from the last checkpoint in the folder.
        progress: Show a live line with simulated time, voltage, step and remaining time.
        comm: Ranks to run on; all of them if not given.
        report: Draw the figures and write ``report.html``.
        extensions: Laws, limits and internal states that are added to the model; see ``docs/extending.md``.

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
    RESOLVED.require(prepared)
    folder = Path(out) if out is not None else Path("results") / case.name
    existed = comm.bcast(folder.exists() if comm.rank == 0 else None, root=0)
    claim_output_folder(folder, resume=resume, comm=comm)
    if resume:
        _require_same_case(folder, case, comm)
    if comm.rank == 0:
        with replacing(folder / CASE_FILE) as path:
            path.write_text(case.to_toml(), encoding="utf-8")
    try:
        with compiling(comm):
            session = _Session(prepared, folder, comm, progress, started, extensions)
    except InputError:
        if not resume:
            _withdraw(folder, existed, comm)
        raise
    session.solve(resume)
    session.close()
    del session
    gc.collect()  # meshes lie in reference cycles, and MPICH has communicators for 25 cells
    if comm.rank == 0 and report:
        from chemomech.experiments.report import write_figures, write_report

        with Result.open(folder) as result:
            write_figures(result)
            write_report(result)
    comm.barrier()
    return Result.open(folder)


class _Session:
    """One run: builds the discrete cell, drives it, and writes what came of it."""

    def __init__(
        self,
        prepared: PreparedCase,
        folder: Path,
        comm: MPI.Intracomm,
        progress: bool,
        started: float,
        extensions: Extensions | None,
    ) -> None:
        from chemomech.solver.cell.build import build_cell
        from chemomech.solver.cell.extensions import NONE
        from chemomech.solver.output.recorder import Recorder
        from chemomech.solver.output.stress_fields import StressFields
        from chemomech.solver.stepping.controller import StepController
        from chemomech.solver.stepping.loop import Simulation

        self._prepared, self._folder, self._comm, self._started = prepared, folder, comm, started
        case, numerics = prepared.case, prepared.case.numerics
        self._line = ProgressLine(comm, prepared, enabled=progress)
        self._line.say(*prepared.protocol_lines(), *prepared.particle_lines, *prepared.wiring_lines())
        self._line.stage("meshing")
        self._cell = prepared.mesher.mesh(comm, cache=folder / MESH_CACHE)
        self._line.stage("compiling and setting up")
        conductance = None if prepared.wiring is None else prepared.wiring.conductance
        self._stepper = stepper = build_cell(
            self._cell,
            prepared.model,
            case.mechanics.coupling,
            numerics,
            conductance,
            prepared.diffusivity_factor,
            extensions or NONE,
        )
        self._extensions = extensions
        mechanics = stepper.coupling.mechanics
        self._stress = None if mechanics is None else StressFields(mechanics)
        controller = StepController(
            initial_step=numerics.initial_step,
            smallest_step=numerics.smallest_step,
            largest_step=numerics.largest_step,
        )
        deadline = started + numerics.max_wall_time
        milestones = (*prepared.case.output.cut_times, *prepared.case.output.field_times)
        self._simulation = Simulation(
            stepper, prepared.steps, controller, deadline=deadline, milestones=milestones
        )
        self._recorder = Recorder(stepper, case.output.cut_times, self._stress)
        self._setup_s = time.monotonic() - started

    def solve(self, resume: bool) -> None:
        """Run to the end from the start or, if there is one, from the checkpoint (collective)."""
        from chemomech.solver.output.fields import FieldWriter
        from chemomech.solver.stepping import checkpoint

        case, stepper, simulation, recorder = (
            self._prepared.case, self._stepper, self._simulation, self._recorder,
        )  # fmt: skip
        path = self._folder / checkpoint.FILE
        fingerprint = _fingerprint(case, self._extensions)
        # A run that was killed before its first checkpoint begins anew.
        resume = self._comm.bcast(resume and path.is_file(), root=0)
        if resume:
            recorder.restore(checkpoint.read(path, simulation, fingerprint))
        start_time = stepper.time if resume else 0.0
        fields = FieldWriter(
            self._folder / FIELDS, stepper, case.output.field_times, self._stress, start_time
        )
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

    def close(self) -> None:
        """Free what PETSc holds (collective)."""
        if self._stress is not None:
            self._stress.destroy()
        self._stepper.close()

    def _write(self, simulation: Any, recorder: Any, stop: Any) -> None:
        records, attributes = recorder.records(), recorder.attributes()
        rows = step_rows(self._prepared, records, reasons_of_steps(simulation, stop))
        records["cycle_number"] = rows.cycle_number(records["step_number"])
        summary = summarise(
            self._prepared, self._cell, self._stepper, simulation, records, rows, stop, self._comm
        )
        summary["extensions"] = None if self._extensions is None else self._extensions.name
        summary["cost"]["wall_s"] = self._setup_s + simulation.counters.wall_s
        if self._comm.rank != 0:
            return
        case = self._prepared.case
        dataset = build_dataset(
            records,
            attributes={
                "case": case.name,
                "couplings": summary["couplings"],
                "versions": versions(),
                "step_labels": [step.label for step in self._prepared.steps],
                **attributes,
            },
            extra=() if self._extensions is None else self._extensions.quantities,
        )
        from chemomech.solver.results import probe_summary

        summary["probes"] = probe_summary(dataset)
        write_dataset(self._folder / DATASET_FILE, dataset)
        write_summary(self._folder / SUMMARY_FILE, summary)


def _require_same_case(folder: Path, case: Case, comm: MPI.Intracomm) -> None:
    """Refuse to continue what another case began, before anything is written (collective)."""
    problem = comm.bcast(_difference(folder, case) if comm.rank == 0 else None, root=0)
    if problem:
        raise InputError(problem)


def _difference(folder: Path, case: Case) -> str:
    if not (folder / CASE_FILE).is_file():
        return (
            f"output folder {str(folder)!r} holds no {CASE_FILE}, so no run to resume; leave out --resume "
            "and choose another with --out."
        )
    before, now = flattened(_decisive(Case.from_toml(folder / CASE_FILE))), flattened(_decisive(case))
    for name in sorted({*before, *now}):
        if before.get(name) != now.get(name):
            return (
                f"the run in {str(folder)!r} has {name} = {before.get(name)!r} and this case "
                f"{now.get(name)!r}; resume with the case it was started with, or choose another folder with "
                "--out."
            )
    return ""


def _decisive(case: Case) -> dict[str, Any]:
    """What must not change between a run and its continuation."""
    table = case.to_table()
    table.pop("output", None)
    table["numerics"] = {k: v for k, v in table.get("numerics", {}).items() if k != "max_wall_time"}
    return table


def _fingerprint(case: Case, extensions: Extensions | None) -> str:
    decisive = sorted(flattened(_decisive(case)).items())
    if extensions is not None:
        decisive.append(("extensions", extensions.name))
    return hashlib.sha256(repr(decisive).encode()).hexdigest()


def _withdraw(folder: Path, existed: bool, comm: MPI.Intracomm) -> None:
    """Take back what a refused run has put into its folder, and the folder if it is its own (collective)."""
    if comm.rank == 0:
        (folder / CASE_FILE).unlink(missing_ok=True)
        shutil.rmtree(folder / MESH_CACHE, ignore_errors=True)
        if not existed:
            with contextlib.suppress(OSError):
                folder.rmdir()
    comm.barrier()
