"""TIFF stacks: mapped where the file allows it, else decoded page by page."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import tifffile

from ..stack import AnyArray, ArraySource, PlaneSource, Shape
from .request import StackRequest, three_axes


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
            with tifffile.TiffFile(self.path) as file:
                pages = np.asarray(file.asarray(key=slice(first, last), series=0))
        except (ValueError, RuntimeError, OSError) as error:  # a codec that is missing, or damaged data
            raise StackRequest(self.path).damaged(error) from error
        return pages.reshape(last - first, *self.shape[1:])


def open_tiff(request: StackRequest) -> PlaneSource:
    """Open a TIFF stack of grey values or labels."""
    try:
        with tifffile.TiffFile(request.path) as file:
            series = file.series[0]
            shape = three_axes(tuple(series.shape), request.path)
            kind, pages, plain = series.dtype, len(series.pages), series.dataoffset is not None
    except (tifffile.TiffFileError, IndexError, OSError) as error:
        raise request.damaged(error) from error
    if plain:
        return ArraySource(tifffile.memmap(request.path, mode="r", series=0))
    if pages == shape[0]:
        return TiffPages(request.path, shape, np.dtype(kind))
    # Several planes in one compressed page cannot be read in parts.
    try:
        return ArraySource(tifffile.imread(request.path, series=0))
    except (ValueError, RuntimeError, OSError) as error:
        raise request.damaged(error) from error
