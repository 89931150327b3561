"""One octant of a ball, meshed in shells of tetrahedra whose outer faces are curved.

The three symmetry planes are flat. Refinement is structured, so that errors of neighbouring meshes give
clean orders of convergence; interior edges are straight, edges on chosen spheres are bent onto them.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence

import basix.ufl
import numpy as np
import numpy.typing as npt
import ufl
from dolfinx import fem
from dolfinx.mesh import Mesh, create_mesh, exterior_facet_indices, locate_entities, meshtags
from mpi4py import MPI

SURFACE = 1
INNER, OUTER = 1, 2
# Vertices of the edges of a tetrahedron, in the order in which ten-node cells list their midpoints.
EDGES = ((2, 3), (1, 3), (1, 2), (0, 3), (0, 2), (0, 1))


def octant(radii: Sequence[float], curved: Sequence[int] = ()) -> Mesh:
    """Mesh the octant x, y, z >= 0 of a ball.

    Args:
        radii: Radius of each shell of vertices, rising from 0 (the centre); the cells of the layers
            between them grow in number as squares, radii[-1] is the radius of the ball.
        curved: Indices of further shells whose edges are bent onto their sphere; the last always is.
    """
    n = len(radii) - 1
    on_sphere = {n, *curved}
    # Kuhn's division of the simplex n >= x >= y >= z >= 0 into n^3 like simplices; x counts the shells.
    index: dict[tuple[int, int, int], int] = {}
    tets = []
    for corner in itertools.product(range(n), repeat=3):
        for axes in itertools.permutations(range(3)):
            vertex, path = list(corner), [(corner[0], corner[1], corner[2])]
            for axis in axes:
                vertex[axis] += 1
                path.append((vertex[0], vertex[1], vertex[2]))
            if all(x >= y >= z for x, y, z in path):
                tets.append([index.setdefault(v, len(index)) for v in path])
    lattice = np.array(list(index))
    level = lattice[:, 0]
    direction = np.column_stack([lattice[:, 0] - lattice[:, 1], lattice[:, 1] - lattice[:, 2], lattice[:, 2]])
    length = np.maximum(np.linalg.norm(direction, axis=1), 1e-300)
    points = direction / length[:, None] * np.asarray(radii)[level][:, None]

    nodes = [tuple(p) for p in points]
    midpoints: dict[tuple[int, int], int] = {}

    def midpoint(a: int, b: int) -> int:
        key = (min(a, b), max(a, b))
        if key not in midpoints:
            middle = 0.5 * (points[a] + points[b])
            if level[a] == level[b] and level[a] in on_sphere:
                middle *= radii[level[a]] / np.linalg.norm(middle)
            midpoints[key] = len(nodes)
            nodes.append(tuple(middle))
        return midpoints[key]

    cells = [[*tet, *(midpoint(tet[a], tet[b]) for a, b in EDGES)] for tet in tets]
    element = basix.ufl.element("Lagrange", "tetrahedron", 2, shape=(3,))
    return create_mesh(MPI.COMM_SELF, np.array(cells, dtype=np.int64), element, np.array(nodes))


def uniform_octant(segments: int, radius: float) -> Mesh:
    """Octant with shells at equal distances."""
    return octant(list(np.linspace(0.0, radius, segments + 1)))


def ds_surface(mesh: Mesh, radius: float, degree: int = 4) -> ufl.Measure:
    """Measure on the spherical surface."""
    mesh.topology.create_connectivity(2, 3)

    def near(p: npt.NDArray[np.float64]) -> npt.NDArray[np.bool_]:
        return np.isclose(np.linalg.norm(p, axis=0), radius, rtol=1e-6)

    facets = np.intersect1d(locate_entities(mesh, 2, near), exterior_facet_indices(mesh.topology))
    tags = meshtags(mesh, 2, facets, np.full(len(facets), SURFACE, dtype=np.int32))
    return ufl.Measure("ds", domain=mesh, subdomain_data=tags, metadata={"quadrature_degree": degree})(
        SURFACE
    )


def dx_inside_outside(mesh: Mesh, radius: float, degree: int = 4) -> tuple[ufl.Measure, ufl.Measure]:
    """Volume measures inside and outside a sphere that the cells follow."""

    def inside(p: npt.NDArray[np.float64]) -> npt.NDArray[np.bool_]:
        return np.linalg.norm(p, axis=0) < radius * (1.0 + 1e-6)

    cells = np.full(mesh.topology.index_map(3).size_local, OUTER, dtype=np.int32)
    cells[locate_entities(mesh, 3, inside)] = INNER
    tags = meshtags(mesh, 3, np.arange(len(cells), dtype=np.int32), cells)
    measure = ufl.Measure("dx", domain=mesh, subdomain_data=tags, metadata={"quadrature_degree": degree})
    return measure(INNER), measure(OUTER)


def at_quadrature(
    mesh: Mesh, of_radius: Callable[[npt.NDArray[np.float64]], npt.NDArray[np.float64]], degree: int = 6
) -> fem.Function:
    """A function of the distance from the centre, exact at the quadrature points of ``degree``."""
    space = fem.functionspace(mesh, basix.ufl.quadrature_element("tetrahedron", degree=degree))
    values = fem.Function(space)
    values.interpolate(lambda p: of_radius(np.linalg.norm(p, axis=0)))
    return values


def root_mean_square(expression: ufl.core.expr.Expr, dx: ufl.Measure) -> float:
    """Root of the mean square of a scalar expression."""
    square = fem.assemble_scalar(fem.form(expression**2 * dx))
    one = fem.Constant(dx.ufl_domain(), 1.0)
    return float(np.sqrt(square / fem.assemble_scalar(fem.form(one * dx))))


def mean(expression: ufl.core.expr.Expr, dx: ufl.Measure) -> float:
    """Volume or surface mean of a scalar expression."""
    one = fem.Constant(dx.ufl_domain(), 1.0)
    total = fem.assemble_scalar(fem.form(expression * dx))
    return float(total / fem.assemble_scalar(fem.form(one * dx)))


def dofs_near(space: fem.FunctionSpace, radius: float) -> npt.NDArray[np.int64]:
    """Dofs of a scalar space at a distance from the centre."""
    distance = np.linalg.norm(space.tabulate_dof_coordinates(), axis=1)
    scale = float(distance.max())
    return np.flatnonzero(np.isclose(distance, radius, rtol=0.0, atol=1e-6 * scale))
