"""What the model says less what was measured, at a place between the bounds: computed once, kept on disk."""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from chemomech.errors import InputError
from chemomech.experiments.case import Case
from chemomech.experiments.fitting.simulation import counted, simulated
from chemomech.experiments.fitting.spec import FitSpec
from chemomech.experiments.measured import MeasuredRun

Array = npt.NDArray[np.float64]
Point = tuple[float, ...]

LOST = 0.5
"""Difference that counts where the model stops before the measurement does [V]."""

DIGITS = 12
"""Of a place between the bounds: places that agree in them are the same."""


def difference(run: MeasuredRun, voltage: Array, offset: Array | float = 0.0) -> Array:
    """Simulated less measured voltage of the records [V]; 0 where a model has no state of its own.

    Args:
        run: the measurement.
        voltage: of the model at its records, NaN where it has stopped [V].
        offset: added to that of the model [V].
    """
    left = voltage + offset - run.voltage
    return np.where(counted(run), np.where(np.isfinite(left), left, LOST), 0.0)


@dataclass
class Evaluator:
    """Evaluates places, several at once where there are workers, and keeps what it has found.

    What is kept is the voltage of the model, under the content of case, times and model: other noise, or
    another measurement with the same current and times, takes what is there.

    Attributes:
        spec: the fit.
        folder: what has been found is kept there, so that a fit that was killed goes on.
        client: of Dask, None to evaluate here.
        evaluations: how many places were computed, not read.
        offset: what is added to the voltage of the model by place [V], for each measurement.
        read: voltages that are at hand, by place.
    """

    spec: FitSpec
    folder: Path
    client: Any = None
    evaluations: int = 0
    offset: Any = None
    read: dict[Point, list[Array]] = field(default_factory=dict)

    def many(self, points: Sequence[Point]) -> list[Array]:
        """Residuals at places [V], in their order."""
        rounded = [rounded_place(point) for point in points]
        self._compute(dict.fromkeys(rounded))
        return [self._residuals(point) for point in rounded]

    def __call__(self, point: Point) -> Array:
        """Residuals at one place [V]."""
        return self.many([point])[0]

    def voltages(self, point: Point) -> list[Array]:
        """Voltage of the model at the records of each measurement [V]."""
        place = rounded_place(point)
        self._compute([place])
        return self.read[place]

    def _residuals(self, point: Point) -> Array:
        offsets = [0.0] * len(self.spec.runs) if self.offset is None else self.offset(point)
        return np.concatenate([
            difference(run, voltage, offset)
            for run, voltage, offset in zip(self.spec.runs, self.read[point], offsets, strict=True)
        ])  # fmt: skip

    def _compute(self, points: Any) -> None:
        new = [point for point in points if point not in self.read]
        orders = []  # of runs that are on no disk
        for point in new:
            cases = self.spec.changed(point)
            files = [self._file(case, run) for case, run in zip(cases, self.spec.runs, strict=True)]
            lacking = [
                (file, case, run)
                for file, case, run in zip(files, cases, self.spec.runs, strict=True)
                if not file.is_file()
            ]
            self.evaluations += bool(lacking)
            orders.append((point, files, lacking))
        asked = [order for _, _, lacking in orders for order in lacking]
        if self.client is None or len(asked) < 2:
            for file, case, run in asked:
                self._keep(file, simulated(case, run, self.spec.model))
        else:
            futures = [
                self.client.submit(simulated, case, run, self.spec.model, pure=False)
                for _, case, run in asked
            ]
            for (file, _, _), future in zip(asked, futures, strict=True):
                self._keep(file, future.result())
        for point, files, _ in orders:
            self.read[point] = [np.load(file) for file in files]

    def _file(self, case: Case, run: MeasuredRun) -> Path:
        """Under what decides a voltage: case, times, steps and model."""
        steps = [(step.number, step.first, step.last) for step in run.steps]
        parts = (repr(case.that_decides()), run.time.tobytes(), repr(steps), self.spec.model)
        digest = hashlib.sha256(repr(parts).encode()).hexdigest()
        return self.folder / f"{digest[:32]}.npy"

    def _keep(self, file: Path, values: Array) -> None:
        temporary = self.folder / f".{os.getpid()}.npy"
        np.save(temporary, values)
        temporary.replace(file)


def rounded_place(point: Point) -> Point:
    """A place by the digits that tell it from others."""
    return tuple(round(float(u), DIGITS) for u in point)


@contextlib.contextmanager
def evaluator(spec: FitSpec, folder: Path, workers: int = 1) -> Iterator[Evaluator]:
    """An evaluator with its workers.

    Args:
        spec: the fit.
        folder: for what is found; made if it is not there.
        workers: local processes, by Dask; one evaluates here.

    Raises:
        InputError: when the folder is a file.
    """
    if folder.exists() and not folder.is_dir():
        raise InputError(f"{str(folder)!r} is a file; give a folder.")
    folder.mkdir(parents=True, exist_ok=True)
    if workers < 2:
        yield Evaluator(spec, folder)
        return
    from distributed import Client, LocalCluster

    os.environ.setdefault("OMP_NUM_THREADS", "1")
    with LocalCluster(
        n_workers=workers, threads_per_worker=1, processes=True, dashboard_address=None, memory_limit=0,
        silence_logs=60,
    ) as cluster, Client(cluster) as client:  # fmt: skip
        yield Evaluator(spec, folder, client)
