"""Measured data of half cells: read, checked, parted into steps, thinned, and turned into protocols."""

from chemomech.experiments.measured.reading import read_measured
from chemomech.experiments.measured.run import MeasuredRun, MeasuredStep, StepKind
from chemomech.experiments.measured.stated import Stated

__all__ = ["MeasuredRun", "MeasuredStep", "Stated", "StepKind", "read_measured"]
