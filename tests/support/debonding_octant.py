"""A sphere in a shell of matrix, one octant of both, for the breakable bond: the closed forms are radial."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pytest
from dolfinx import default_scalar_type, fem
from dolfinx.mesh import locate_entities, locate_entities_boundary, meshtags
from support.octant import octant
from support.simple_materials import linear_voltage, simple_cathode

from chemomech.geometry import HalfCellMesh, Layout
from chemomech.materials import ActiveMaterial, electrolyte, lithium, matrix, separator
from chemomech.solver.cell import interface_mechanics
from chemomech.solver.cell.interface_mechanics import DebondingMechanics
from chemomech.solver.cell.mechanics import MechanicsOptions
from chemomech.solver.cell.model import HalfCellModel
from chemomech.solver.cell.regions import Domains, split
from chemomech.solver.physics.cohesive import CohesiveLaw

Array = npt.NDArray[np.float64]

UM = 1e-6
PARTICLE_YOUNG, PARTICLE_POISSON = 140e9, 0.3
MATRIX_YOUNG, MATRIX_POISSON = 1.78e9, 0.35
STRAIN = 0.02
"""Linear strain of the particle over the whole range of x, which counts from 1 as made."""


def compliance(outer: float | None, fixed: bool = False, young: float = MATRIX_YOUNG) -> float:
    """C [1/Pa] of particle and shell, whose inner over outer radius is 1/outer; infinite if None.

    T = (e - delta/R)/C for the misfit e and the gap delta: 1/(3 K_p) and the shell u = A r + B/r^2.
    """
    bulk, shear = young / (3 * (1 - 2 * MATRIX_POISSON)), young / (2 * (1 + MATRIX_POISSON))
    share = 0.0 if outer is None else outer**-3
    if fixed:
        shell = (1 - share) / (3 * bulk * share + 4 * shear)
    else:
        shell = (share / (3 * bulk) + 1 / (4 * shear)) / (1 - share)
    return (1 - 2 * PARTICLE_POISSON) / PARTICLE_YOUNG + shell


class Octant:
    """One octant of a sphere in a shell, at a misfit that the test chooses.

    Args:
        patch: Puts rollers on the three planes of symmetry.
        law: The bond.
        radius: Of the sphere [m].
        outer: Of the shell, over that of the sphere.
        fixed: Whether the shell is held outside; free if not.
        young: Young's modulus of the matrix [Pa].
        layers: Of cells in the sphere and in the shell.
    """

    def __init__(
        self,
        patch: pytest.MonkeyPatch,
        law: CohesiveLaw,
        radius: float,
        outer: float,
        fixed: bool = False,
        young: float = MATRIX_YOUNG,
        layers: tuple[int, int] = (2, 3),
    ) -> None:
        self.radius, size = radius, radius / UM
        inside, outside = layers
        shells = [*np.linspace(0.0, size, inside + 1), *np.geomspace(size, outer * size, outside + 1)[1:]]
        self.domains = _domains(shells, inside, size)

        def on_rollers(domains: Domains, space: fem.FunctionSpace) -> list[fem.DirichletBC]:
            return _rollers(space, outer * size if fixed else None)

        patch.setattr(interface_mechanics, "supports", on_rollers)
        self.x = fem.Function(fem.functionspace(self.domains.particles.mesh, ("Lagrange", 2)))
        self.x.x.array[:] = 1.0
        model = HalfCellModel(
            _cathode(), electrolyte("lipf6-dfn-reference"),
            matrix("carbon-binder").replace(youngs_modulus=young, poisson_ratio=MATRIX_POISSON),
            separator("porous-separator"), lithium("lithium-metal"), 0.9,
        )  # fmt: skip
        self.mechanics = DebondingMechanics(
            model, self.domains, self.x, law, options=MechanicsOptions(1e-7, 80)
        )
        assert self.mechanics.solve().converged
        self.mechanics.begin()

    @property
    def bond(self) -> interface_mechanics.InterfaceBond:
        return self.mechanics.bond

    def shrink(self, misfit: float, accept: bool = True) -> int:
        """Find the equilibrium at a misfit [-]; returns the corrections."""
        self.x.x.array[:] = 1.0 - misfit / STRAIN
        report = self.mechanics.solve()
        assert report.converged, report
        if accept:
            self.bond.after_step(0.0, 1.0)
        return report.corrections

    def traction(self) -> Array:
        """Normal traction at the points [Pa]."""
        return self.bond.law.traction(self.bond.facets.opening(), self.bond.largest)[:, 0]

    @property
    def area(self) -> float:
        """Of the interface [m2]."""
        return float(self.bond.facets.weights.sum())


def _cathode() -> ActiveMaterial:
    c_max = 50000.0
    return simple_cathode(
        maximum_concentration=c_max, diffusivity=1e-14, youngs_modulus=PARTICLE_YOUNG,
        poisson_ratio=PARTICLE_POISSON, partial_molar_volume=3.0 * STRAIN / c_max,
        open_circuit_voltage=linear_voltage(-1.0),
    ).replace(stress_free_stoichiometry=1.0)  # fmt: skip


def _domains(shells: Sequence[float], inside: int, size: float) -> Domains:
    mesh = octant(shells, curved=(inside,))
    count = mesh.topology.index_map(3).size_local
    values = np.full(count, HalfCellMesh.MATRIX_TAG, dtype=np.int32)
    values[locate_entities(mesh, 3, lambda p: np.linalg.norm(p, axis=0) < size * (1 + 1e-6))] = (
        HalfCellMesh.particle_tag(0)
    )
    mesh.topology.create_connectivity(2, 3)
    found = locate_entities(mesh, 2, lambda p: np.isclose(np.linalg.norm(p, axis=0), size, rtol=1e-6))
    facets = np.sort(found).astype(np.int32)
    box = float(shells[-1]) * UM
    layout = Layout(np.full((1, 3), 0.5 * box), np.array([0.4 * box]), (box, box, box), "octant")
    return split(
        HalfCellMesh(
            mesh,
            meshtags(mesh, 3, np.arange(count, dtype=np.int32), values),
            meshtags(mesh, 2, facets, np.full(len(facets), HalfCellMesh.INTERFACE, dtype=np.int32)),
            layout,
            0.0,
            None,  # type: ignore[arg-type]
        )
    )


def _rollers(space: fem.FunctionSpace, held: float | None) -> list[fem.DirichletBC]:
    zero, bcs = default_scalar_type(0.0), []
    for axis in range(3):
        component = space.sub(axis)
        collapsed, _ = component.collapse()
        dofs = fem.locate_dofs_geometrical((component, collapsed), lambda p, a=axis: np.isclose(p[a], 0.0))
        bcs.append(fem.dirichletbc(zero, dofs[0], component))
    if held is not None:
        facets = locate_entities_boundary(
            space.mesh, 2, lambda p: np.isclose(np.linalg.norm(p, axis=0), held, rtol=1e-6)
        )
        space.mesh.topology.create_connectivity(2, 3)
        dofs = fem.locate_dofs_topological(space, 2, facets)
        bcs.append(fem.dirichletbc(np.zeros(3, dtype=default_scalar_type), dofs, space))
    return bcs
