"""A fit by a cheap model corrected by few runs of a finer one.

The finer model is run at the best place. What its voltage has beyond that of the cheap model is an offset at
every record, which is added to the cheap model, and the fit is repeated. Each further run stands where the
fit before it ended, or beside it where nothing has moved; with several, the offset is linear in the
parameters, with the smallest slopes that agree with all runs.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from chemomech.experiments.fitting.evaluation import Evaluator, Point, rounded_place
from chemomech.experiments.fitting.least_squares import Best, standard_errors
from chemomech.experiments.fitting.outcome import FitOutcome, FittedValue
from chemomech.experiments.fitting.settings import Correction
from chemomech.experiments.fitting.verdicts import fitted

Array = npt.NDArray[np.float64]

MOVED = 0.2
"""Distance from an earlier run, in standard errors, below which a run stands beside the best place [-]."""

BESIDE = 1.0
"""How far beside it stands, in standard errors [-]."""


@dataclass(frozen=True)
class Corrected:
    """What the finer model has changed.

    Attributes:
        model: the finer one.
        runs: how often it was run.
        offset: root mean square of what its voltage has beyond that of the cheap model, at each run [V].
        before: values before the correction, by parameter, with the interval.
        moved: how far each parameter has moved, in standard errors [-].
        missed: root mean square of the difference of the corrected model from the last run at the place of
            that, before that run was known [V]; None after a single run.
    """

    model: str
    runs: int
    offset: tuple[float, ...]
    before: tuple[tuple[str, str], ...]
    moved: tuple[float, ...]
    missed: float | None

    def lines(self, values: Sequence[FittedValue]) -> Iterator[str]:
        """Yield it as lines of text, each value before the correction beside its own."""
        sizes = ", ".join(f"{1e3 * size:.2f}" for size in self.offset)
        times = "1 run" if self.runs == 1 else f"{self.runs} runs"
        yield f"corrected by {times} of the {self.model} model; it differs by {sizes} mV (RMS)"
        if self.missed is not None:
            yield f"the corrected model foresaw the last of them to {1e3 * self.missed:.2f} mV (RMS)"
        for (_, said), moved, one in zip(self.before, self.moved, values, strict=True):
            yield f"before the correction {one.name}: {said}; moved by {moved:+.1f} standard errors"

    def to_dict(self) -> dict[str, Any]:
        """Return it as a table."""
        return {
            "model": self.model, "runs": self.runs, "offset_rms_V": list(self.offset),
            "before": dict(self.before), "moved_standard_errors": list(self.moved),
            "foreseen_rms_V": self.missed,
        }  # fmt: skip


class LinearOffset:
    """An offset at every record, linear in the place, with the smallest slopes that agree with all runs.

    Args:
        places: of the runs.
        offsets: at them [V], for each measurement.
        errors: standard errors, the unit of distances [-].
    """

    def __init__(self, places: Sequence[Point], offsets: Sequence[Sequence[Array]], errors: Array) -> None:
        """See the class."""
        self._errors = errors
        self._last = np.array(places[-1])
        self._value = list(offsets[-1])
        distance = (np.array(places[:-1]).reshape(-1, len(errors)) - self._last) / errors
        inverse = np.linalg.pinv(distance, rcond=1e-3)
        self._slopes = [
            inverse @ np.stack([offset[i] - last for offset in offsets[:-1]]) if len(distance) else None
            for i, last in enumerate(self._value)
        ]

    def __call__(self, point: Point) -> list[Array]:
        """Offset of each measurement at a place [V]."""
        distance = (np.array(point) - self._last) / self._errors
        return [
            value if slope is None else value + distance @ slope
            for value, slope in zip(self._value, self._slopes, strict=True)
        ]


def correct(
    evaluate: Evaluator, found: FitOutcome, best: Best, noise: float, asked: Correction
) -> FitOutcome:
    """Return the outcome of the fit with the offset of the finer model.

    Args:
        evaluate: the cheap model; it has the offset afterwards.
        found: the outcome without.
        best: where its sum of squares is smallest.
        noise: standard deviation of the voltage [V].
        asked: how many runs of which model.

    Raises:
        InputError: when the finer model cannot have the case.
    """
    errors, _ = standard_errors(best.jacobian / noise)
    finer = _finer(evaluate, asked)
    places: list[Point] = []
    offsets: list[list[Array]] = []
    missed: float | None = None
    outcome, at = found, best.point
    for _ in range(asked.runs):
        place = _place(at, places, errors)
        offset = [
            held(fine - cheap)
            for fine, cheap in zip(finer.voltages(place), evaluate.voltages(place), strict=True)
        ]
        if evaluate.offset is not None:
            missed = _rms([a - b for a, b in zip(offset, evaluate.offset(place), strict=True)])
        places.append(place)
        offsets.append(offset)
        evaluate.offset = LinearOffset(places, offsets, errors)
        outcome, end, _ = fitted(evaluate, at)
        at = end.point
    said = tuple((one.name, f"{one.value:.4g} {one.unit}, {one.says}") for one in found.values)
    moved = tuple(float(d) for d in (np.array(at) - np.array(best.point)) / errors)
    corrected = Corrected(asked.model, len(places), tuple(map(_rms, offsets)), said, moved, missed)
    return dataclasses.replace(outcome, corrected=corrected, posterior=found.posterior)


def held(offset: Array) -> Array:
    """An offset with the last that is known where one of both models has stopped; 0 where none is."""
    known = np.flatnonzero(np.isfinite(offset))
    if not known.size:
        return np.zeros_like(offset)
    before = known[np.maximum(np.searchsorted(known, np.arange(len(offset)), side="right") - 1, 0)]
    return np.asarray(offset[before])


def _finer(evaluate: Evaluator, asked: Correction) -> Evaluator:
    spec = evaluate.spec
    changes = {**(asked.overrides or {}), "model": asked.model}
    cases = tuple(case.with_overrides(changes) for case in spec.cases)
    finer = dataclasses.replace(spec, cases=cases, model=asked.model)
    return dataclasses.replace(evaluate, spec=finer, offset=None, evaluations=0, read={})


def _place(at: Point, places: Sequence[Point], errors: Array) -> Point:
    """Where the next run stands: at the best place, or beside it where there was one as near."""
    near = any(np.max(np.abs((np.array(at) - np.array(place)) / errors)) < MOVED for place in places)
    if not near:
        return rounded_place(at)
    k = (len(places) - 1) % len(at)
    step = BESIDE * float(errors[k])
    moved = at[k] + step if at[k] + step <= 1.0 else at[k] - step
    return rounded_place(tuple(moved if j == k else u for j, u in enumerate(at)))


def _rms(parts: Sequence[Array]) -> float:
    return float(np.sqrt(np.mean(np.concatenate(parts) ** 2)))
