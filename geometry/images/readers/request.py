"""What a reader is told about the file it opens."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from chemomech.errors import InputError

from ..stack import Shape


@dataclass(frozen=True)
class StackRequest:
    """A file and what it does not say itself.

    Attributes:
        path: of the file.
        dataset: name inside the file, for formats that hold several.
        shape: number of voxels along the axes, for formats without a header.
        dtype: type of a voxel, for formats without a header.
    """

    path: Path
    dataset: str | None = None
    shape: Shape | None = None
    dtype: str | None = None

    def damaged(self, error: Exception) -> InputError:
        """The error for a file that cannot be read."""
        return InputError(f"the stack {self.path} cannot be read ({error}); check the file.")


def three_axes(shape: tuple[int, ...], path: Path) -> Shape:
    """Return the shape if it has three axes.

    Raises:
        InputError: it has not.
    """
    if len(shape) != 3:
        raise InputError(
            f"the stack {path} has {len(shape)} axes (shape {shape}); give a file with three, one value a "
            "voxel."
        )
    return shape[0], shape[1], shape[2]
