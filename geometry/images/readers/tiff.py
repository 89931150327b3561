"""TIFF stacks: mapped where the file allows it, else decoded page by page."""

from __future__ import annotations

import contextlib
import logging
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import tifffile

from chemomech.errors import InputError

from ..stack import AnyArray, ArraySource, PlaneSource, Shape
from .request import StackRequest, three_axes

_FAULTS = (ValueError, RuntimeError, OSError, IndexError, KeyError, TypeError, struct.error, MemoryError)
"""What tifffile and its codecs raise on damaged files."""


@contextlib.contextmanager
def complaints(path: Path) -> Iterator[None]:
    """Take what tifffile only notes in its log for what it is: a file that is not read as it was written.

    Raises:
        InputError: when something was noted.
    """
    noted: list[str] = []
    logger, handler = logging.getLogger("tifffile"), logging.Handler(logging.WARNING)
    handler.emit = lambda record: noted.append(record.getMessage())  # type: ignore[method-assign]
    before = logger.propagate
    logger.addHandler(handler)
    logger.propagate = False
    try:
        yield
    finally:
        logger.removeHandler(handler)
        logger.propagate = before
    if noted:
        raise StackRequest(path).damaged(ValueError(noted[0]))


@dataclass(frozen=True)
class TiffPages:
    """A compressed stack with one plane a page.

    Attributes:
        path: of the file.
        shape: number of voxels along the axes.
        dtype: type of a voxel.
    """

    path: Path
    shape: Shape
    dtype: np.dtype[Any]

    def read(self, first: int, last: int) -> AnyArray:
        """Planes `first` to `last` - 1."""
        try:
            with complaints(self.path), tifffile.TiffFile(self.path) as file:
                pages = np.asarray([file.pages[number].asarray() for number in range(first, last)])
        except _FAULTS as error:  # a codec that is missing, or damaged data
            raise StackRequest(self.path).damaged(error) from error
        return pages.reshape(last - first, *self.shape[1:])


def open_tiff(request: StackRequest) -> PlaneSource:
    """Open a TIFF stack of grey values or labels.

    Planes that were appended one by one or in parts are one stack, in the order of the pages.

    Raises:
        InputError: the file is damaged, or its pages differ in size or type and make no stack.
    """
    try:
        with complaints(request.path), tifffile.TiffFile(request.path) as file:
            shape, kind, pages, plain = _planes(file, request)
    except InputError:
        raise
    except _FAULTS as error:
        raise request.damaged(error) from error
    if pages == shape[0] and not plain:
        return TiffPages(request.path, shape, kind)
    try:
        with complaints(request.path):
            if plain:
                return ArraySource(tifffile.memmap(request.path, mode="r", series=0))
            # Several planes in one compressed page cannot be read in parts.
            return ArraySource(tifffile.imread(request.path, series=0))
    except InputError:
        raise
    except _FAULTS as error:
        raise request.damaged(error) from error


def _planes(file: tifffile.TiffFile, request: StackRequest) -> tuple[Shape, np.dtype[Any], int, bool]:
    """Shape and type of all planes, number of pages, and whether they lie in the file as one block."""
    series = file.series
    first, path = series[0], request.path
    if len(series) == 1:
        shape = three_axes(tuple(first.shape), path)
        complete = first.dataoffset is None or first.dataoffset + first.nbytes <= path.stat().st_size
        if not complete:
            raise request.damaged(ValueError("it ends within its planes"))
        return shape, np.dtype(first.dtype), len(first.pages), first.dataoffset is not None
    kinds = {(page.shape, page.dtype) for page in file.pages}
    if len(kinds) > 1 or len(first.pages[0].shape) != 2:
        parts = "; ".join(f"{part.shape} of {part.dtype}" for part in series[:4])
        raise InputError(
            f"the stack {path} holds {len(series)} series that make no stack of equal planes ({parts}); "
            "write the "
            "one to read into a file of its own."
        )
    (rows, columns), kind = kinds.pop()
    return (len(file.pages), rows, columns), np.dtype(kind), len(file.pages), False
