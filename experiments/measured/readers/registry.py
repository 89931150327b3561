"""Readers by the suffix of a file; what is not listed is read as text."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from chemomech.errors import InputError
from chemomech.experiments.measured.readers.biologic import read_biologic
from chemomech.experiments.measured.readers.table import Table
from chemomech.experiments.measured.readers.text import read_text_table
from chemomech.experiments.measured.stated import Stated

READERS: Final[Mapping[str, Callable[[Path, Stated], Table]]] = {".mpr": read_biologic}

NOT_READ: Final[Mapping[str, str]] = {
    ".res": "an Arbin database",
    ".nda": "a Neware file",
    ".ndax": "a Neware file",
    ".xls": "a spreadsheet",
    ".xlsx": "a spreadsheet",
    ".parquet": "a Parquet file",
    ".mat": "a MATLAB file",
}


def read_table(path: Path, stated: Stated) -> Table:
    """Return the table of a measured file, whatever wrote it.

    Raises:
        InputError: when it cannot be read.
    """
    suffix = path.suffix.lower()
    if suffix in NOT_READ:
        raise InputError(
            f"the measurement {str(path)!r} is {NOT_READ[suffix]}, which is not read; export it as CSV or as "
            "text of the Battery Data Format."
        )
    return READERS.get(suffix, read_text_table)(path, stated)
