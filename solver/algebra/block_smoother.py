"""Symmetric block Gauss-Seidel smoother for displacements, in single precision.

A preconditioner needs few digits, and a sweep costs what the matrix weighs in memory: half as much as in
double precision. On several ranks each sweeps over its own nodes, the values of others held; half of what
couples them, by its absolute row sum, is added to the diagonal D of a sweep, so that it contracts the energy
on any number of ranks (Baker, Falgout, Kolev & Yang, SIAM J. Sci. Comput. 33 (2011) 2864).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import numpy.typing as npt
from petsc4py import PETSc

from chemomech.solver.algebra.c_module import c_module, pointer

Array = npt.NDArray[np.float64]
Single = npt.NDArray[np.float32]
IntArray = npt.NDArray[np.int32]
Places = npt.NDArray[np.int64]

DECLARATIONS = """
typedef struct {
    int nodes; const int *start; const int *middle; const int *column;
    const float *value; const float *inverse; const float *added;
} Sweeps;
void begin(const Sweeps *s, const float *r, float *z);
void left_over(const Sweeps *s, const float *z, float *r);
void forwards(const Sweeps *s, const float *r, float *z);
void backwards(const Sweeps *s, const float *r, float *z);
void subtract(const Sweeps *s, const float *z, float *r);
"""


@cache
def _loops() -> ModuleType:
    return c_module("elasticity", [Path(__file__).with_name("block_smoother.c")], DECLARATIONS)


def _pointer(array: npt.NDArray[Any]) -> Any:
    return pointer(_loops(), array)


@dataclass(frozen=True)
class _Blocks:
    """Blocks of 3 x 3 by rows.

    Attributes:
        start: First block of each row, one more at the end.
        column: Of each block.
        take: Place in the matrix of each value, by columns of a block; one more at the end, of no account.
    """

    start: IntArray
    column: IntArray
    take: Places

    def row_sums(self, values: Single) -> Single:
        """Sums of the absolute values of each unknown's row."""
        rows = np.repeat(np.arange(len(self.start) - 1), np.diff(self.start))
        sums = np.abs(values[:-1]).reshape(-1, 3, 3).sum(axis=1)
        unknowns = 3 * rows[:, None] + np.arange(3)
        return np.bincount(unknowns.ravel(), sums.ravel(), 3 * (len(self.start) - 1)).astype(np.float32)


@dataclass(frozen=True)
class _Pattern:
    """Where the blocks of a matrix stand.

    Attributes:
        starts: Of the rows of the matrix.
        columns: Of its entries.
        diagonal: Places of the values of the blocks of nodes with themselves, shape (nodes, 3, 3).
        own: Blocks between nodes of this rank.
        middle: First of them behind the diagonal.
        other: Blocks with nodes of other ranks, numbered as in ``ghosts``.
        ghosts: Those nodes.
    """

    starts: npt.NDArray[Any]
    columns: npt.NDArray[Any]
    diagonal: Places
    own: _Blocks
    middle: IntArray
    other: _Blocks
    ghosts: Places

    def fits(self, starts: npt.NDArray[Any], columns: npt.NDArray[Any]) -> bool:
        """Whether it is that of a matrix."""
        return np.array_equal(self.starts, starts) and np.array_equal(self.columns, columns)


def _pattern(first: int, last: int, starts: npt.NDArray[Any], columns: npt.NDArray[Any]) -> _Pattern:
    """Part the rows of a matrix of full blocks, the columns ascending.

    Args:
        first: Node that is the first of this rank.
        last: Behind the last one.
        starts: Of the rows of this rank.
        columns: Of their entries.
    """
    widths = np.diff(starts).reshape(-1, 3)
    assert np.all(widths == widths[:, :1]), "blocks of 3 x 3 that are not full"
    count = widths[:, 0] // 3
    row = np.repeat(np.arange(last - first), count)
    within = np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count)
    source = starts[:-1:3].astype(np.int64)[row] + 3 * within
    column = columns[source] // 3
    step = np.arange(3)
    places = source[:, None, None] + widths[row, :1, None] * step[:, None] + step
    own = (column >= first) & (column < last)
    itself = column == row + first
    assert np.count_nonzero(itself) == last - first, "a node without a block of its own"
    inner = _blocks(row[own & ~itself], column[own & ~itself] - first, places[own & ~itself], last - first)
    lower = np.bincount(row[own & (column < row + first)], minlength=last - first)
    ghosts, ghost = np.unique(column[~own], return_inverse=True)
    outer = _blocks(row[~own], ghost, places[~own], last - first)
    middle = (inner.start[:-1] + lower).astype(np.int32)
    return _Pattern(starts, columns, places[itself], inner, middle, outer, ghosts.astype(np.int64))


def _blocks(row: Places, column: Places, places: Places, rows: int) -> _Blocks:
    count = np.bincount(row, minlength=rows)
    start = np.append(0, np.cumsum(count)).astype(np.int32)
    take = np.append(places.transpose(0, 2, 1).reshape(-1), 0)
    return _Blocks(start, column.astype(np.int32), take)


class BlockSmoother:
    """Sweeps forwards and backwards over the nodes of a rank, before and after a coarser level corrects."""

    def __init__(self) -> None:
        self._pattern: _Pattern | None = None
        self._scatter: PETSc.Scatter | None = None
        self._inside: PETSc.Vec | None = None
        self._outside: PETSc.Vec | None = None
        self._change = np.empty(0, dtype=np.float32)

    def destroy(self) -> None:
        """Free the PETSc objects (collective)."""
        for held in (self._scatter, self._inside, self._outside):
            if held is not None:
                held.destroy()

    def set_operator(self, matrix: PETSc.Mat) -> None:
        """Take up a matrix (collective).

        Args:
            matrix: Symmetric, in full blocks of 3 x 3, stored by entries.
        """
        starts, columns, values = matrix.getValuesCSR()
        pattern = self._pattern
        known = pattern is not None and pattern.fits(starts, columns)
        if matrix.comm.tompi4py().allreduce(int(known)) < matrix.comm.size:
            first, last = (edge // 3 for edge in matrix.getOwnershipRange())
            pattern = self._pattern = _pattern(first, last, starts, columns)
            self._connect(matrix, pattern.ghosts)
            self._change = np.empty(3 * (last - first), dtype=np.float32)
        assert pattern is not None
        single = values.astype(np.float32)
        own, other = single[pattern.own.take], single[pattern.other.take]
        added = np.float32(0.5) * pattern.other.row_sums(other)
        inverse = _inverses(values[pattern.diagonal], added)
        self._held = (pattern, own, other, added, inverse)
        self._sweeps, self._others = (
            _loops().ffi.new("Sweeps *", [len(pattern.middle), *map(_pointer, parts)])
            for parts in (
                (pattern.own.start, pattern.middle, pattern.own.column, own, inverse, added),
                (pattern.other.start, pattern.middle, pattern.other.column, other, inverse, added),
            )
        )

    def begin(self, given: Array, z: Single, r: Single) -> None:
        """Smooth from nothing (collective).

        Args:
            given: Right-hand side, shape (3 owned nodes,).
            z: Result.
            r: The residual that is left.
        """
        loops, change = _loops().lib, self._change
        r[:] = given
        loops.begin(self._sweeps, _pointer(r), _pointer(z))
        change[:] = z
        self._subtract_others(z, r)
        loops.backwards(self._sweeps, _pointer(r), _pointer(z))
        change -= z
        loops.left_over(self._sweeps, _pointer(change), _pointer(r))
        np.negative(change, out=change)
        self._subtract_others(change, r)

    def go_on(self, given: Array, z: Single) -> None:
        """Smooth z, in place (collective).

        Args:
            given: Right-hand side, shape (3 owned nodes,).
            z: Result so far.
        """
        loops, r = _loops().lib, self._change
        for sweep in (loops.forwards, loops.backwards):
            r[:] = given
            self._subtract_others(z, r)
            sweep(self._sweeps, _pointer(r), _pointer(z))

    def _subtract_others(self, z: Single, r: Single) -> None:
        """Subtract from r what the nodes of other ranks add, given z on those of this one (collective)."""
        if self._scatter is None or self._outside is None or self._inside is None:
            return
        self._inside.array[:] = z
        self._scatter.scatter(self._inside, self._outside)
        ghosts = self._outside.array_r.astype(np.float32)
        if len(ghosts):
            _loops().lib.subtract(self._others, _pointer(ghosts), _pointer(r))

    def _connect(self, matrix: PETSc.Mat, ghosts: Places) -> None:
        """Prepare to bring the values of other ranks' nodes here (collective)."""
        self.destroy()
        self._scatter = self._inside = self._outside = None
        if matrix.comm.size == 1:
            return
        wanted = (3 * ghosts[:, None] + np.arange(3)).reshape(-1).astype(PETSc.IntType)
        places = PETSc.IS().createGeneral(wanted, comm=PETSc.COMM_SELF)
        self._inside = matrix.createVecRight()
        self._outside = PETSc.Vec().createSeq(len(wanted))
        self._scatter = PETSc.Scatter().create(self._inside, places, self._outside, None)
        places.destroy()


def _inverses(blocks: Array, added: Single) -> Single:
    """Inverses of symmetric blocks with something added to their diagonals."""
    diagonal = np.arange(3)
    blocks[:, diagonal, diagonal] += added.reshape(-1, 3)
    inverse = np.linalg.inv(blocks)
    return (0.5 * (inverse + inverse.transpose(0, 2, 1))).astype(np.float32).reshape(-1)
