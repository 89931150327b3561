"""Galvanostatic intermittent titration: diffusivity from each pulse, by the usual formula and by a fit."""

from chemomech.experiments.measured.gitt.evaluation import PulseResult, evaluate

__all__ = ["PulseResult", "evaluate"]
