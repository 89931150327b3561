"""The grid in depth, and what the particles are on it: where they react, and what they leave of the pores.

Nodes run from the collector (z = 0) through the electrode and the separator to the lithium metal; fields are
linear between them. The surface of a sphere lies evenly over its depth (Archimedes), so that a particle
exchanges current with the nodes between z - R and z + R and sees the mean of the fields over them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from chemomech.experiments.models.radial.particles import Particles
from chemomech.solver.cell.model import HalfCellModel

Array = npt.NDArray[np.float64]

AT_ONCE = 5000
"""Particles that are placed at once, so that memory stays small."""


@dataclass(frozen=True, eq=False)
class DepthGrid:
    """Nodes over electrode and separator.

    Attributes:
        nodes: Distance from the collector [m], increasing, shape (nodes,).
        electrode_elements: Elements of the electrode; its nodes are one more.
    """

    nodes: Array
    electrode_elements: int

    @classmethod
    def of(
        cls, thickness: float, separator: float, electrode_elements: int, separator_elements: int
    ) -> DepthGrid:
        """Equal elements in each.

        Args:
            thickness: Of the electrode [m].
            separator: Thickness of the separator [m].
            electrode_elements: Their number.
            separator_elements: Their number.
        """
        inside = np.linspace(0.0, thickness, electrode_elements + 1)
        beyond = thickness + separator * np.linspace(0.0, 1.0, separator_elements + 1)[1:]
        return cls(np.concatenate([inside, beyond]), electrode_elements)

    @property
    def electrode_nodes(self) -> int:
        """Nodes of the electrode, that at the separator included."""
        return self.electrode_elements + 1

    @cached_property
    def widths(self) -> Array:
        """Of the elements [m], shape (nodes - 1,)."""
        return np.diff(self.nodes)

    def by_node(self, per_element: Array) -> Array:
        """What each node has of a quantity per length: half of its elements', shape (nodes,)."""
        halves = 0.5 * per_element * self.widths
        return np.append(halves, 0.0) + np.append(0.0, halves)


def placement(particles: Particles, grid: DepthGrid) -> csr_array:
    """Share of each particle's surface that belongs to each node of the electrode; the rows add up to 1.

    Args:
        particles: Their extent and depth.
        grid: The grid.

    Returns:
        Shape (particles, electrode nodes).
    """
    left, right, rows = [], [], []
    low, width = grid.nodes[: grid.electrode_elements], grid.widths[: grid.electrode_elements]
    for start in range(0, len(particles), AT_ONCE):
        part = slice(start, start + AT_ONCE)
        bottom = (particles.depth[part] - particles.extent[part])[:, None]
        top = (particles.depth[part] + particles.extent[part])[:, None]
        a = np.clip((bottom - low) / width, 0.0, 1.0)
        b = np.clip((top - low) / width, 0.0, 1.0)
        weight = width * (b - a)
        # Integrals of the two hat functions of an element over the part that the sphere covers.
        upper = 0.5 * (a + b) * weight
        left.append(weight - upper)
        right.append(upper)
        rows.append(weight.sum(axis=1))
    lower, higher, total = np.concatenate(left), np.concatenate(right), np.concatenate(rows)
    shares = np.zeros((len(particles), grid.electrode_nodes))
    shares[:, :-1] += lower
    shares[:, 1:] += higher
    return csr_array(shares / total[:, None])


def active_fraction(particles: Particles, grid: DepthGrid) -> Array:
    """Volume fraction of the particles in each element of the electrode [-], shape (electrode elements,)."""
    low, width = grid.nodes[: grid.electrode_elements], grid.widths[: grid.electrode_elements]
    volume = np.zeros(grid.electrode_elements)
    for start in range(0, len(particles), AT_ONCE):
        part = slice(start, start + AT_ONCE)
        centre, extent = particles.depth[part, None], particles.extent[part, None]
        faces = np.concatenate([low, [low[-1] + width[-1]]])
        s = np.clip((faces - centre) / extent, -1.0, 1.0)
        # Integral of the section 1 - s^2 up to each face, over that of the part inside the box.
        below = s - s**3 / 3.0
        slices = np.diff(below, axis=1)
        volume += (particles.volume[part, None] * slices / slices.sum(axis=1, keepdims=True)).sum(axis=0)
    return volume / (particles.section * width)


@dataclass(frozen=True, eq=False)
class Transport:
    """What the elements are made of.

    Attributes:
        porosity: Volume fraction of electrolyte [-], shape (elements,).
        ionic_factor: Effective over bulk ionic transport [-], shape (elements,).
        conductivity: Effective electronic conductivity [S/m], shape (electrode elements,).
    """

    porosity: Array
    ionic_factor: Array
    conductivity: Array


def hindrance_by_rule(fraction: Array, rule: Callable[[float], float]) -> Array:
    """What spheres leave of the transport in the matrix between them at each depth [-].

    It follows the linear trend of the volume fraction, since a detour is longer than an element.

    Args:
        fraction: Volume fraction of the particles, shape (electrode elements,).
        rule: The share that is left at a volume fraction.
    """
    return np.array([rule(float(share)) for share in _trend(fraction)])


def transport(model: HalfCellModel, grid: DepthGrid, fraction: Array, left: Array) -> Transport:
    """Porosity and transport of each element.

    Args:
        model: Matrix and separator.
        grid: The grid.
        fraction: Volume fraction of the particles, shape (electrode elements,).
        left: What they leave of the transport in the matrix between them [-], of the same shape.
    """
    matrix, separator = model.matrix, model.separator
    beyond = np.ones(len(grid.widths) - grid.electrode_elements)
    return Transport(
        np.append((1.0 - fraction) * float(matrix.porosity), float(separator.porosity) * beyond),
        np.append(left * matrix.ionic_factor(), separator.ionic_factor() * beyond),
        left * float(matrix.conductivity),
    )


def _trend(fraction: Array) -> Array:
    """Straight line through the fractions, kept between the smallest and the largest of them."""
    places = np.arange(len(fraction)) - 0.5 * (len(fraction) - 1)
    slope = float(places @ fraction / (places @ places)) if len(fraction) > 1 else 0.0
    return np.clip(fraction.mean() + slope * places, fraction.min(), fraction.max())
