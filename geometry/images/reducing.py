"""Stacks made smaller: a part of one, or one with blocks of voxels binned into one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from chemomech.errors import InputError, require_between

from .stack import AnyArray, ImageStack, PlaneSource, Shape


@dataclass(frozen=True)
class _Part:
    source: PlaneSource
    low: Shape
    shape: Shape

    @property
    def dtype(self) -> np.dtype[Any]:
        return self.source.dtype

    def read(self, first: int, last: int) -> AnyArray:
        planes = self.source.read(self.low[0] + first, self.low[0] + last)
        rows, columns = (
            slice(low, low + size) for low, size in zip(self.low[1:], self.shape[1:], strict=True)
        )
        return planes[:, rows, columns]


def crop_stack(stack: ImageStack, low: Shape, high: Shape) -> ImageStack:
    """A part of a stack, from voxel `low` to before voxel `high` in the order of the axes.

    Raises:
        InputError: the part is empty or leaves the stack.
    """
    fits = all(0 <= first < last <= size for first, last, size in zip(low, high, stack.shape, strict=True))
    if not fits:
        raise InputError(
            f"the part from {low} to {high} voxels does not lie within '{stack.name}' of {stack.shape} "
            "voxels; give two corners inside it, the smaller numbers first."
        )
    shape = (high[0] - low[0], high[1] - low[1], high[2] - low[2])
    return ImageStack(_Part(stack.source, low, shape), stack.voxel_size, stack.name)


class BlockRule(Protocol):
    """How the voxels of a block become one."""

    def __call__(self, blocks: AnyArray) -> AnyArray:
        """One value for each block; `blocks` has the voxels of a block along its last axis."""
        ...


def mean_of_block(blocks: AnyArray) -> AnyArray:
    """Mean of the block in 32-bit floats: for grey values."""
    return blocks.mean(axis=-1, dtype=np.float32)


def majority_of_block(blocks: AnyArray) -> AnyArray:
    """Most frequent value of the block, the smallest of several: for phases and labels."""
    values = np.sort(blocks, axis=-1)
    most = values[..., 0].copy()
    longest = np.ones(most.shape, dtype=np.int32)
    run = np.ones(most.shape, dtype=np.int32)
    for place in range(1, values.shape[-1]):
        run = np.where(values[..., place] == values[..., place - 1], run + 1, 1)
        better = run > longest
        longest = np.where(better, run, longest)
        most = np.where(better, values[..., place], most)
    return most


@dataclass(frozen=True)
class _Binned:
    source: PlaneSource
    block: int
    rule: BlockRule

    @property
    def shape(self) -> Shape:
        size = self.source.shape
        return size[0] // self.block, size[1] // self.block, size[2] // self.block

    @property
    def dtype(self) -> np.dtype[Any]:
        return self.rule(np.zeros((1, self.block**3), dtype=self.source.dtype)).dtype

    def read(self, first: int, last: int) -> AnyArray:
        _, rows, columns = self.shape
        block = self.block
        planes = self.source.read(first * block, last * block)[:, : rows * block, : columns * block]
        cut = planes.reshape(last - first, block, rows, block, columns, block).transpose(0, 2, 4, 1, 3, 5)
        return self.rule(cut.reshape(last - first, rows, columns, block**3))


def bin_stack(stack: ImageStack, block: int, rule: BlockRule) -> ImageStack:
    """A stack with cubes of `block` voxels binned into one; voxels beyond the last whole block are left out.

    Raises:
        InputError: a block of less than one voxel or larger than the stack.
    """
    require_between("the block to bin by", block, 1, min(stack.shape), "voxels", "choose a smaller block")
    edges = tuple(edge * block for edge in stack.voxel_size)
    return ImageStack(_Binned(stack.source, block, rule), (edges[0], edges[1], edges[2]), stack.name)


def reduced(
    stack: ImageStack,
    part: tuple[int, ...] | None = None,
    block: int = 1,
    rule: BlockRule = majority_of_block,
) -> ImageStack:
    """A part of a stack, then binned; what is not asked for is left as it is.

    Args:
        stack: the image.
        part: first voxel and voxel after the last one along the axes of the array, six numbers; all if None
            or empty.
        block: edge of the cubes that become one voxel.
        rule: how.

    Raises:
        InputError: the part or the block does not fit.
    """
    if part:
        stack = crop_stack(stack, (part[0], part[1], part[2]), (part[3], part[4], part[5]))
    return stack if block == 1 else bin_stack(stack, block, rule)
