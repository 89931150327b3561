"""The only place where the solver leaves SI units.

Meshes are kept in micrometres and stresses in gigapascals, so that every unknown and every
residual entry is of order one. A weak form written in SI,

    int a u v dV,   int k grad(u).grad(v) dV,   int j v dA      [A]

becomes, after the coordinates are divided by ``LENGTH`` and the equation by ``LENGTH**2``,

    int (a LENGTH) u v,   int (k / LENGTH) grad(u).grad(v),   int j v      [A/m2 um2].

All lithium balances are multiplied by Faraday's constant and are therefore currents, too.
"""

LENGTH = 1.0e-6
"""Length of one mesh unit [m]."""

STRESS = 1.0e9
"""Stress of one internal unit [Pa]."""

SALT_CONCENTRATION = 1.0e3
"""Salt concentration of one internal unit [mol/m3]."""


def storage(coefficient: float) -> float:
    """Scale a volumetric coefficient, for instance F c_max [C/m3], to mesh units [C/m2/um]."""
    return coefficient * LENGTH


def transport(coefficient):  # type: ignore[no-untyped-def]
    """Scale a conductivity-like coefficient [S/m] (number or UFL expression) to mesh units."""
    return coefficient / LENGTH
