"""Meshes shared by the tests of the coupled problem."""

from __future__ import annotations

import pytest
from mpi4py import MPI
from support import half_cells

from chemomech.geometry import HalfCellMesh, single_particle_cell
from chemomech.solver.cell.regions import Domains, split


@pytest.fixture(scope="session")
def small_cell() -> HalfCellMesh:
    """Three particles, coarse."""
    return half_cells.mesh()


@pytest.fixture(scope="session")
def one_particle() -> Domains:
    """One sphere of 3 um in a cube of 8 um, 4 um of separator above it."""
    return split(single_particle_cell(3e-6, 4e-6, 4e-6, 1.8e-6, MPI.COMM_SELF))
