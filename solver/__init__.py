"""Coupled finite-element solver of the particle-resolved half cell.

The FEniCSx binary wheel must be imported before ``dolfinx``; a conda or distribution FEniCSx has no such
module and needs no such care.
"""

import contextlib

with contextlib.suppress(ModuleNotFoundError):
    import dolfinx_solver  # noqa: F401
