"""Radial profile of lithium in each particle: means over shells, and the radius that belongs to them.

In a sphere the shells are between radii about its centre, also where sides of the cell (planes of
symmetry) or necks cut it. A particle of another shape has no radius at a point: there its points are
ordered by their distance from the nearest wetted surface, and s = (share of the volume that lies
deeper)^(1/3). With the radius 3 V/A of a sphere of the same volume over wetted area, a thin layer under
the surface then has its true thickness, which is what diffusion and a crack in the surface see; the
shape of the core is given up.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.spatial import cKDTree

from chemomech.solver.cell.regions import Domains, IntArray
from chemomech.solver.output.readings.sampling import QuadratureSampler
from chemomech.solver.physics.fracture import RadialProfile, mean_square_radius
from chemomech.solver.physics.scales import LENGTH

Array = npt.NDArray[np.float64]

EDGES = np.array([0.0, 0.25, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0])
"""Shells in s = r/R: none so small that a coarse mesh has no points in it."""

DEPTH_BINS = 400
"""Bins of the distance from the surface, in which the deeper volume is linear."""

FACET_DIVISIONS = 6
"""Points along the edge of a facet that stand for the surface, less one."""


class ShellReader:
    """Means over shells of each particle.

    Args:
        domains: Subdomains.
        points: Quadrature points of the cells of the particles.
        index: Particle of each cell.
        volume: Particle volumes [m3], shape (particles,).
        area: Wetted areas [m2], shape (particles,).
    """

    def __init__(
        self, domains: Domains, points: QuadratureSampler, index: IntArray, volume: Array, area: Array
    ) -> None:
        self._comm = domains.mesh.comm
        self._particles = len(volume)
        self.radius = _radii(domains, volume, area)
        measure = _from_centre if domains.half_cell.spherical else _from_surface
        s = measure(domains, points, index)
        shells = len(EDGES) - 1
        shell = np.clip(np.searchsorted(EDGES, s, side="right") - 1, 0, shells - 1)
        self._bin = (index[:, None] * shells + shell).reshape(-1)
        self._weights = points.weights.reshape(-1)
        self._volume = self._sum(np.ones(s.size))
        self._empty = self._volume <= 0.0
        squares = self._sum(np.minimum(s, 1.0).reshape(-1) ** 2) / np.where(self._empty, 1.0, self._volume)
        self._squares = np.where(self._empty, mean_square_radius(EDGES), squares)

    def _sum(self, values: Array) -> Array:
        shape = self._particles, len(EDGES) - 1
        local = np.bincount(self._bin, weights=self._weights * values, minlength=shape[0] * shape[1])
        return np.asarray(self._comm.allreduce(local)).reshape(shape)

    def profile(self, values: Array, surface: Array) -> RadialProfile:
        """Profile of a quantity (collective).

        Args:
            values: Values at the points, shape (cells, points).
            surface: Mean over the surface, shape (particles,).
        """
        means = self._sum(values.reshape(-1)) / np.where(self._empty, 1.0, self._volume)
        for k in np.flatnonzero(self._empty.any(axis=1)):
            known = ~self._empty[k]
            q = np.append(self._squares[k, known], 1.0)
            means[k] = np.interp(self._squares[k], q, np.append(means[k, known], surface[k]))
        return RadialProfile.from_shells(self._squares, means, surface)


def _radii(domains: Domains, volume: Array, area: Array) -> Array:
    """Radius [m] of the sphere that stands for each particle."""
    if domains.half_cell.spherical:
        return np.asarray(domains.half_cell.layout.radii, dtype=float)
    of_volume = np.cbrt(3.0 * volume / (4.0 * np.pi))
    wetted = area > 0.0
    return np.where(wetted, 3.0 * volume / np.where(wetted, area, 1.0), of_volume)


def _from_centre(domains: Domains, points: QuadratureSampler, index: IntArray) -> Array:
    layout = domains.half_cell.layout
    centres = np.asarray(layout.centres)[index] / LENGTH
    radii = np.asarray(layout.radii)[index] / LENGTH
    return np.asarray(np.linalg.norm(points.coordinates - centres[:, None, :], axis=2) / radii[:, None])


def _from_surface(domains: Domains, points: QuadratureSampler, index: IntArray) -> Array:
    comm, particles = domains.mesh.comm, len(domains.half_cell.layout.radii)
    surface = np.concatenate(comm.allgather(_surface_points(domains)))
    distance, _ = cKDTree(surface).query(points.coordinates.reshape(-1, 3))
    owner = np.repeat(index, points.num_points)
    deepest = np.zeros(particles)
    np.maximum.at(deepest, owner, distance)
    deepest = np.maximum(np.max(comm.allgather(deepest), axis=0), 1.0e-12)
    place = np.minimum(distance / deepest[owner], 1.0) * DEPTH_BINS
    low = np.minimum(place.astype(np.int64), DEPTH_BINS - 1)
    local = np.bincount(
        owner * DEPTH_BINS + low, weights=points.weights.reshape(-1), minlength=particles * DEPTH_BINS
    )
    volumes = np.asarray(comm.allreduce(local)).reshape(particles, DEPTH_BINS)
    nearer = np.concatenate([np.zeros((particles, 1)), np.cumsum(volumes, axis=1)], axis=1)
    nearer /= np.maximum(nearer[:, -1:], 1.0e-300)
    share = nearer[owner, low] + (place - low) * (nearer[owner, low + 1] - nearer[owner, low])
    return np.cbrt(np.clip(1.0 - share, 0.0, 1.0)).reshape(points.weights.shape)


def _surface_points(domains: Domains) -> Array:
    """Points spread over the flat triangles of this rank's interface facets, mesh units, shape (n, 3)."""
    mesh = domains.mesh
    rows = domains.interface_rows[0][1].reshape(-1, 4)
    # Corner i of a tetrahedron is opposite to its facet i.
    corners = np.array([[j for j in range(4) if j != i] for i in range(4)])
    nodes = mesh.geometry.dofmaps[0][rows[:, :1], corners[rows[:, 1]]] if len(rows) else np.zeros((0, 3), int)
    steps = range(FACET_DIVISIONS + 1)
    weights = np.array(
        [(i, j, FACET_DIVISIONS - i - j) for i in steps for j in steps if i + j <= FACET_DIVISIONS]
    )
    triangles = mesh.geometry.x[nodes]
    return np.einsum("wk,fkd->fwd", weights / FACET_DIVISIONS, triangles).reshape(-1, 3)
