"""How much memory image work may take, and what follows for the thickness of slabs."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from chemomech.errors import InputError, require_between

from .stack import Shape

GIGABYTE = 1e9


@dataclass(frozen=True)
class MemoryLimit:
    """A bound on working memory; what is larger goes through in slabs or lies on disk.

    Attributes:
        bytes: the bound [byte], beside what Python and its libraries take (about 0.2 GB).
        scratch: folder for label images that are larger than half of the bound; the system's if None.
    """

    bytes: float = 4.0 * GIGABYTE
    scratch: Path | None = None

    def __post_init__(self) -> None:
        """Check the bound."""
        require_between("the memory limit", self.bytes, 1e6, float("inf"), "byte", "allow at least 1 MB")

    def planes(self, shape: Shape, per_voxel: float, least: int, what: str) -> int:
        """Number of planes whose work fits into the bound.

        Args:
            shape: of the stack.
            per_voxel: working memory [byte per voxel].
            least: fewest planes that the work can be done on at once.
            what: the work, in words.

        Raises:
            InputError: fewer than `least` planes fit.
        """
        plane = shape[1] * shape[2] * per_voxel
        fit = int(self.bytes // plane)
        if fit < least:
            need, block = least * plane, 2
            while need / block**2 > self.bytes:
                block += 1
            raise InputError(
                f"{what} of a stack of {shape[0]} x {shape[1]} x {shape[2]} voxels needs "
                f"{need / GIGABYTE:.3g} GB, "
                f"and the memory limit is {self.bytes / GIGABYTE:.3g} GB; raise the limit (--memory), crop "
                f"the stack (--crop), or bin it by blocks of {block} voxels (--bin)."
            )
        return min(fit, shape[0])

    def label_image(self, shape: Shape) -> npt.NDArray[np.int32]:
        """An image of 32-bit zeros, in memory if it takes at most half of the bound, else in a file.

        The file is removed when the process lets go of it.
        """
        size = int(np.prod(shape))
        if 4 * size <= 0.5 * self.bytes:
            return np.zeros(shape, dtype=np.int32)
        with tempfile.TemporaryFile(prefix="chemomech-labels-", dir=self.scratch) as file:
            return np.memmap(file, dtype=np.int32, mode="w+", shape=shape)
