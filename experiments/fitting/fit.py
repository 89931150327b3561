"""A fit from its start to its verdicts, and what else is asked: sampling, correction, files."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from chemomech.experiments.fitting.correction import correct
from chemomech.experiments.fitting.evaluation import evaluator
from chemomech.experiments.fitting.least_squares import lmfit_package
from chemomech.experiments.fitting.outcome import FitOutcome
from chemomech.experiments.fitting.sampling import sample
from chemomech.experiments.fitting.spec import FitSpec
from chemomech.experiments.fitting.verdicts import fitted


def fit(spec: FitSpec, folder: Path, workers: int = 1, kept: Path | None = None) -> FitOutcome:
    """Fit the parameters, and find what the data say of each.

    Writes ``fit.json`` and ``fitted.toml``, the case with the fitted numbers marked ``calibrated``.

    Args:
        spec: what is fitted to what.
        folder: of the fit; one that was killed goes on there, to the same numbers.
        workers: local processes.
        kept: where evaluations are kept; ``evaluations`` in the folder if not given.

    Raises:
        InputError: as of runs.
    """
    lmfit_package()
    with evaluator(spec, kept or folder / "evaluations", workers) as evaluate:
        found, best, noise = fitted(evaluate)
        settings = spec.settings
        if settings.sampling is not None:
            posterior = sample(evaluate, best, noise, settings.sampling, folder)
            found = dataclasses.replace(found, posterior=posterior)
        if settings.correction is not None:
            found = correct(evaluate, found, best, noise, settings.correction)
        found = dataclasses.replace(found, evaluations=evaluate.evaluations)
    folder.mkdir(parents=True, exist_ok=True)
    found.write(folder, spec.fitted_case(found.shares).to_toml())
    return found
