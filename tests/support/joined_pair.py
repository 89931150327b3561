"""Two touching spheres, joined by a neck or parted by a gap, in a small half cell."""

from __future__ import annotations

import numpy as np
from mpi4py import MPI

from chemomech.geometry import ContactList, HalfCellMesh, Layout, MeshOptions, generate_mesh

UM = 1e-6
RADIUS = 2.0 * UM
NECK_RADIUS = 0.8 * UM
BOX = (6 * UM, 6 * UM, 9.4 * UM)


def pair(gap: float, joined: bool) -> Layout:
    """Two spheres of 2 um above one another; `gap` may be negative."""
    middle = 0.5 * BOX[2]
    apart = 2.0 * RADIUS + gap
    centres = np.array([[3 * UM, 3 * UM, middle - 0.5 * apart], [3 * UM, 3 * UM, middle + 0.5 * apart]])
    contacts = ContactList(np.array([[0, 1]]), np.array([np.pi * NECK_RADIUS**2])) if joined else None
    return Layout(centres, np.array([RADIUS, RADIUS]), BOX, "pair", contacts=contacts)


OPTIONS = MeshOptions(
    interface_size=1.2 * UM, particle_size=1.2 * UM, matrix_size=1.8 * UM, smallest_size=0.7 * UM,
    separator_size=3 * UM, electrode_separator_size=1.8 * UM,
)  # fmt: skip


def joined_cell(comm: MPI.Comm = MPI.COMM_SELF) -> HalfCellMesh:
    """The touching pair with its neck."""
    return generate_mesh(pair(0.0, joined=True), 4 * UM, OPTIONS, comm)


def parted_cell(comm: MPI.Comm = MPI.COMM_SELF) -> HalfCellMesh:
    """The same with a gap of 0.2 um and no neck."""
    return generate_mesh(pair(0.2 * UM, joined=False), 4 * UM, OPTIONS, comm)
