"""UFL expressions of coefficients, without gradients, evaluated at points where the values are given."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import ufl
from dolfinx import fem
from dolfinx.mesh import create_interval
from mpi4py import MPI
from ufl.algorithms.analysis import extract_constants
from ufl.corealg.map_dag import map_expr_dag
from ufl.corealg.multifunction import MultiFunction
from ufl.corealg.traversal import unique_pre_traversal

from chemomech.solver.algebra.compiling import compiler_arguments

Array = npt.NDArray[np.float64]


MORE_THAN_VALUES = (ufl.classes.Derivative, ufl.classes.GeometricQuantity, ufl.classes.FormArgument)


def is_pointwise(expression: ufl.core.expr.Expr) -> bool:
    """Whether an expression is made of numbers, constants and scalar coefficients alone."""
    return all(
        (isinstance(part, ufl.Coefficient) and part.ufl_shape == ()) or not isinstance(part, MORE_THAN_VALUES)
        for part in unique_pre_traversal(expression)
    )


class _AtPoints(MultiFunction):
    """Puts values at points in the place of coefficients; a side of a facet has no meaning there."""

    def __init__(self, values: dict[ufl.core.expr.Expr, ufl.core.expr.Expr]) -> None:
        super().__init__()
        self._values = values

    expr = MultiFunction.reuse_if_untouched

    def coefficient(self, o: ufl.Coefficient) -> ufl.core.expr.Expr:
        return self._values[o]

    def constant(self, o: ufl.Constant) -> ufl.core.expr.Expr:
        return self._values[o]

    def restricted(self, o: ufl.core.expr.Expr, inner: ufl.core.expr.Expr) -> ufl.core.expr.Expr:
        return inner


class Pointwise:
    """An expression and its derivatives by some of its coefficients.

    Each point is a cell of a mesh of this rank, so that the form compiler makes the loop over points.

    Args:
        expression: Scalar and pointwise (see above), restricted to sides of facets or not.
        by: Coefficients to differentiate by.
        points: Number of points of this rank.
        comm: Ranks that compile together.

    Attributes:
        coefficients: Of the expression, in the order in which their values are given.
    """

    def __init__(
        self,
        expression: ufl.core.expr.Expr,
        by: Sequence[fem.Function],
        points: int,
        comm: MPI.Intracomm,
    ) -> None:
        self.coefficients: list[fem.Function] = ufl.algorithms.extract_coefficients(expression)
        self._mesh = create_interval(MPI.COMM_SELF, max(points, 1), (0.0, 1.0))
        space = fem.functionspace(self._mesh, ("DG", 0))
        self._cells = space.dofmap.list[:points, 0]
        self._given = [fem.Function(space) for _ in self.coefficients]
        variables = {f: ufl.variable(g) for f, g in zip(self.coefficients, self._given, strict=True)}
        self._constants = {c: fem.Constant(self._mesh, c.value) for c in extract_constants(expression)}
        at_points = map_expr_dag(_AtPoints(variables | self._constants), expression)
        zero = ufl.as_ufl(0.0)
        slopes = [ufl.diff(at_points, variables[f]) if f in variables else zero for f in by]
        centre = np.array([[0.5]])
        options = {"cffi_extra_compile_args": compiler_arguments()}
        self._value = fem.Expression(at_points, centre, comm=comm, jit_options=options)
        self._slopes = fem.Expression(ufl.as_vector(slopes), centre, comm=comm, jit_options=options)
        self._all, self._count = np.arange(points, dtype=np.int32), len(by)

    def value(self, values: Sequence[Array]) -> Array:
        """The expression, shape (points,), given the coefficients at the points, each of that shape."""
        return self._evaluated(self._value, 1, values)[:, 0]

    def slopes(self, values: Sequence[Array]) -> Array:
        """Its derivatives, shape (points, coefficients to differentiate by)."""
        return self._evaluated(self._slopes, self._count, values)

    def _evaluated(self, expression: fem.Expression, width: int, values: Sequence[Array]) -> Array:
        for function, given in zip(self._given, values, strict=True):
            function.x.array[self._cells] = given
        for constant, own in self._constants.items():
            own.value = constant.value
        return np.asarray(expression.eval(self._mesh, self._all)).reshape(len(self._all), width)
