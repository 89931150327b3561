"""The through-thickness companion: the same case as a homogenised half-cell DFN, solved by PyBaMM.

PyBaMM is optional (``pip install 'chemomech[pybamm]'``) and loaded on first use::

    from chemomech.experiments.companion import run_dfn

    result = run_dfn(chemomech.Case.from_toml("fast-charge-5C"), "results/screened")
"""

from collections.abc import Callable
from pathlib import Path
from typing import Final

from chemomech.experiments.companion.bpx_reading import BpxHalfCell, read_bpx
from chemomech.experiments.companion.bpx_writing import write_bpx
from chemomech.experiments.companion.dfn import DfnOptions, DfnRun, solve_dfn
from chemomech.experiments.companion.homogenised import HomogenisedCell, SizeSpread, homogenise
from chemomech.experiments.companion.parameters import parameter_table, parameter_values, write_parameters
from chemomech.experiments.companion.runner import run_dfn
from chemomech.experiments.companion.symbols import pybamm
from chemomech.experiments.companion.transport import TRANSPORT_RULES

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
    "SizeSpread",
    "homogenise",
    "parameter_table",
    "parameter_values",
    "pybamm",
    "read_bpx",
    "run_dfn",
    "solve_dfn",
    "write_bpx",
    "write_parameters",
]
