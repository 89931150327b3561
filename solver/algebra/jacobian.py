"""The Jacobian of a blocked residual, kept over iterations and steps for as long as it serves.

Between two steps only the leading coefficient of the time formula and the state change. The Jacobian
is affine in that coefficient, so its change is added exactly from a storage matrix that is assembled
once; what is then out of date is the state alone, which moves little in a step.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import ufl
from dolfinx import fem
from dolfinx.fem.petsc import assemble_matrix, create_matrix
from dolfinx.mesh import EntityMap
from petsc4py import PETSc
from ufl.algorithms.apply_algebra_lowering import apply_algebra_lowering
from ufl.algorithms.apply_derivatives import DerivativeRuleDispatcher
from ufl.algorithms.map_integrands import map_integrands

from chemomech.solver.algebra.compiling import compiled


@dataclass(frozen=True)
class Storage:
    """A residual term ``rate * unknown``, linear in the unknown of its own block.

    Attributes:
        block: Index of the block.
        term: The term.
        rate: Leading coefficient of the time formula in it [1/s], the same number in all storages.
    """

    block: int
    term: ufl.Form
    rate: fem.Constant


class Flux(Protocol):
    """A part of residual and Jacobian that several blocks share and no form holds."""

    def add_residual(self, residual: PETSc.Vec) -> None:
        """Add to the residual of all blocks (collective)."""

    def add_jacobian(self, jacobian: PETSc.Mat) -> None:
        """Add to the Jacobian of all blocks, to be assembled afterwards."""

    def jacobian(self, sizes: tuple[int, int]) -> PETSc.Mat:
        """A matrix with the entries of this part alone, for rows of this rank and of all (collective)."""


class Jacobian:
    """Assembled derivative of a blocked residual.

    Args:
        residuals: Residual form of each block.
        unknowns: Function of each block.
        entity_maps: Entity maps for compilation.
        storages: Storage terms; without them a Jacobian serves one solve only.
        fluxes: Parts of the residual beside the forms.
    """

    def __init__(
        self,
        residuals: Sequence[ufl.Form],
        unknowns: Sequence[fem.Function],
        entity_maps: Sequence[EntityMap],
        storages: Sequence[Storage] = (),
        fluxes: Sequence[Flux] = (),
    ) -> None:
        trials = [ufl.TrialFunction(u.function_space) for u in unknowns]
        self.form = compiled(derivatives(residuals, unknowns, trials), entity_maps)
        self.matrix = create_matrix(self.form, kind="mpi")
        self.assemblies = 0
        self._fluxes = tuple(fluxes)
        self._has_room = not fluxes
        self._rate: float | None = None
        self._storages = tuple(storages)
        self._storage: PETSc.Mat | None = None
        if storages:
            stored: list[list[ufl.BaseForm | None]] = [[None for _ in unknowns] for _ in unknowns]
            for i, trial in enumerate(trials):
                stored[i][i] = ufl.ZeroBaseForm((ufl.TestFunction(unknowns[i].function_space), trial))
            for s in storages:
                stored[s.block][s.block] = ufl.derivative(s.term, unknowns[s.block], trials[s.block])
            self._storage_form = compiled(stored, entity_maps)

    @property
    def serves(self) -> bool:
        """Whether there is a Jacobian from an earlier solve to start with."""
        return self._rate is not None

    def assemble(self) -> None:
        """Assemble at the current unknowns."""
        self.matrix.zeroEntries()
        assemble_matrix(self.matrix, self.form)
        if self._has_room:
            for flux in self._fluxes:
                flux.add_jacobian(self.matrix)
        self.matrix.assemble()
        if not self._has_room:
            self._make_room()
        self.assemblies += 1
        if self._storages:
            self._rate = float(self._storages[0].rate.value)

    def _make_room(self) -> None:
        """Add what the fluxes hold to the entries of the forms, among which they have no places yet."""
        places = self.matrix.getLGMap()
        for flux in self._fluxes:
            part = flux.jacobian(self.matrix.getSizes()[0])
            self.matrix.axpy(1.0, part, structure=PETSc.Mat.Structure.DIFFERENT_NONZERO_PATTERN)
            part.destroy()
        self.matrix.setLGMap(*places)
        self._has_room = True

    def follow_rate(self) -> None:
        """Add the change of the storage terms since the rate was last seen."""
        assert self._rate is not None
        rate = float(self._storages[0].rate.value)
        if rate != self._rate:
            self.matrix.axpy(
                rate - self._rate, self._unit_storage(rate), PETSc.Mat.Structure.SAME_NONZERO_PATTERN
            )
            self._rate = rate

    def forget(self) -> None:
        """Do not start another solve with the present matrix."""
        self._rate = None

    def destroy(self) -> None:
        """Free the PETSc objects (collective)."""
        self.matrix.destroy()
        if self._storage is not None:
            self._storage.destroy()

    def _unit_storage(self, rate: float) -> PETSc.Mat:
        if self._storage is None:
            self._storage = self.matrix.duplicate(copy=False)
            self._storage.zeroEntries()
            assemble_matrix(self._storage, self._storage_form)
            self._storage.assemble()
            self._storage.scale(1.0 / rate)
        return self._storage


def derivatives(
    residuals: Sequence[ufl.Form], unknowns: Sequence[fem.Function], trials: Sequence[ufl.Argument]
) -> list[list[ufl.Form | None]]:
    """Derivatives of each residual by each unknown, expanded; None where it does not depend on it.

    The same forms as ``ufl.algorithms.expand_derivatives`` makes of each pair, in a third of the time: each
    residual is lowered to index notation once, and what residuals share, such as a reaction current, is
    differentiated once by each unknown.

    Args:
        residuals: Residual forms.
        unknowns: Functions to differentiate by.
        trials: Direction of each.
    """
    expand = DerivativeRuleDispatcher()
    blocks: list[list[ufl.Form | None]] = []
    for residual in map(apply_algebra_lowering, residuals):
        row: list[ufl.Form | None] = []
        for u, trial in zip(unknowns, trials, strict=True):
            form = None
            if u in residual.coefficients():
                form = map_integrands(expand, ufl.derivative(residual, u, trial))
            row.append(None if form is None or form.empty() else form)
        blocks.append(row)
    assert not expand.pending_operations, "a residual holds an operator that is evaluated outside the form"
    return blocks
