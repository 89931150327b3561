"""Binary files of Bio-Logic's EC-Lab (``.mpr``), by galvani, which is installed with ``chemomech[data]``."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt

from chemomech.errors import InputError
from chemomech.experiments.measured.readers.table import Table
from chemomech.experiments.measured.stated import Stated

Array = npt.NDArray[np.float64]

ANODIC = 1
"""EC-Lab counts a current positive that oxidises the working electrode: of a cathode, that is its charge."""


def read_biologic(path: Path, stated: Stated) -> Table:
    """Return the table of a ``.mpr`` file.

    Raises:
        InputError: when galvani is not installed, or cannot read the file.
    """
    what = f"the measurement {str(path)!r}"
    try:
        from galvani import BioLogic
    except ImportError:
        raise InputError(
            f"{what} needs the package galvani, which is not installed; install chemomech[data], or export "
            "the test as text."
        ) from None
    try:
        data = BioLogic.MPRfile(str(path)).data
    except FileNotFoundError:
        raise InputError(f"{what} does not exist; check the path.") from None
    except Exception as error:  # the layout of the file is private, and the reader fails in many ways
        raise InputError(
            f"{what} cannot be read as a file of EC-Lab ({type(error).__name__}: {error}); export the test "
            "as text."
        ) from None
    headers = list(data.dtype.names or ())
    if not len(data):
        raise InputError(f"{what} holds no rows; check whether the test was recorded.")

    def column(place: int, clock: bool) -> Array:
        values = np.asarray(data[headers[place]], dtype=float)
        if not np.isfinite(values).all():
            row = int(np.flatnonzero(~np.isfinite(values))[0])
            raise InputError(
                f"row {row + 1} of {what} has {values[row]} in the column {headers[place]!r}; export the "
                "test as text and take the row out."
            )
        return values

    return Table(headers, column, len(data), lambda row: row + 1, ANODIC)
