"""What has to be loaded before FEniCSx: import this module first wherever DOLFINx is imported.

- The binary wheel of FEniCSx wants to be first of its parts; a conda FEniCSx has none.
- Where Numba is installed, ``dolfinx.fem.petsc`` opens PETSc for all to see, and with it its HDF5. h5py
  imported after that takes this HDF5 for its own and cannot be used: no result could be written.
"""

from __future__ import annotations

import contextlib

import h5py  # noqa: F401

with contextlib.suppress(ImportError):
    import dolfinx_solver  # noqa: F401
