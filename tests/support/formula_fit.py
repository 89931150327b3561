"""A fit whose model is a formula, so that what is found can be held against closed forms."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

import chemomech
from chemomech.experiments.fitting.evaluation import Evaluator, Point
from chemomech.experiments.fitting.parameters import FitParameter
from chemomech.experiments.fitting.settings import FitSettings
from chemomech.experiments.fitting.spec import FitSpec
from chemomech.experiments.measured import MeasuredRun
from chemomech.experiments.measured.steps import steps_of

Array = npt.NDArray[np.float64]
Formula = Callable[[str, Point, Array], Array]
"""Voltage [V] of a model (``radial`` or ``resolved``) at a place between the bounds, at times."""

PARAMETERS = (
    FitParameter("i0", "materials.overrides.cathode.exchange_current_density", "0 A/m2", "1 A/m2", "linear"),
    FitParameter("D", "materials.overrides.cathode.diffusivity", "1e-16 m2/s", "1e-13 m2/s"),
    FitParameter("porosity", "materials.overrides.matrix.porosity", "0.2", "0.8", "linear"),
)


@dataclass
class ByFormula(Evaluator):
    """An evaluator of a formula."""

    formula: Formula = lambda model, point, time: np.zeros_like(time)

    def _compute(self, points: Any) -> None:
        for point in points:
            if point not in self.read:
                self.evaluations += 1
                time = self.spec.runs[0].time
                self.read[point] = [self.formula(self.spec.model, point, time)]


def formula_fit(
    formula: Formula, truth: Sequence[float], noise: float, folder: Path, seed: int = 1, finer: str = "radial"
) -> ByFormula:
    """Return an evaluator whose measurement is a formula with noise.

    Args:
        formula: the model.
        truth: place of each parameter of which the measurement is made.
        noise: standard deviation [V].
        folder: that is not written to.
        seed: of the noise.
        finer: the model of which the measurement is made.
    """
    time = np.linspace(0.0, 1000.0, 201)
    voltage = formula(finer, tuple(truth), time)
    voltage = voltage + np.random.default_rng(seed).normal(0.0, noise, len(time))
    current = np.full(len(time), 1.0)
    steps = steps_of(time, voltage, current, np.ones(len(time)))
    run = MeasuredRun("formula", time, voltage, current, "A/kg", None, None, "nmc622", steps, "")
    case = chemomech.Case.from_toml("fast-charge-5C").with_overrides({"model": "radial"})
    settings = FitSettings("formula", "fast-charge-5C", model="radial", noise=noise, starts=0)
    spec = FitSpec(settings, PARAMETERS[: len(truth)], (case,), (run,), "radial")
    return ByFormula(spec, folder, formula=formula)
