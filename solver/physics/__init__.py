"""Weak forms, one physics a file.

Every file offers functions that return a dictionary of named residual terms for one balance.
Signs: j > 0 is anodic (lithium leaves the particle, charge); all residuals are currents.
"""

from chemomech.solver.physics.terms import Balance, Terms, TimeDerivative, total

__all__ = ["Balance", "Terms", "TimeDerivative", "total"]
