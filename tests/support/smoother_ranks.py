"""The smallest eigenvalue of M^-1 A for the smoother of a matrix that couples all nodes of all ranks."""

import chemomech.fenicsx_first  # noqa: F401 isort: skip

import numpy as np
from mpi4py import MPI
from petsc4py import PETSc

from chemomech.solver.algebra.block_smoother import BlockSmoother

NODES = 4  # of each rank

comm = MPI.COMM_WORLD
size = 3 * NODES * comm.size
blocks = np.kron(np.ones((size // 3, size // 3)), np.eye(3) + 0.2) + 0.05 * np.eye(size)
matrix = PETSc.Mat().createAIJ(((3 * NODES, None), (3 * NODES, None)), nnz=size, comm=comm)
first, last = matrix.getOwnershipRange()
matrix.setValues(range(first, last), range(size), blocks[first:last])
matrix.assemble()
smoother = BlockSmoother()
smoother.set_operator(matrix)
z, r = (np.zeros(3 * NODES, dtype=np.float32) for _ in range(2))
inverse = np.zeros((size, size))
residuals = np.zeros((size, size))
unit = matrix.createVecRight()
for k in range(size):
    unit.set(0.0)
    unit.setValue(k, 1.0)
    unit.assemble()
    smoother.begin(unit.array_r, z, r)
    inverse[:, k] = np.concatenate(comm.allgather(z))
    residuals[:, k] = np.concatenate(comm.allgather(r))
smoother.destroy()
if comm.rank == 0:
    print("SMALLEST", np.linalg.eigvals(inverse @ blocks).real.min())
    print("RESIDUAL", np.abs(residuals - (np.eye(size) - blocks @ inverse)).max())
    print("SYMMETRY", np.abs(inverse - inverse.T).max() / np.abs(inverse).max())
