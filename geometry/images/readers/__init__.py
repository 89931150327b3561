"""Files of image stacks: one reader a file, found by the ending of the path."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final, Protocol

from chemomech.errors import InputError

from ..stack import ImageStack, PlaneSource, Shape, three_edges
from .hdf5 import open_hdf5
from .npy import open_npy
from .raw import open_raw
from .request import StackRequest
from .tiff import open_tiff


class StackReader(Protocol):
    """Opens a file without reading its voxels."""

    def __call__(self, request: StackRequest) -> PlaneSource:
        """Return where the planes come from.

        Raises:
            InputError: the file cannot be read, or what is needed to read it is not given.
        """
        ...


STACK_READERS: Final[dict[str, StackReader]] = {
    ".tif": open_tiff,
    ".tiff": open_tiff,
    ".npy": open_npy,
    ".h5": open_hdf5,
    ".hdf5": open_hdf5,
    ".raw": open_raw,
    ".bin": open_raw,
}

NEEDED: Final[dict[str, tuple[str, ...]]] = {
    ".h5": ("dataset",),
    ".hdf5": ("dataset",),
    ".raw": ("shape", "dtype"),
    ".bin": ("shape", "dtype"),
}
"""What must or may be said of files with these endings."""


def open_stack(
    path: str | Path,
    voxel_size: float | Sequence[float] | None,
    *,
    anisotropic: bool = False,
    dataset: str | None = None,
    shape: Shape | None = None,
    dtype: str | None = None,
) -> ImageStack:
    """Open an image stack; its voxels are read when they are needed.

    Args:
        path: of a file whose ending is one of `STACK_READERS`.
        voxel_size: one edge [m] for cubes, or three in the order of the axes; never taken from the file.
        anisotropic: whether three edges that differ are meant.
        dataset: name inside an HDF5 file; its only three-dimensional one if not given.
        shape: number of voxels along the axes, slowest first; only for raw files, which need it.
        dtype: type of a voxel as NumPy writes it, such as "uint8" or "<u2"; only for raw files.

    Raises:
        InputError: no such file or reader, no voxel size, or the file is not a stack.
    """
    file = Path(path)
    edges = three_edges(voxel_size, anisotropic)
    if file.is_dir():
        raise InputError(f"the stack {file} is a folder; join its images into one TIFF stack.")
    if not file.is_file():
        raise InputError(f"the stack {file} does not exist; check the path.")
    reader = STACK_READERS.get(file.suffix.lower())
    if reader is None:
        raise InputError(
            f"the stack {file} ends in '{file.suffix}', which no reader takes; convert it to one of "
            f"{', '.join(STACK_READERS)}."
        )
    wanted = NEEDED.get(file.suffix.lower(), ())
    for option, value in (("dataset", dataset), ("shape", shape), ("dtype", dtype)):
        if value is not None and option not in wanted:
            raise InputError(
                f"{option} = {value} has no meaning for the stack {file}, whose format says it itself or "
                "has none; "
                "leave it out."
            )
    return ImageStack(reader(StackRequest(file, dataset, shape, dtype)), edges, file.name)
