"""Raw files: voxels without a header, mapped into memory."""

from __future__ import annotations

import math

import numpy as np

from chemomech.errors import InputError

from ..stack import ArraySource
from .request import StackRequest


def open_raw(request: StackRequest) -> ArraySource:
    """Map a raw file whose shape and type are given."""
    if request.shape is None or request.dtype is None:
        raise InputError(
            f"the raw stack {request.path} does not say its shape and type; give both, as in "
            "--shape 251,301,301 --dtype uint8."
        )
    try:
        kind = np.dtype(request.dtype)
    except (TypeError, ValueError, SyntaxError):
        raise InputError(
            f"the type '{request.dtype}' of {request.path} is unknown; write it as NumPy does, as in uint8 "
            "or <u2."
        ) from None
    if kind.kind not in "biuf":
        raise InputError(
            f"the type '{request.dtype}' of {request.path} is no number; write one such as uint8 or <u2."
        )
    if min(request.shape) < 1:
        raise InputError(
            f"the shape {request.shape} of {request.path} has an axis without voxels; give three numbers "
            "above 0."
        )
    there, needed = request.path.stat().st_size, math.prod(request.shape) * kind.itemsize
    if there != needed or needed == 0:
        raise InputError(
            f"the raw stack {request.path} has {there} bytes, but {request.shape} voxels of {kind} take "
            f"{needed}; correct shape or type."
        )
    return ArraySource(np.memmap(request.path, dtype=kind, mode="r", shape=request.shape))
