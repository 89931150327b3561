"""The resolved model changes with every entry of a material that it is said to use, and with no other."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import ufl
from support import changed_entries, half_cells

from chemomech.experiments.case import Case
from chemomech.experiments.case.prepare import PreparedCase, prepare
from chemomech.experiments.models.representation import ForPeople
from chemomech.experiments.models.resolved.representation import RESOLVED
from chemomech.geometry import write_layout
from chemomech.solver.cell import half_cell as electrochemistry
from chemomech.solver.cell import mechanics
from chemomech.solver.cell import regions as domains
from chemomech.solver.cell import unknowns as fields
from chemomech.solver.cell.numerics import Numerics
from chemomech.solver.cell.resolved import ResolvedCell
from chemomech.solver.physics.fracture import FractureHistory, RadialProfile, read_fracture
from chemomech.solver.physics.stress_feedback import TwoWayStressFeedback


class AtRest(ResolvedCell):
    """Sets the unknowns to the start and solves nothing."""

    def _find_equilibrium(self) -> None:
        pass

    def _attempt(self, step: float, order: int, coupling: Any) -> Any:
        return SimpleNamespace(solved=False, report=None)


class Cell:
    """A tiny cell on which forms are declared and never compiled; their signatures hold every number."""

    def __init__(self, folder: Path) -> None:
        write_layout(half_cells.three_particles(), folder / "three.csv")
        self.layout = str(folder / "three.csv")
        self.parts = domains.split(half_cells.mesh())
        self.unknowns = fields.create_fields(self.parts, fields.Degrees())

    def prepared(self, **changes: Any) -> PreparedCase:
        base = {
            "geometry.layout": self.layout,
            "materials.diffusivity_scaling": "radius-squared",
            "mass_loading": "1 mg/cm2",
        }
        return prepare(Case.from_toml("fast-charge-5C").with_overrides(base | changes))

    def signatures(self, given: PreparedCase) -> dict[str, Any]:
        """Everything that the resolved model makes of the materials of a case."""
        model, x = given.model, self.unknowns.stoichiometry
        remainder = x  # any field on the particles
        free = float(model.cathode.stress_free_stoichiometry)
        problem = electrochemistry.build(
            model,
            self.parts,
            self.unknowns,
            TwoWayStressFeedback(model.cathode, free, remainder),
            None if given.wiring is None else given.wiring.conductance,
            diffusivity_factor=given.diffusivity_factor,
        )
        assert problem.diffusivity_factor is not None
        uncoupled: Any = SimpleNamespace(mechanics=None)
        none: Any = None
        AtRest(problem, uncoupled, none, none, Numerics()).initialise()
        return {
            **{str(block): form.signature() for block, form in enumerate(problem.residuals)},
            "contact": problem.contact.conductance.x.array.tolist(),
            "factor": problem.diffusivity_factor.x.array.tolist(),
            "start": [float(np.max(field.x.array)) for field in self.unknowns.functions],
            "mass": given.active_mass,
            "strain": self.mechanics(given),
            "fracture": self.fracture(given),
        }

    def mechanics(self, given: PreparedCase) -> list[str]:
        solids = mechanics.Mechanics(given.model, self.parts, self.unknowns.stoichiometry)
        dx_p, dx_m = self.parts.dx_particles(2), self.parts.dx_matrix(2)
        test = ufl.TestFunction(solids.space)
        strain = ufl.sym(ufl.grad(test))
        return [
            (ufl.inner(law.stress(solids.displacement), strain) * dx).signature()
            for law, dx in ((solids.particle, dx_p), (solids.matrix, dx_m))
        ]

    def fracture(self, given: PreparedCase) -> list[Any]:
        squares, profile = np.linspace(0.1, 0.9, 6), np.linspace(0.8, 0.5, 6)[None, :]
        shells = RadialProfile.from_shells(squares, profile, np.array([0.48]))
        stress = np.array([1e8])
        reading = read_fracture(given.model.cathode, np.array([3e-6]), shells, np.zeros(1), stress)
        row = FractureHistory().update(1.0, reading)
        return [np.asarray(value).tolist() for value in row.values()]


@pytest.fixture(scope="module")
def cell(tmp_path_factory: pytest.TempPathFactory) -> Cell:
    return Cell(tmp_path_factory.mktemp("cell"))


@pytest.fixture
def declared(monkeypatch: pytest.MonkeyPatch) -> None:
    """Mechanics that is declared, and neither compiled nor solved."""
    for part in ("_Assembler", "TwoLevelElasticity", "RemainderProjection"):
        monkeypatch.setattr(mechanics, part, lambda *arguments: None)


def test_the_resolved_model_changes_with_every_entry_that_it_uses_and_with_no_other(
    cell: Cell, declared: None
) -> None:
    given = cell.prepared()
    before = cell.signatures(given)
    assert before == cell.signatures(cell.prepared())
    wrong = []
    for name, treatment in RESOLVED.entries.items():
        if isinstance(treatment, ForPeople):
            continue
        used = not treatment.omission(given)
        for model in changed_entries.models(given.model, name):
            if (cell.signatures(dataclasses.replace(given, model=model)) != before) != used:
                wrong.append(f"{name} is said to be {'used' if used else 'left out'}")
    assert wrong == []


def test_what_is_left_out_depends_on_the_case_as_it_is_said_to(cell: Cell) -> None:
    def left_out(**changes: Any) -> set[str]:
        found = RESOLVED.left_out(cell.prepared(**changes))
        return {name for entry in found for name in entry["keys"]}

    always = {"materials.cathode.intrinsic_diffusivity", "materials.cathode.in_plane_strain"}
    assert left_out() == always
    assert left_out(**{"materials.diffusivity_scaling": "none"}) == always | {
        "materials.cathode.diffusivity_radius"
    }
    assert left_out(**{"mechanics.coupling": "one-way"}) == always | {"numerics.stress_tolerance"}
    assert left_out(wiring={"coverage": 0.5, "conductance": "1e3 S/m2"}) == always | {
        "materials.matrix.contact_conductance"
    }
    unstrained = left_out(**{"mechanics.coupling": "off"})
    assert {"materials.cathode.chemical_strain", "materials.matrix.poisson_ratio"} < unstrained
    assert "numerics.degree_displacement" in unstrained


def test_stack_pressure_coupling_start_and_temperature_reach_the_resolved_model(cell: Cell) -> None:
    given = cell.prepared(**{"mechanics.stack_pressure": "0.2 MPa", "temperature": "30 degC"})
    assert given.model.stack_pressure == pytest.approx(2e5)
    assert given.model.temperature == pytest.approx(303.15)
