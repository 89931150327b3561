"""The result folder: what a run leaves behind, how it is written and how it is read again.

One table (:mod:`.quantities`) names every variable; the writers check against it and the reader and the
figures rely on it. Nothing here communicates: in a parallel run, only rank 0 calls this package.
"""

from chemomech.solver.results.dataset import build_dataset, decode_attribute, write_dataset
from chemomech.solver.results.folder import FIGURES_FOLDER, REPORT_FILE
from chemomech.solver.results.probes import probe_summary
from chemomech.solver.results.quantities import QUANTITIES, Quantity, SchemaError, quantity
from chemomech.solver.results.result import Result
from chemomech.solver.results.steps import Cycle, Rows, Step, rows_of
from chemomech.solver.results.summary import STOP_REASONS, check_summary, write_summary

__all__ = [
    "FIGURES_FOLDER",
    "Cycle",
    "QUANTITIES",
    "REPORT_FILE",
    "STOP_REASONS",
    "Quantity",
    "Result",
    "Rows",
    "SchemaError",
    "Step",
    "build_dataset",
    "check_summary",
    "decode_attribute",
    "probe_summary",
    "quantity",
    "rows_of",
    "write_dataset",
    "write_summary",
]
