"""Readings of an electrode after cycles: severity of cracks, where it lies, and what cycles still pass."""

from chemomech.experiments.report.damage.crack_faces import FaceLithium, lithium_at_faces
from chemomech.experiments.report.damage.cycle_states import (
    CHARGED,
    DISCHARGED,
    last_cycle,
    read_cycles,
    state_of,
)
from chemomech.experiments.report.damage.fade import CycleFigures, cycle_figures
from chemomech.experiments.report.damage.network import (
    Clustering,
    clustering,
    mean_of_three_nearest,
    three_nearest,
)
from chemomech.experiments.report.damage.severity import CLASSES, LIMITS, SeverityLimits, limits_for_shares
from chemomech.experiments.report.damage.shares import ClassShares, shares_by_depth
from chemomech.experiments.report.damage.table import depth_table

__all__ = [
    "CHARGED",
    "CLASSES",
    "DISCHARGED",
    "LIMITS",
    "ClassShares",
    "Clustering",
    "CycleFigures",
    "FaceLithium",
    "SeverityLimits",
    "clustering",
    "cycle_figures",
    "depth_table",
    "last_cycle",
    "limits_for_shares",
    "lithium_at_faces",
    "mean_of_three_nearest",
    "read_cycles",
    "shares_by_depth",
    "state_of",
    "three_nearest",
]
