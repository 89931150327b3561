"""Runs a study: what is missing, on whatever executes tasks, into one dataset and its pictures."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import xarray as xr

from chemomech.errors import InputError
from chemomech.experiments.models.representation import lines
from chemomech.experiments.studies.assembling import assemble
from chemomech.experiments.studies.checks import check_axes, check_points, check_space
from chemomech.experiments.studies.executors import Executor, InProcess, LocalWorkers, Scheduler, reach
from chemomech.experiments.studies.fidelities import FIDELITIES, Fidelity, fidelity_name
from chemomech.experiments.studies.folder import FAILED, Record, StudyFolder
from chemomech.experiments.studies.progress import StudyProgress
from chemomech.experiments.studies.study import Point, Study
from chemomech.experiments.studies.tasks import DISK_FULL, Task
from chemomech.solver.results.dataset import write_netcdf


def run_study(
    study: Study,
    out: Path | str | None = None,
    fidelity: str | None = None,
    workers: int = 1,
    scheduler: str | None = None,
    retry: bool = False,
    progress: bool = True,
    pictures: bool = True,
    **settings: Any,
) -> xr.Dataset:
    """Run what is missing of a study, and write its outcome.

    Args:
        study: what to run.
        out: its folder, new or of the same study; ``results/<name of the study>`` if not given.
        fidelity: ``dfn`` (or ``homogenised``) or ``resolved``; that of the study if not given.
        workers: local worker processes; 0 runs everything in this process.
        scheduler: address of a Dask scheduler to use instead.
        retry: run again what failed.
        progress: show how far it is.
        pictures: draw the figures.
        **settings: of the fidelity, in place of those of the study.

    Returns:
        The outcome, also written as ``outcome-<fidelity>.nc``.

    Raises:
        InputError: for an impossible combination, an unsuitable folder, an unreachable scheduler or a full
            disk. Nothing that was finished is lost.
    """
    fidelity = fidelity_name(fidelity or study.fidelity)
    model = study.model(fidelity, **settings)
    points = study.points(fidelity, model)
    path = Path(out) if out is not None else Path("results") / study.name
    executor = _executor(workers, scheduler)
    check_space(path)
    known = _known(path, study, points)
    missing = _missing(points, known, retry)
    prepared = check_points(missing, model)
    if not known:
        check_axes(study.axes_of(fidelity), prepared, model)
    left_out = lines(model.representation.left_out(prepared[0])) if prepared else []
    if scheduler is not None and missing:
        reach(scheduler)
    folder = StudyFolder(path, study.name)
    with folder.locked():
        _run(
            folder,
            missing,
            model,
            executor,
            StudyProgress(len(missing), len(points) - len(missing), progress),
            left_out,
        )
        records = {point.key: record for point in points if (record := folder.record(point.key))}
        outcome = assemble(study, fidelity, points, records)
        _write(folder.path / outcome_file(fidelity), outcome)
        if pictures:
            from chemomech.experiments.studies.figures import write_study_figures

            write_study_figures(folder.path, open_outcomes(folder.path))
    return outcome


def outcome_file(fidelity: str) -> str:
    """Return the name of the outcome of a fidelity in the folder of a study."""
    return f"outcome-{fidelity}.nc"


def open_outcomes(path: Path) -> dict[str, xr.Dataset]:
    """Return the outcomes in the folder of a study, by fidelity."""
    outcomes = {}
    for fidelity in FIDELITIES:
        file = path / outcome_file(fidelity)
        if file.is_file():
            with xr.open_dataset(file, engine="h5netcdf") as opened:
                outcomes[fidelity] = opened.load()
    return outcomes


def _executor(workers: int, scheduler: str | None) -> Executor:
    if scheduler is not None:
        return Scheduler(scheduler)
    if workers < 0:
        raise InputError(f"workers = {workers} must be 0 or more; 0 runs everything in this process.")
    return LocalWorkers(workers) if workers else InProcess()


def _known(path: Path, study: Study, points: Sequence[Point]) -> dict[str, Record]:
    """Records of runs made before; an empty or new folder has none, another study's is refused."""
    if not path.exists() or (path.is_dir() and not any(path.iterdir())):
        return {}
    folder = StudyFolder(path, study.name)
    return {point.key: record for point in points if (record := folder.record(point.key))}


def _missing(points: Sequence[Point], known: dict[str, Record], retry: bool) -> list[Point]:
    kept = {key for key, record in known.items() if not (retry and record.status == FAILED)}
    # Two points may be the same run.
    return list({point.key: point for point in points if point.key not in kept}.values())


def _run(
    folder: StudyFolder,
    missing: Sequence[Point],
    model: Fidelity,
    executor: Executor,
    display: StudyProgress,
    left_out: Sequence[str],
) -> None:
    if not missing:
        return
    labels = {point.key: point.label for point in missing}
    tasks = [
        Task(point.key, point.label, point.case.to_toml(), str(folder.run(point.key).resolve()), model)
        for point in missing
    ]
    for task in tasks:
        folder.forget(task.key)
    with display:
        display.say(f"run by {executor.description}")
        for line in left_out:
            display.say(f"not represented by {model.representation.model}: {line}")
        for record in executor.run(tasks):
            if record.status == DISK_FULL:
                raise _disk_full(folder)
            try:
                folder.write(record)
            except OSError:
                raise _disk_full(folder) from None
            display.ended(record, labels[record.key])


def _disk_full(folder: StudyFolder) -> InputError:
    return InputError(
        f"the disk of {str(folder.path)!r} is full; free some space and run the study again: runs that have "
        "finished are kept."
    )


def _write(path: Path, outcome: xr.Dataset) -> None:
    try:
        write_netcdf(path, outcome)
    except OSError as error:
        raise InputError(
            f"the outcome {str(path)!r} cannot be written ({error}); every run is kept."
        ) from None
