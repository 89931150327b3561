"""Which particles of a layout touch, and on what area."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from chemomech.errors import InputError

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class ContactList:
    """Contacts seen in an image or stated by the user; spheres may overlap or not where they are listed.

    Attributes:
        pairs: rows of the layout that touch, shape (m, 2); each pair once, the smaller row first.
        areas: area of each contact [m2], shape (m,).

    Raises:
        InputError: shapes that do not fit, a particle that touches itself, a pair given twice, or an area
            that is not positive.
    """

    pairs: IntArray
    areas: FloatArray

    def __post_init__(self) -> None:
        """Copy, order and check the input."""
        pairs = np.sort(np.array(self.pairs, dtype=np.int64).reshape(-1, 2), axis=1)
        areas = np.array(self.areas, dtype=np.float64).reshape(-1)
        if len(pairs) != areas.size:
            raise InputError(
                f"a contact list has {len(pairs)} pairs and {areas.size} areas; give one area [m2] per pair."
            )
        if (same := np.flatnonzero(pairs[:, 0] == pairs[:, 1])).size:
            raise InputError(f"contact {same[0]} joins particle {pairs[same[0], 0]} to itself; remove it.")
        if len(np.unique(pairs, axis=0)) != len(pairs):
            raise InputError("a contact list names the same pair twice; give each pair once.")
        if not (np.isfinite(areas).all() and (areas > 0).all()):
            row = int(np.flatnonzero(~(areas > 0) | ~np.isfinite(areas))[0])
            raise InputError(
                f"contact {row} has the area {areas[row]:g} m2; every area must be a finite number greater "
                "than 0 m2."
            )
        pairs.setflags(write=False)
        areas.setflags(write=False)
        object.__setattr__(self, "pairs", pairs)
        object.__setattr__(self, "areas", areas)

    def __len__(self) -> int:
        """Number of contacts."""
        return len(self.pairs)

    @property
    def neck_radii(self) -> FloatArray:
        """Radius of the disk with the area of each contact [m], shape (m,)."""
        return np.sqrt(self.areas / np.pi)

    def coordination(self, count: int) -> IntArray:
        """Number of contacts of each of `count` particles, shape (count,)."""
        return np.bincount(self.pairs.ravel(), minlength=count).astype(np.int64)

    def of(self, rows: IntArray, count: int) -> ContactList:
        """Contacts among the given rows of a layout of `count` particles, renumbered in their order."""
        new = np.full(count, -1, dtype=np.int64)
        new[rows] = np.arange(len(rows))
        renumbered = new[self.pairs]
        kept = (renumbered >= 0).all(axis=1)
        return ContactList(renumbered[kept], self.areas[kept])

    def shifted(self, by: int) -> ContactList:
        """The same contacts among rows that start at `by`."""
        return ContactList(self.pairs + by, self.areas)


def joined(lists: list[ContactList]) -> ContactList:
    """One list of the contacts of several, whose rows must not mean different particles."""
    if not lists:
        return ContactList(np.empty((0, 2), dtype=np.int64), np.empty(0))
    return ContactList(
        np.concatenate([part.pairs for part in lists]), np.concatenate([part.areas for part in lists])
    )
