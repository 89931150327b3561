"""A table as it lies in a file, before anything is known of its columns."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Table:
    """Headers, and the numbers below them.

    Attributes:
        headers: as the file has them.
        column: gives the numbers of the column at a place, shape (rows,); clock times in seconds if asked.
        rows: how many.
        line: number of the line of the file in which a row stands; that of the row where there are no lines.
        direction: sign of the current on charge where the kind of file says it; None where it does not.
    """

    headers: Sequence[str]
    column: Callable[[int, bool], Array]
    rows: int
    line: Callable[[int], int]
    direction: int | None = None
