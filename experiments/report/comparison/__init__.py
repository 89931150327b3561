"""Several results side by side: one table, figures with all of them, one self-contained page."""

from chemomech.experiments.report.comparison.page import compare

__all__ = ["compare"]
