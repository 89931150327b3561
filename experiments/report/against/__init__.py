"""A measurement beside results: residuals by step, a table, and figures of a comparison page."""

from chemomech.experiments.report.against.matching import Matched, StepPair, matched
from chemomech.experiments.report.against.section import MeasuredBeside

__all__ = ["Matched", "MeasuredBeside", "StepPair", "matched"]
