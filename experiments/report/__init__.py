"""What a person looks at after a run: the figures and one self-contained page."""

from chemomech.experiments.report.animation import write_animation
from chemomech.experiments.report.depth_statistics import DepthStatistics, statistics_by_depth
from chemomech.experiments.report.figures import write_figures
from chemomech.experiments.report.page import write_report

__all__ = ["DepthStatistics", "statistics_by_depth", "write_animation", "write_figures", "write_report"]
