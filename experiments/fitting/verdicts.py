"""The outcome of one fit: least squares from several places, and a verdict on each parameter."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from chemomech.experiments.fitting.evaluation import Evaluator
from chemomech.experiments.fitting.least_squares import Best, from_far, polished, standard_errors, starts
from chemomech.experiments.fitting.outcome import FitOutcome, FittedValue
from chemomech.experiments.fitting.profiles import by_derivatives, profile
from chemomech.experiments.fitting.simulation import counted
from chemomech.experiments.fitting.spec import FitSpec
from chemomech.experiments.fitting.synthetic import planted_shares

Array = npt.NDArray[np.float64]


def fitted(evaluate: Evaluator, begin: tuple[float, ...] | None = None) -> tuple[FitOutcome, Best, float]:
    """Return the outcome, the best place, and the noise on which the intervals rest [V].

    Args:
        evaluate: the model.
        begin: a place to begin from, in place of the starts of the fit.
    """
    spec = evaluate.spec
    settings, count = spec.settings, len(spec.parameters)
    places = [begin] if begin else starts(settings.starts, count, settings.seed)
    ends = [from_far(evaluate, place) for place in places]
    far = min(ends, key=lambda end: float((end[1] ** 2).sum()))
    best = polished(evaluate, far[0], settings.noise)
    records = sum(int(counted(run).sum()) for run in spec.runs)
    noise = settings.noise or float(np.sqrt(best.squares / max(records - count, 1)))
    errors, correlation = standard_errors(best.jacobian / noise)
    truth = None if spec.planted is None else planted_shares(spec.planted, spec.targets)
    values = []
    for k, parameter in enumerate(spec.parameters):
        low, high, table = (
            profile(evaluate, best, k, noise, float(errors[k]))
            if settings.profile
            else by_derivatives(best, k, float(errors[k]))
        )
        values.append(
            FittedValue(
                parameter.name,
                float(parameter.value(best.point[k])),
                parameter.bounds[2],
                None if low is None else float(parameter.value(low)),
                None if high is None else float(parameter.value(high)),
                table,
                tuple(run.name for run in spec.runs),
                None if truth is None else parameter.value(truth[k]),
            )
        )
    outcome = FitOutcome(
        tuple(values),
        correlation,
        float(np.sqrt(best.squares / records)),
        noise,
        evaluate.evaluations,
        tuple(float((end[1] ** 2).sum()) / noise**2 for end in ends),
        best.point,
        _by_run(spec, best.left),
        best.left,
        _told(spec),
    )
    return outcome, best, noise


def _by_run(spec: FitSpec, left: Array) -> tuple[tuple[str, float], ...]:
    ends = np.cumsum([len(run.time) for run in spec.runs])[:-1]
    parts = zip(spec.runs, np.split(left, ends), strict=True)
    return tuple((run.name, float(np.sqrt(np.mean(part[counted(run)] ** 2)))) for run, part in parts)


def _told(spec: FitSpec) -> str:
    if spec.planted is None:
        return ""
    names = ", ".join(f"{run.name} ({len(run.time)} records)" for run in spec.runs)
    noise = f"{1e3 * spec.planted.noise:g} mV of noise (seed {spec.planted.seed})"
    return f"synthetic data of the {spec.model} model with planted values and {noise}: {names}"
