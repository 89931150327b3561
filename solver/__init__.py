"""Coupled finite-element solver of the particle-resolved half cell."""

import chemomech.fenicsx_first  # noqa: F401
