"""Sweeps of the mechanics' smoother against dense algebra, on one rank and where ranks share everything."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
from petsc4py import PETSc

from chemomech.solver.algebra.block_smoother import BlockSmoother

SCRIPT = Path(__file__).resolve().parent.parent / "support" / "smoother_ranks.py"
NODES = 9


def _matrix(seed: int) -> npt.NDArray[np.float64]:
    """Symmetric and positive definite, three in four blocks of 3 x 3 empty."""
    rng = np.random.default_rng(seed)
    full = rng.standard_normal((3 * NODES, 3 * NODES))
    held = np.kron(rng.random((NODES, NODES)) < 0.25, np.ones((3, 3)))
    sparse = full * held + (full * held).T
    return np.asarray(sparse + (np.abs(sparse).sum(axis=1).max() + 1.0) * np.eye(3 * NODES))


def _stored(dense: npt.NDArray[np.float64]) -> PETSc.Mat:
    matrix = PETSc.Mat().createAIJ(dense.shape, nnz=len(dense))
    for i in range(NODES):
        for j in range(NODES):
            block = dense[3 * i : 3 * i + 3, 3 * j : 3 * j + 3]
            if np.any(block):
                matrix.setValues(range(3 * i, 3 * i + 3), range(3 * j, 3 * j + 3), block)
    matrix.assemble()
    return matrix


def _gauss_seidel(dense: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Inverse of (L + D) D^-1 (D + U) with the blocks of nodes in D."""
    same = np.kron(np.eye(NODES), np.ones((3, 3))) > 0
    diagonal = np.where(same, dense, 0.0)
    lower = np.where(same, 0.0, np.tril(dense))
    whole = (lower + diagonal) @ np.linalg.inv(diagonal) @ (lower + diagonal).T
    return np.asarray(np.linalg.inv(whole))


def test_sweeps_are_those_of_symmetric_block_gauss_seidel() -> None:
    smoother, rng = BlockSmoother(), np.random.default_rng(3)
    for seed in (1, 1, 2):  # the second time with the pattern of the first, the third with another
        dense = _matrix(seed) * (1.0 + 0.1 * seed)
        matrix, inverse = _stored(dense), _gauss_seidel(dense)
        smoother.set_operator(matrix)
        given = rng.standard_normal(3 * NODES)
        r, z = (np.full(3 * NODES, np.nan, dtype=np.float32) for _ in range(2))
        smoother.begin(given, z, r)
        wanted = inverse @ given
        np.testing.assert_allclose(z, wanted, rtol=0.0, atol=2e-6 * np.abs(wanted).max())
        np.testing.assert_allclose(r, given - dense @ wanted, rtol=0.0, atol=2e-6 * np.abs(given).max())
        start = rng.standard_normal(3 * NODES)
        z = start.astype(np.float32)
        smoother.go_on(given, z)
        wanted = start + inverse @ (given - dense @ start)
        np.testing.assert_allclose(z, wanted, rtol=0.0, atol=2e-6 * np.abs(wanted).max())
        matrix.destroy()
    smoother.destroy()


def test_ranks_that_hold_each_others_values_contract_the_energy(
    on_ranks: Callable[..., subprocess.CompletedProcess[str]],
) -> None:
    run = on_ranks(3, [str(SCRIPT)], timeout=300.0)
    assert run.returncode == 0, run.stdout + run.stderr
    lines = dict(line.split() for line in run.stdout.splitlines())
    print(lines)
    # 1 - eigenvalue is what two adjoint sweeps leave of the energy of an error: less than all of it, only if
    # something is added to the diagonal where each rank takes the whole residual for its own.
    assert float(lines["SMALLEST"]) > 0.0
    assert float(lines["RESIDUAL"]) < 1e-5
    assert float(lines["SYMMETRY"]) < 1e-5
