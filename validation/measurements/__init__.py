"""Measured numbers and orderings of the papers, one file a paper; read with :func:`~.loader.measurements`."""

from chemomech.validation.measurements.loader import (
    Measurements,
    Number,
    Ordering,
    Paper,
    Series,
    measurements,
    paper_keys,
)

__all__ = ["Measurements", "Number", "Ordering", "Paper", "Series", "measurements", "paper_keys"]
