"""What the model says less what was measured, at a place between the bounds: computed once, kept on disk."""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.interpolate import PchipInterpolator

from chemomech.errors import InputError, RunFailedError
from chemomech.experiments.case import Case
from chemomech.experiments.case.prepare import prepare
from chemomech.experiments.fitting.spec import FitSpec
from chemomech.experiments.measured import MeasuredRun
from chemomech.experiments.measured.protocol import lasting_steps
from chemomech.experiments.models.model import Order
from chemomech.experiments.models.registry import model_of

Array = npt.NDArray[np.float64]
Point = tuple[float, ...]

LOST = 0.5
"""Difference that counts where the model stops before the measurement does [V]."""

DIGITS = 12
"""Of a place between the bounds: places that agree in them are the same."""


def simulated(case: Case, run: MeasuredRun, model: str) -> Array:
    """Voltage of a case at the records of a measurement that it follows [V], shape (n,).

    NaN where the model stops before. The first record, before anything flows, is the first of the model.

    Args:
        case: with the protocol of the measurement.
        run: the measurement.
        model: what solves it.
    """
    prepared = prepare(case)
    solver = model_of(model)
    solver.representation.require(prepared)
    with tempfile.TemporaryDirectory(prefix="chemomech-fit-") as folder:
        try:
            solved = solver.solve(prepared, Order(Path(folder)))
        except RunFailedError:
            return np.full(len(run.time), np.nan)
    time, voltage = np.asarray(solved.records["time"]), np.asarray(solved.records["voltage"])
    number = np.asarray(solved.records["step_number"]).astype(int)
    result = np.full(len(run.time), np.nan)
    result[0] = voltage[0]
    for k, step in enumerate(lasting_steps(run), start=1):
        own = np.flatnonzero((number == k) & (np.arange(len(number)) > 0))
        if not own.size:
            break
        begun = float(time[max(own[0] - 1, 0)])
        wanted = run.time[step.records] - step.start
        values = _between(time[own] - begun, voltage[own], wanted)
        values[wanted > (float(time[own[-1]]) - begun) * (1.0 + 1e-6) + 1e-6] = np.nan
        result[step.records] = values
    # Steps that do not last have no state of their own.
    short = np.isnan(result) & np.isin(run.step_number, [s.number for s in run.steps if s.duration < 1e-3])
    result[short] = run.voltage[short]
    result[0] = voltage[0]
    return result


def _between(time: Array, voltage: Array, wanted: Array) -> Array:
    """Voltage between the states of a step, by cubics: straight lines miss a relaxation."""
    inside = np.clip(wanted, time[0], time[-1])
    if len(time) < 3:
        return np.interp(inside, time, voltage)
    return np.asarray(PchipInterpolator(time, voltage)(inside))


def residuals(spec: FitSpec, point: Point) -> Array:
    """Simulated less measured voltage of all records of all measurements at a place [V], shape (n,)."""
    parts = []
    for case, run in zip(spec.changed(point), spec.runs, strict=True):
        difference = simulated(case, run, spec.model) - run.voltage
        parts.append(np.where(np.isfinite(difference), difference, LOST))
    return np.concatenate(parts)


@dataclass
class Evaluator:
    """Evaluates places, several at once where there are workers, and keeps what it has found.

    Attributes:
        spec: the fit.
        folder: what has been found is kept there, so that a fit that was killed goes on.
        client: of Dask, None to evaluate here.
        evaluations: how many places were computed, not read.
    """

    spec: FitSpec
    folder: Path
    client: Any = None
    evaluations: int = 0

    def many(self, points: Sequence[Point]) -> list[Array]:
        """Residuals at places [V], in their order."""
        rounded = [tuple(round(float(u), DIGITS) for u in point) for point in points]
        missing = [p for p in dict.fromkeys(rounded) if not self._file(p).is_file()]
        self.evaluations += len(missing)
        if self.client is None or len(missing) < 2:
            for point in missing:
                self._keep(point, residuals(self.spec, point))
        else:
            futures = [self.client.submit(residuals, self.spec, point, pure=False) for point in missing]
            for point, future in zip(missing, futures, strict=True):
                self._keep(point, future.result())
        return [np.load(self._file(point)) for point in rounded]

    def __call__(self, point: Point) -> Array:
        """Residuals at one place [V]."""
        return self.many([point])[0]

    def _file(self, point: Point) -> Path:
        digest = hashlib.sha256(repr((self._identity, point)).encode()).hexdigest()
        return self.folder / f"{digest[:32]}.npy"

    @property
    def _identity(self) -> str:
        """What else decides a residual: cases, measurements, model."""
        if not hasattr(self, "_known"):
            parts = [repr(case.that_decides()) for case in self.spec.cases]
            parts += [repr((run.digest, run.voltage.tobytes())) for run in self.spec.runs]
            parts += [repr(self.spec.parameters), self.spec.model]
            self._known = hashlib.sha256("|".join(parts).encode()).hexdigest()
        return self._known

    def _keep(self, point: Point, values: Array) -> None:
        temporary = self.folder / f".{os.getpid()}.npy"
        np.save(temporary, values)
        temporary.replace(self._file(point))


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
