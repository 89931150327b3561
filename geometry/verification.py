"""Small meshes for problems with a known solution; the same tags as any half cell."""

from __future__ import annotations

import numpy as np
from mpi4py import MPI

from chemomech.errors import require_between

from .generate import generate_free_particles, generate_mesh
from .half_cell_mesh import HalfCellMesh
from .layout import Layout
from .options import MeshOptions


def single_particle_layout(radius: float, half_width: float) -> Layout:
    """One sphere in the middle of a cube.

    Args:
        radius: radius of the sphere [m].
        half_width: half the edge of the cube [m], greater than the radius.
    """
    edge = 2.0 * half_width
    return Layout(np.full((1, 3), half_width), np.array([radius]), (edge, edge, edge), "single-particle")


def single_particle_cell(
    radius: float,
    half_width: float,
    separator_thickness: float,
    size: float,
    comm: MPI.Comm = MPI.COMM_WORLD,
) -> HalfCellMesh:
    """Mesh one sphere in the middle of a cube of matrix, with a separator on top; collective.

    Args:
        radius: radius of the sphere [m].
        half_width: half the edge of the cube [m], greater than the radius.
        separator_thickness: thickness of the separator [m].
        size: element size everywhere [m].
        comm: ranks that share the mesh.
    """
    layout = single_particle_layout(radius, half_width)
    return generate_mesh(layout, separator_thickness, _uniform(size), comm)


def free_sphere_mesh(radius: float, size: float, comm: MPI.Comm = MPI.COMM_WORLD) -> HalfCellMesh:
    """Mesh one sphere with nothing around it, centred at (radius, radius, radius); collective.

    Args:
        radius: radius of the sphere [m].
        size: element size [m].
        comm: ranks that share the mesh.
    """
    return generate_free_particles(single_particle_layout(radius, radius), _uniform(size), comm)


def slab_mesh(
    thickness: float, width: float, separator_thickness: float, size: float, comm: MPI.Comm = MPI.COMM_WORLD
) -> HalfCellMesh:
    """Mesh a square column of matrix (0 to L) and separator (L to L + Ls) without particles; collective.

    Args:
        thickness: L [m].
        width: edge of the square cross-section [m].
        separator_thickness: Ls [m].
        size: element size everywhere [m].
        comm: ranks that share the mesh.
    """
    layout = Layout(np.empty((0, 3)), np.empty(0), (width, width, thickness), "slab")
    return generate_mesh(layout, separator_thickness, _uniform(size), comm)


def _uniform(size: float) -> MeshOptions:
    require_between("element size", size, 1e-12, 1.0, "m", "give the size in metres, such as 1e-6")
    return MeshOptions.uniform(size)
