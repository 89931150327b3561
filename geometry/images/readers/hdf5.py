"""Datasets of HDF5 files, read by slices."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from chemomech.errors import InputError, unknown_name

from ..stack import AnyArray, Shape
from .request import StackRequest, three_axes


@dataclass(frozen=True)
class Hdf5Source:
    """A dataset of a file that is opened for each slice.

    Attributes:
        path: of the file.
        dataset: name inside it.
        shape: number of voxels along the axes.
        dtype: type of a voxel.
    """

    path: Path
    dataset: str
    shape: Shape
    dtype: np.dtype[Any]

    def read(self, first: int, last: int) -> AnyArray:
        """Planes `first` to `last` - 1."""
        try:
            with h5py.File(self.path, "r") as file:
                return np.asarray(file[self.dataset][first:last])
        except (OSError, RuntimeError, ValueError, KeyError) as error:
            raise StackRequest(self.path).damaged(error) from error


def open_hdf5(request: StackRequest) -> Hdf5Source:
    """Open a dataset of an HDF5 file, the only one of three axes if none is named."""
    try:
        with h5py.File(request.path, "r") as file:
            datasets: dict[str, tuple[tuple[int, ...], np.dtype[Any]]] = {}

            def note(name: str, item: Any) -> None:
                if isinstance(item, h5py.Dataset):
                    datasets[name] = (item.shape, item.dtype)

            file.visititems(note)
    except (OSError, RuntimeError, ValueError, KeyError) as error:
        raise request.damaged(error) from error
    name = request.dataset.strip("/") if request.dataset else None
    if name is None:
        stacks = [key for key, (shape, _) in datasets.items() if len(shape) == 3]
        if len(stacks) != 1:
            raise InputError(
                f"{request.path} holds {len(stacks)} datasets of three axes "
                f"({', '.join(stacks) or 'none'}); name the one to read with --dataset."
            )
        name = stacks[0]
    if name not in datasets:
        raise unknown_name(f"dataset of {request.path}", name, datasets)
    shape, kind = datasets[name]
    return Hdf5Source(request.path, name, three_axes(shape, request.path), kind)
