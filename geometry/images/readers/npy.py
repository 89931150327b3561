"""NumPy files, mapped into memory."""

from __future__ import annotations

import numpy as np

from ..stack import ArraySource
from .request import StackRequest, three_axes


def open_npy(request: StackRequest) -> ArraySource:
    """Map a .npy file."""
    try:
        array = np.load(request.path, mmap_mode="r", allow_pickle=False)
        shape, offset, size = array.shape, array.offset, array.nbytes
    except Exception as error:  # its header is parsed as Python, which fails in many ways
        raise request.damaged(error) from error
    three_axes(shape, request.path)
    beyond = request.path.stat().st_size - offset - size
    if beyond:
        raise request.damaged(ValueError(f"there are {beyond} bytes after its voxels"))
    return ArraySource(array)
