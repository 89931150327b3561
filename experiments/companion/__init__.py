"""The through-thickness companion: the same case as a homogenised half-cell DFN, solved by PyBaMM.

PyBaMM is optional (``pip install 'chemomech[pybamm]'``) and loaded on first use::

    from chemomech.experiments.companion import run_dfn

    result = run_dfn(chemomech.Case.from_toml("fast-charge-5C"), "results/screened")
"""

from chemomech.experiments.companion.dfn import DfnOptions, DfnRun, solve_dfn
from chemomech.experiments.companion.homogenised import HomogenisedCell, SizeSpread, homogenise
from chemomech.experiments.companion.parameters import parameter_table, parameter_values, write_parameters
from chemomech.experiments.companion.runner import run_dfn
from chemomech.experiments.companion.symbols import pybamm
from chemomech.experiments.companion.transport import TRANSPORT_RULES

__all__ = [
    "TRANSPORT_RULES",
    "DfnOptions",
    "DfnRun",
    "HomogenisedCell",
    "SizeSpread",
    "homogenise",
    "parameter_table",
    "parameter_values",
    "pybamm",
    "run_dfn",
    "solve_dfn",
    "write_parameters",
]
