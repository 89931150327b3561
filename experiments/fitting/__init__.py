"""Parameters of a case fitted to measurements: least squares, and what the data say of each parameter."""

from chemomech.experiments.fitting.fit import fit
from chemomech.experiments.fitting.outcome import FitOutcome
from chemomech.experiments.fitting.spec import FitSpec

__all__ = ["FitOutcome", "FitSpec", "fit"]
