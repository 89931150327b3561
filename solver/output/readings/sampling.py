"""Evaluation of expressions at quadrature points of a subdomain."""

from __future__ import annotations

from dataclasses import dataclass

import basix
import numpy as np
import numpy.typing as npt
import ufl
from dolfinx import fem

from chemomech.solver.cell.regions import Domains, IntArray

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Evaluator:
    """A compiled expression on a fixed set of cells and reference points."""

    expression: fem.Expression
    domains: Domains
    cells: IntArray

    def __call__(self) -> Array:
        """Present values, shape (cells, points, ...)."""
        return np.asarray(self.expression.eval(self.domains.mesh, self.cells))


class QuadratureSampler:
    """Quadrature points of owned cells, with their weights in volume.

    Args:
        domains: Subdomains.
        parent_cells: Owned cells of the cell mesh to sample.
        degree: Quadrature degree.
    """

    def __init__(self, domains: Domains, parent_cells: IntArray, degree: int) -> None:
        self._domains = domains
        self.cells = parent_cells
        self.points, weights = basix.make_quadrature(basix.CellType.tetrahedron, degree)
        determinant = self.evaluator(abs(ufl.JacobianDeterminant(domains.mesh)))()
        self.num_points = len(weights)
        self.weights = determinant.reshape(len(parent_cells), self.num_points) * weights
        coordinates = self.evaluator(ufl.SpatialCoordinate(domains.mesh))()
        self.coordinates = coordinates.reshape(len(parent_cells), self.num_points, 3)

    def evaluator(self, expression: ufl.core.expr.Expr) -> Evaluator:
        """Compile an expression for these cells and points."""
        compiled = fem.Expression(expression, self.points, entity_maps=self._domains.entity_maps)
        return Evaluator(compiled, self._domains, self.cells)
