"""One run of a study as a task: plain data in, plain data out, no exception across the scheduler."""

from __future__ import annotations

import errno
import time
import traceback
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chemomech.errors import InputError
from chemomech.experiments.studies.fidelities import Fidelity, RunFailedError
from chemomech.experiments.studies.folder import FAILED, FINISHED, Record
from chemomech.experiments.studies.outcome import read_outcome
from chemomech.solver.results import Result

DISK_FULL = "disk full"
"""Status of a task that found no room: the study stops, and the run counts as not made."""


@dataclass(frozen=True)
class Task:
    """What a worker needs to know.

    Attributes:
        key: of the point.
        label: of the point, in words.
        case_text: the case as TOML.
        folder: result folder; on a cluster, on a disk that all machines share.
        model: the fidelity.
    """

    key: str
    label: str
    case_text: str
    folder: str
    model: Fidelity


def run_task(task: Task) -> Record:
    """Run one task; what goes wrong is said in the record.

    A result that is complete, left by a study that was killed before it took note, is read, not made again.
    """
    started = time.monotonic()

    def record(status: str, reason: str) -> Record:
        return Record(task.key, status, reason, time.monotonic() - started)

    try:
        outcome = _existing(task)
        if outcome is None:
            Path(task.folder).parent.mkdir(parents=True, exist_ok=True)
            task.model.run(task.case_text, Path(task.folder))
            outcome = _existing(task)
        if outcome is None:
            return record(FAILED, "the run left no result")
        return Record(task.key, FINISHED, outcome["stop_reason"], time.monotonic() - started, outcome)
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        return record(DISK_FULL if full else FAILED, f"{error.strerror or error}")
    except (InputError, RunFailedError) as error:
        return record(FAILED, str(error))
    except Exception as error:  # whatever a run does, the others go on
        place = traceback.extract_tb(error.__traceback__)[-1]
        return record(FAILED, f"{type(error).__name__}: {error} ({Path(place.filename).name}:{place.lineno})")


def _existing(task: Task) -> dict[str, Any] | None:
    try:
        with Result.open(task.folder) as result:
            return read_outcome(result)
    except InputError:
        return None
