"""Results can be written also where another library has opened PETSc, and its HDF5, for all to see."""

from __future__ import annotations

import subprocess
import sys

import pytest

# What dolfinx.fem.petsc does where Numba is installed, without Numba.
OPEN_PETSC_FOR_ALL = """
import ctypes
from petsc4py import PETSc
ctypes.CDLL(PETSc.__file__, mode=ctypes.RTLD_GLOBAL)
import h5py
h5py.File("in memory", "w", driver="core", backing_store=False).create_dataset("x", data=[1.0])
"""


def python(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-W", "ignore", "-c", code], capture_output=True, text=True)


@pytest.mark.parametrize("first", ["chemomech.solver", "chemomech.geometry.convert"])
def test_hdf5_files_can_be_written_after_petsc_was_opened_for_all(first: str) -> None:
    done = python(f"import {first}{OPEN_PETSC_FOR_ALL}")
    assert done.returncode == 0, done.stderr
