"""The through-thickness companion: the same case as a homogenised half-cell DFN, solved by PyBaMM.

PyBaMM is optional (``pip install 'chemomech[pybamm]'``) and loaded on first use::

    result = chemomech.run(case, out="results/screened", model="homogenised")
"""

from collections.abc import Callable
from pathlib import Path
from typing import Final

from chemomech.experiments.models.homogenised.bpx_reading import BpxHalfCell, read_bpx
from chemomech.experiments.models.homogenised.bpx_writing import write_bpx
from chemomech.experiments.models.homogenised.cell import HomogenisedCell, SizeSpread, homogenise
from chemomech.experiments.models.homogenised.dfn import solve_dfn
from chemomech.experiments.models.homogenised.model import HomogenisedModel
from chemomech.experiments.models.homogenised.parameters import (
    parameter_table,
    parameter_values,
    write_parameters,
)
from chemomech.experiments.models.homogenised.simulation import DfnOptions, DfnRun
from chemomech.experiments.models.homogenised.symbols import pybamm
from chemomech.materials.hindrance import TRANSPORT_RULES

EXPORTS: Final[dict[str, Callable[[HomogenisedCell, Path], tuple[str, ...]]]] = {
    "bpx": write_bpx,
    "pybamm": write_parameters,
}
"""Writers of a homogenised cell by format; each returns sentences on what was written."""

__all__ = [
    "EXPORTS",
    "TRANSPORT_RULES",
    "BpxHalfCell",
    "DfnOptions",
    "DfnRun",
    "HomogenisedCell",
    "HomogenisedModel",
    "SizeSpread",
    "homogenise",
    "parameter_table",
    "parameter_values",
    "pybamm",
    "read_bpx",
    "solve_dfn",
    "write_bpx",
    "write_parameters",
]
