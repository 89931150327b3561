"""What the rest of a cell asks of the mechanics of particles and matrix, bonded for good or not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

import ufl
from dolfinx import fem

from chemomech.solver.cell.interface_bond import InterfaceBond
from chemomech.solver.cell.mechanics import MechanicsReport
from chemomech.solver.cell.regions import Domains
from chemomech.solver.physics.elasticity import Elastic


class SolidMechanics(Protocol):
    """Quasi-static equilibrium of particles and matrix for the present stoichiometry."""

    @property
    def domains(self) -> Domains:
        """Subdomains."""

    @property
    def particle(self) -> Elastic:
        """Law of the particles."""

    @property
    def matrix(self) -> Elastic:
        """Law of the matrix."""

    @property
    def stiffness_factor(self) -> fem.Function | None:
        """Young's modulus of the particles over that of the material [-], constant in each; None for 1."""

    @property
    def displacements(self) -> Mapping[str, fem.Function]:
        """Displacements by what moves [um]."""

    @property
    def of_particles(self) -> fem.Function:
        """Displacement of the particles [um]."""

    @property
    def of_matrix(self) -> fem.Function:
        """Displacement of the matrix [um]."""

    @property
    def remainder(self) -> fem.Function:
        """Smooth remainder s of the hydrostatic stress [GPa] (see ``stress_feedback``)."""

    @property
    def bond(self) -> InterfaceBond | None:
        """State of the bond between particles and matrix; None where it holds for good."""

    def solve(self) -> MechanicsReport:
        """Bring the displacement into equilibrium with the present stoichiometry (collective)."""

    def begin(self) -> None:
        """Take the present state for that at the start (collective)."""

    def update_remainder(self) -> float:
        """Project the smooth remainder; returns its largest change [Pa] (collective)."""

    def particle_stress(self) -> ufl.core.expr.Expr:
        """Stress in the particles [GPa] as an expression in displacement and stoichiometry."""

    def destroy(self) -> None:
        """Free the PETSc objects (collective)."""
