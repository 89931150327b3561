"""The unknowns: where they live, in what element, and their current and past values."""

from __future__ import annotations

from dataclasses import dataclass

import basix.ufl
import numpy as np
import numpy.typing as npt
import ufl
from dolfinx import fem

from chemomech.solver.cell.regions import Domains
from chemomech.solver.physics.scales import SALT_CONCENTRATION

FieldArrays = tuple[npt.NDArray[np.float64], ...]


@dataclass(frozen=True)
class Degrees:
    """Polynomial degree by unknown; second order where it pays (steep lithium profiles, stress)."""

    stoichiometry: int = 2
    potentials: int = 1
    salt: int = 1
    displacement: int = 2


@dataclass(frozen=True)
class ElectrochemicalFields:
    """Unknowns of the electrochemical problem, in the order of the blocks.

    Attributes:
        stoichiometry: x = c/c_max in the particles [-].
        salt: Electrolyte concentration in matrix and separator, in units of 1000 mol/m3.
        particle_potential: Electronic potential in the particles, from the problem's reference [V].
        matrix_potential: Electronic potential in the matrix, likewise [V].
        electrolyte_potential: Electrolyte potential in matrix and separator [V].
        cell_voltage: Potential of the collector, one number [V].
    """

    stoichiometry: fem.Function
    salt: fem.Function
    particle_potential: fem.Function
    matrix_potential: fem.Function
    electrolyte_potential: fem.Function
    cell_voltage: fem.Function

    @property
    def functions(self) -> list[fem.Function]:
        """All unknowns in block order."""
        return [
            self.stoichiometry,
            self.salt,
            self.particle_potential,
            self.matrix_potential,
            self.electrolyte_potential,
            self.cell_voltage,
        ]

    @property
    def spaces(self) -> list[fem.FunctionSpace]:
        """Function spaces in block order."""
        return [f.function_space for f in self.functions]

    @property
    def salt_concentration(self) -> ufl.core.expr.Expr:
        """Electrolyte concentration [mol/m3]."""
        return SALT_CONCENTRATION * self.salt

    def copy_arrays(self) -> FieldArrays:
        """Copies of all local values (owned and ghost), for restoration after a failed step."""
        return tuple(f.x.array.copy() for f in self.functions)

    def restore(self, arrays: FieldArrays) -> None:
        """Set all local values from ``copy_arrays``."""
        for function, values in zip(self.functions, arrays, strict=True):
            function.x.array[:] = values

    @property
    def relative_voltage(self) -> float:
        """Cell voltage from the reference potential of the problem [V] (collective)."""
        space = self.cell_voltage.function_space
        owned = space.dofmap.index_map.size_local
        local = float(self.cell_voltage.x.array[0]) if owned else 0.0
        return float(space.mesh.comm.allreduce(local))


def create_fields(domains: Domains, degrees: Degrees) -> ElectrochemicalFields:
    """Create all electrochemical unknowns, zero-valued (collective)."""

    def lagrange(mesh, degree: int, name: str) -> fem.Function:  # type: ignore[no-untyped-def]
        return fem.Function(fem.functionspace(mesh, ("Lagrange", degree)), name=name)

    matrix, electrolyte, particles = domains.matrix.mesh, domains.electrolyte.mesh, domains.particles.mesh
    number = fem.functionspace(matrix, basix.ufl.real_element(matrix.basix_cell(), ()))
    return ElectrochemicalFields(
        stoichiometry=lagrange(particles, degrees.stoichiometry, "stoichiometry"),
        salt=lagrange(electrolyte, degrees.salt, "salt"),
        particle_potential=lagrange(particles, degrees.potentials, "particle_potential"),
        matrix_potential=lagrange(matrix, degrees.potentials, "matrix_potential"),
        electrolyte_potential=lagrange(electrolyte, degrees.potentials, "electrolyte_potential"),
        cell_voltage=fem.Function(number, name="cell_voltage"),
    )
