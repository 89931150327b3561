"""What a person looks at after a run: the figures and one self-contained page."""

from chemomech.experiments.report.figures import write_figures
from chemomech.experiments.report.page import write_report

__all__ = ["write_figures", "write_report"]
