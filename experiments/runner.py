"""Runs a case: checks, folder, the model, results, report (collective over the communicator)."""

from __future__ import annotations

import contextlib
import json
import shutil
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from mpi4py import MPI

from chemomech.errors import InputError
from chemomech.experiments.case import Case
from chemomech.experiments.case.prepare import PreparedCase, prepare
from chemomech.experiments.case.toml_text import flattened
from chemomech.experiments.drawing.helpers import helpers, spare_helpers
from chemomech.experiments.models.live import remove_live_file
from chemomech.experiments.models.model import Model, Order
from chemomech.experiments.models.preflight import claim_output_folder, crowded
from chemomech.experiments.models.registry import model_of
from chemomech.experiments.models.writing import write_result
from chemomech.reading import read_json
from chemomech.solver.results import Result
from chemomech.solver.results.folder import (
    CASE_FILE,
    CONTENT_FILE,
    FIELDS_FOLDER,
    MESH_CACHE,
    replacing,
)
from chemomech.solver.results.lock import held
from chemomech.solver.stepping import checkpoint

_LOOK_AGAIN = 0.01  # s

if TYPE_CHECKING:
    from chemomech.experiments.models.homogenised.simulation import DfnOptions
    from chemomech.solver.cell.extensions import Extensions


def run(
    case: Case,
    out: Path | str | None = None,
    resume: bool = False,
    progress: bool = True,
    comm: MPI.Intracomm | None = None,
    report: bool = True,
    model: str | Model | None = None,
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
        model: What solves it: a name in ``MODELS``, or a model with its settings; that of the case if not
            given.
        extensions: Laws, limits and internal states that are added to the model; see ``docs/extending.md``.

    Returns:
        The opened result.

    Raises:
        InputError: If something in the case, the machine or the folder does not allow the run; nothing has
            been written then.
        RunFailedError: When the run ends without a result.
    """
    started = time.monotonic()
    comm = comm or MPI.COMM_WORLD
    folder = Path(out) if out is not None else Path("results") / case.name
    model = case.model if model is None else model
    solver = model_of(model) if isinstance(model, str) else model
    order = Order(folder, resume, progress, comm, extensions, started)
    solver.require(order)
    prepared = prepare(case)
    solver.representation.require(prepared)
    existed = claim_output_folder(folder, resume=resume, comm=comm)
    with _held(folder, comm):
        claim_output_folder(folder, resume=resume, comm=comm)  # another run may have just ended in it
        if (warning := crowded(comm)) and comm.rank == 0:
            print(f"warning: {warning}", file=sys.stderr, flush=True)
        _solve_into(folder, existed, prepared, solver, order, report)
    _wait_for_all(comm)
    return Result.open(folder)


def _wait_for_all(comm: MPI.Intracomm) -> None:
    """A barrier that leaves the cores to others: MPI waits at full speed (collective)."""
    request = comm.Ibarrier()
    while not request.Test():
        time.sleep(_LOOK_AGAIN)


def _solve_into(
    folder: Path, existed: bool, prepared: PreparedCase, solver: Model, order: Order, report: bool
) -> None:
    """Write case, result and report into a folder that is held (collective)."""
    case, comm = prepared.case, order.comm
    if order.resume:
        _require_same_case(folder, case, comm)
    try:
        if comm.rank == 0:
            with replacing(folder / CASE_FILE) as path:
                path.write_text(case.to_toml(), encoding="utf-8")
            if content := case.content():
                with replacing(folder / CONTENT_FILE) as path:
                    path.write_text(json.dumps(content, indent=1), encoding="utf-8")
        solved = solver.solve(prepared, order)
    except Exception:
        # Ranks that do not know of the failure are not waited for: the first one tidies up alone.
        if not order.resume and comm.rank == 0:
            _withdraw(folder, existed)
        raise
    if comm.rank == 0:
        # Those who help to draw get ready while the result is written.
        with helpers(spare_helpers(comm.size) if report else 0) as helping:
            write_result(prepared, solver, solved, order)
            if report:
                from chemomech.experiments.report import write_figures, write_report

                with Result.open(folder) as result:
                    write_figures(result, helping)
                    write_report(result)
        remove_live_file(folder)


@contextlib.contextmanager
def _held(folder: Path, comm: MPI.Intracomm) -> Iterator[None]:
    """Hold the result folder for this run (collective)."""
    with contextlib.ExitStack() as stack:
        refusal = None
        if comm.rank == 0:
            try:
                stack.enter_context(held(folder, "the folder"))
            except InputError as error:
                refusal = str(error)
        refusal = comm.bcast(refusal, root=0)
        if refusal is not None:
            raise InputError(refusal)
        yield


def run_dfn(
    case: Case,
    out: Path | str,
    sizes: bool = False,
    transport: str = "maxwell",
    options: DfnOptions | None = None,
) -> Result:
    """Run a case by the homogenised model, in this process and without a report.

    Args:
        case: What to run; what the model leaves out of it is ``not_represented`` in the summary.
        out: Result folder, new or empty.
        sizes: With the size distribution of the layout.
        transport: How the spheres hinder transport in the matrix; a name in ``TRANSPORT_RULES``.
        options: Mesh and tolerances.

    Returns:
        The opened result.

    Raises:
        InputError: As ``run``.
        RunFailedError: When PyBaMM fails to solve.
    """
    from chemomech.experiments.models.homogenised.model import HomogenisedModel

    model = HomogenisedModel(sizes, transport, options)
    return run(case, out, progress=False, comm=MPI.COMM_SELF, report=False, model=model)


def _require_same_case(folder: Path, case: Case, comm: MPI.Intracomm) -> None:
    """Refuse to continue what another case began, before anything is written (collective)."""
    difference = comm.bcast(_difference(folder, case) if comm.rank == 0 else None, root=0)
    if difference:
        raise InputError(difference)


def _difference(folder: Path, case: Case) -> str:
    if not (folder / CASE_FILE).is_file():
        return (
            f"output folder {str(folder)!r} holds no {CASE_FILE}, so no run to resume; leave out --resume "
            "and choose another with --out."
        )
    # Where the files of a run lay does not count, only what they held.
    stored = folder / CONTENT_FILE
    try:
        content = read_json(stored, "the list of contents") if stored.is_file() else None
        before = flattened(Case.from_toml(folder / CASE_FILE).that_decides(content))
    except InputError as error:
        return (
            f"the run in {str(folder)!r} cannot be resumed, since what it was started with is damaged "
            f"({str(error).rstrip('.')}); delete the folder to begin anew, or choose another with --out."
        )
    now = flattened(case.that_decides())
    for name in sorted({*before, *now}):
        if before.get(name) != now.get(name):
            return (
                f"the run in {str(folder)!r} has {name} = {before.get(name)!r} and this case "
                f"{now.get(name)!r}; resume with the case it was started with, or choose another folder with "
                "--out."
            )
    return ""


def _withdraw(folder: Path, existed: bool) -> None:
    """Take back what a failed run has put into its folder, and the folder if it is its own.

    A run that has written a checkpoint stays: it can be continued.
    """
    if (folder / checkpoint.FILE).exists():
        return
    for path in (folder / CASE_FILE, folder / CONTENT_FILE, *folder.glob(checkpoint.HISTORY_FILES)):
        with contextlib.suppress(OSError):
            path.unlink(missing_ok=True)
    remove_live_file(folder)
    for name in (MESH_CACHE, FIELDS_FOLDER):
        shutil.rmtree(folder / name, ignore_errors=True)
    if not existed:
        with contextlib.suppress(OSError):
            folder.rmdir()
