"""Tridiagonal systems of many particles at once, by elimination without pivoting (Thomas)."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]


def solve(lower: Array, diagonal: Array, upper: Array, *loads: Array) -> list[Array]:
    """Solve one system a column for several right-hand sides.

    The systems must be diagonally dominant or positive definite, as those of diffusion and of elasticity are.

    Args:
        lower: Below the diagonal, shape (rows - 1, particles).
        diagonal: Shape (rows, particles).
        upper: Above the diagonal, shape (rows - 1, particles).
        loads: Right-hand sides, shape (rows, particles) each; kept.

    Returns:
        The solutions, one for each load.
    """
    rows = len(diagonal)
    pivot = diagonal.copy()
    solutions = [load.copy() for load in loads]
    for k in range(1, rows):
        factor = lower[k - 1] / pivot[k - 1]
        pivot[k] -= factor * upper[k - 1]
        for solution in solutions:
            solution[k] -= factor * solution[k - 1]
    for solution in solutions:
        solution[-1] /= pivot[-1]
        for k in range(rows - 2, -1, -1):
            solution[k] = (solution[k] - upper[k] * solution[k + 1]) / pivot[k]
    return solutions
