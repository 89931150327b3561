"""NumPy files, mapped into memory."""

from __future__ import annotations

import numpy as np

from ..stack import ArraySource
from .request import StackRequest, three_axes


def open_npy(request: StackRequest) -> ArraySource:
    """Map a .npy file."""
    try:
        array = np.load(request.path, mmap_mode="r", allow_pickle=False)
    except (ValueError, OSError, EOFError) as error:
        raise request.damaged(error) from error
    three_axes(array.shape, request.path)
    return ArraySource(array)
