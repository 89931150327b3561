"""The table of unknowns: one row each, and everything that goes over all of them goes over the table.

Algebra, stepper, checkpoint, summary and field writer take names, elements, tolerances and splits from here;
the balances of the page (:mod:`.half_cell`) are kept by row. Displacement is not in it: it is found by a
solve of its own (:mod:`.mechanics`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import basix.ufl
import numpy as np
import ufl
from dolfinx import fem

from chemomech.solver.algebra.linear import DIRECT, LOCAL_FACTORS, Split
from chemomech.solver.cell.model import HalfCellModel
from chemomech.solver.cell.numerics import Numerics
from chemomech.solver.cell.regions import Domains
from chemomech.solver.physics.scales import SALT_CONCENTRATION

Region = Literal["particles", "matrix", "electrolyte"]
"""A part of the mesh, by its name in :class:`Domains`."""


@dataclass(frozen=True)
class Degrees:
    """Polynomial degree by unknown; second order where it pays (steep lithium profiles, stress)."""

    stoichiometry: int = 2
    potentials: int = 1
    salt: int = 1
    displacement: int = 2

    @classmethod
    def of(cls, numerics: Numerics) -> Degrees:
        """Those that the numerical settings ask for."""
        return cls(
            numerics.degree_stoichiometry,
            numerics.degree_potentials,
            numerics.degree_salt,
            numerics.degree_displacement,
        )


@dataclass(frozen=True, eq=False)
class Unknown:
    """One unknown of the electrochemistry: a row of the table.

    Attributes:
        name: In checkpoints, progress and the count of unknowns in a summary.
        region: Where it lives.
        degree: Degree of its Lagrange elements; None for one number of the whole cell.
        scale: SI value of one internal unit.
        unit: SI unit.
        start: Uniform value of the state at rest, in internal units.
        newton_limit: Largest change in one Newton iteration, in internal units.
        split: Part of the linear solver that takes care of it; rows that share a split are solved together.
        error_tolerance: Local error allowed per step (root mean square), in internal units; None where the
            step size does not look at it.
        prediction: Bounds that keep an extrapolated value where the laws are defined, in internal units; None
            where they are defined everywhere.
        from_reference: True for a potential that counts from the reference potential of the problem.
        written_as: Name of the field where it is stored; None for what is no field.
    """

    name: str
    region: Region
    degree: Callable[[Degrees], int] | None
    scale: float
    unit: str
    start: Callable[[HalfCellModel], float]
    newton_limit: float
    split: Split
    error_tolerance: Callable[[Numerics], float] | None = None
    prediction: Callable[[HalfCellModel], tuple[float, float]] | None = None
    from_reference: bool = False
    written_as: str | None = None


LATTICE = Split("stoichiometry", LOCAL_FACTORS)
ELECTRONS = Split("electrons", DIRECT)
IONS = Split("ions", DIRECT)
# Particles do not touch one another in the matrix of the stoichiometry, so that its factors stay small: with
# them, and with salt and ions factored together, a solve at 87 k unknowns takes 4 iterations in place of 8.
# The other fields are linear and elliptic; direct factors, rarely renewed, cost less than multigrid up to
# 380 k unknowns (14 s against 79 s in three steps).


def _at_zero(model: HalfCellModel) -> float:
    return 0.0


STOICHIOMETRY = Unknown(
    name="stoichiometry", region="particles", degree=lambda degrees: degrees.stoichiometry,
    scale=1.0, unit="-", start=lambda model: model.initial_stoichiometry, newton_limit=0.2, split=LATTICE,
    error_tolerance=lambda numerics: numerics.time_tolerance,
    prediction=lambda model: model.cathode.open_circuit_voltage.valid_range,
    written_as="stoichiometry",
)  # fmt: skip
"""x = c/c_max in the particles."""

SALT = Unknown(
    name="salt", region="electrolyte", degree=lambda degrees: degrees.salt,
    scale=SALT_CONCENTRATION, unit="mol/m3",
    start=lambda model: float(model.electrolyte.initial_concentration) / SALT_CONCENTRATION,
    newton_limit=0.5, split=IONS,
    error_tolerance=lambda numerics: 5.0 * numerics.time_tolerance,
    prediction=lambda model: (0.02, np.inf),
    written_as="electrolyte_concentration",
)  # fmt: skip
"""Electrolyte concentration in matrix and separator."""

PARTICLE_POTENTIAL = Unknown(
    name="particle_potential", region="particles", degree=lambda degrees: degrees.potentials,
    scale=1.0, unit="V", start=_at_zero, newton_limit=0.3, split=ELECTRONS, from_reference=True,
    written_as="particle_potential",
)  # fmt: skip
"""Electronic potential in the particles."""

MATRIX_POTENTIAL = Unknown(
    name="matrix_potential", region="matrix", degree=lambda degrees: degrees.potentials,
    scale=1.0, unit="V", start=_at_zero, newton_limit=0.3, split=ELECTRONS, from_reference=True,
    written_as="matrix_potential",
)  # fmt: skip
"""Electronic potential in the matrix."""

ELECTROLYTE_POTENTIAL = Unknown(
    name="electrolyte_potential", region="electrolyte", degree=lambda degrees: degrees.potentials,
    scale=1.0, unit="V", start=_at_zero, newton_limit=0.3, split=IONS,
    written_as="electrolyte_potential",
)  # fmt: skip
"""Electrolyte potential in matrix and separator."""

CELL_VOLTAGE = Unknown(
    name="cell_voltage", region="matrix", degree=None,
    scale=1.0, unit="V", start=_at_zero, newton_limit=0.3, split=ELECTRONS, from_reference=True,
    error_tolerance=lambda numerics: numerics.voltage_tolerance,
)  # fmt: skip
"""Potential of the collector, one number."""

TABLE: tuple[Unknown, ...] = (
    STOICHIOMETRY,
    SALT,
    PARTICLE_POTENTIAL,
    MATRIX_POTENTIAL,
    ELECTROLYTE_POTENTIAL,
    CELL_VOLTAGE,
)


def splits(table: Sequence[Unknown] = TABLE) -> list[tuple[Split, tuple[int, ...]]]:
    """Parts of the linear solver in the order of the table, with the blocks that each covers."""
    parts = dict.fromkeys(row.split for row in table)
    return [(split, tuple(block for block, row in enumerate(table) if row.split == split)) for split in parts]


@dataclass(frozen=True)
class ElectrochemicalFields:
    """The function of each unknown, in the order of the table.

    Attributes:
        by_unknown: The functions.
    """

    by_unknown: Mapping[Unknown, fem.Function]

    def __getitem__(self, unknown: Unknown) -> fem.Function:
        """The function of a row."""
        return self.by_unknown[unknown]

    @property
    def table(self) -> tuple[Unknown, ...]:
        """The rows."""
        return tuple(self.by_unknown)

    @property
    def functions(self) -> list[fem.Function]:
        """All unknowns in block order."""
        return list(self.by_unknown.values())

    @property
    def stoichiometry(self) -> fem.Function:
        """X = c/c_max in the particles [-]."""
        return self[STOICHIOMETRY]

    @property
    def salt(self) -> fem.Function:
        """Electrolyte concentration in matrix and separator, in units of 1000 mol/m3."""
        return self[SALT]

    @property
    def particle_potential(self) -> fem.Function:
        """Electronic potential in the particles, from the problem's reference [V]."""
        return self[PARTICLE_POTENTIAL]

    @property
    def matrix_potential(self) -> fem.Function:
        """Electronic potential in the matrix, likewise [V]."""
        return self[MATRIX_POTENTIAL]

    @property
    def electrolyte_potential(self) -> fem.Function:
        """Electrolyte potential in matrix and separator [V]."""
        return self[ELECTROLYTE_POTENTIAL]

    @property
    def cell_voltage(self) -> fem.Function:
        """Potential of the collector, one number, from the problem's reference [V]."""
        return self[CELL_VOLTAGE]

    @property
    def salt_concentration(self) -> ufl.core.expr.Expr:
        """Electrolyte concentration [mol/m3]."""
        return SALT_CONCENTRATION * self.salt

    @property
    def relative_voltage(self) -> float:
        """Cell voltage from the reference potential of the problem [V] (collective)."""
        space = self.cell_voltage.function_space
        owned = space.dofmap.index_map.size_local
        local = float(self.cell_voltage.x.array[0]) if owned else 0.0
        return float(space.mesh.comm.allreduce(local))


def create_fields(
    domains: Domains, degrees: Degrees, table: Sequence[Unknown] = TABLE
) -> ElectrochemicalFields:
    """Create the functions of all rows, zero-valued (collective)."""
    return ElectrochemicalFields({unknown: _function(unknown, domains, degrees) for unknown in table})


def _function(unknown: Unknown, domains: Domains, degrees: Degrees) -> fem.Function:
    mesh = getattr(domains, unknown.region).mesh
    if unknown.degree is None:
        space = fem.functionspace(mesh, basix.ufl.real_element(mesh.basix_cell(), ()))
    else:
        space = fem.functionspace(mesh, ("Lagrange", unknown.degree(degrees)))
    return fem.Function(space, name=unknown.name)
