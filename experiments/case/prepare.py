"""Everything a case names, looked up and checked before anything is meshed, solved or written."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from chemomech import materials
from chemomech.errors import InputError
from chemomech.experiments.case.case import Case
from chemomech.experiments.case.contradictions import (
    loading_lines,
    require_alike,
    require_capacity,
    require_rates,
    require_times,
)
from chemomech.experiments.case.currents import SECONDS_PER_HOUR, NominalCapacity
from chemomech.experiments.case.material_changes import changed_entries
from chemomech.experiments.case.particle_shapes import Mesher, Particles
from chemomech.experiments.case.protocol import resolve
from chemomech.experiments.case.wiring import WiredParticles, wired_particles
from chemomech.geometry import Layout
from chemomech.geometry.contacts import equivalent_radii
from chemomech.materials import ActiveMaterial
from chemomech.materials.diffusivity_scaling import DIFFUSIVITY_SCALINGS
from chemomech.solver.cell.model import HalfCellModel
from chemomech.solver.physics.fracture import require_flaws_inside
from chemomech.solver.stepping.operation import OperatingStep

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True)
class PreparedCase:
    """A case with all names looked up: what the solver needs, in SI.

    Attributes:
        case: where it came from.
        layout: the particles.
        mesher: makes the mesh of them.
        model: materials and initial state.
        nominal: what 1C is.
        steps: the protocol, resolved to A/m2.
        particle_lines: what was changed of the particles or left out, for people, a line each.
        wiring: electronic contact of each particle; None where all have that of the matrix material.
    """

    case: Case
    layout: Layout
    mesher: Mesher
    model: HalfCellModel
    nominal: NominalCapacity
    steps: tuple[OperatingStep, ...]
    particle_lines: tuple[str, ...] = ()
    wiring: WiredParticles | None = None

    def c_rate(self) -> dict[str, Any]:
        """Return what ``c_rate`` in ``summary.json`` states: the first current, and what 1C is.

        Returns:
            ``label`` (such as ``"5C"``; None where no step holds a current), ``current_density_A_m2``,
            ``nominal_capacity_mAh_g`` and ``nominal_capacity_mAh_cm2``.
        """
        current = next(filter(None, map(_held_current, self.steps)), None)
        return {
            "label": None if current is None else c_rate_label(abs(current) / self.nominal.one_c),
            "current_density_A_m2": current,
            "nominal_capacity_mAh_g": self.nominal.specific / SECONDS_PER_HOUR,  # C/kg / 3600 = Ah/kg = mAh/g
            "nominal_capacity_mAh_cm2": self.nominal.areal
            / (10.0 * SECONDS_PER_HOUR),  # Ah/m2 / 10 = mAh/cm2
        }

    @cached_property
    def diffusivity_factor(self) -> FloatArray | None:
        """Diffusivity of each particle over that of the material [-], shape (n,); None where all have that.

        Raises:
            InputError: when the scaling of the case needs what the material does not state.
        """
        scaling = DIFFUSIVITY_SCALINGS[self.case.materials.diffusivity_scaling]
        if scaling.is_uniform:
            return None
        return np.asarray(scaling.factor(self.model.cathode, equivalent_radii(self.layout)), dtype=float)

    @property
    def active_mass(self) -> float:
        """Mass of active material per cross-section that is meshed [kg/m2]."""
        width, depth, _ = self.layout.box
        return self.mesher.volume / (width * depth) * float(self.model.cathode.density)

    def wiring_lines(self) -> tuple[str, ...]:
        """Return how the particles are wired, a line each; nothing where all are alike."""
        return () if self.wiring is None else self.wiring.lines()

    def protocol_lines(self) -> tuple[str, ...]:
        """Return one line per step with its current in A/m2, for people to read before the run starts."""
        rate = self.c_rate()
        basis = (
            f"1C = {self.nominal.one_c:.4g} A/m2 ({rate['nominal_capacity_mAh_g']:.4g} mAh/g, "
            f"{rate['nominal_capacity_mAh_cm2']:.4g} mAh/cm2)"
        )
        return (basis, *(f"{step.label}: {_held(step)}" for step in self.steps))


def c_rate_label(rate: float) -> str:
    """Return a C-rate as people write it: ``5C``, ``C/20``, ``0.3C``."""
    inverse = 1.0 / rate
    if rate < 1.0 and math.isclose(inverse, round(inverse), rel_tol=1e-9):
        return f"C/{round(inverse)}"
    return f"{rate:.4g}C"


def prepare(case: Case) -> PreparedCase:
    """Look up and check everything that a case names.

    Args:
        case: the case.

    Returns:
        Layout, mesher, model and resolved protocol.

    Raises:
        InputError: for an unknown or empty layout, an unknown material, an entry that cannot be set, an
            initial stoichiometry outside the range of the open-circuit curve, flaws larger than a particle,
            or a cut-off already passed at the start.
    """
    model = half_cell_model(case)
    particles = case.geometry.layout.shape.particles(case.geometry, case.mesh)
    layout = particles.layout
    if len(layout) == 0:
        raise InputError(
            f"the layout {layout.name!r} holds no particle and a cell needs at least one; choose another "
            "layout."
        )
    if case.mechanics.coupling != "off":
        require_flaws_inside(model.cathode, layout.radii)
    require_alike(layout, [("geometry.separator_thickness", case.geometry.separator_thickness)])
    require_capacity(case.nominal_capacity, model.cathode)
    nominal = NominalCapacity(case.nominal_capacity, _mass_loading(case, particles, model.cathode))
    told = tuple(loading_lines(case.mass_loading, _loading_of(particles, model.cathode)))
    steps = resolve(case.steps, nominal)
    require_rates(steps, nominal)
    require_times(steps, case.numerics.smallest_step)
    _refuse_passed_cutoffs(steps[0], model)
    full = float(model.matrix.contact_conductance)
    wiring = wired_particles(case.wiring, layout, case.geometry.layout, full)
    prepared = PreparedCase(case, layout, particles.mesher, model, nominal, steps, particles.lines, wiring)
    lines = (*particles.lines, *told, *_diffusivity_lines(prepared.diffusivity_factor))
    return replace(prepared, particle_lines=lines)


def _diffusivity_lines(factor: FloatArray | None) -> tuple[str, ...]:
    if factor is None or not factor.size:
        return ()
    return (f"diffusivity of a particle over that of the material: {factor.min():.3g} to {factor.max():.3g}",)


def half_cell_model(case: Case) -> HalfCellModel:
    """Return the materials and the initial state of a case.

    Raises:
        InputError: for an unknown material, or an entry that cannot be set.
    """
    section = case.materials
    return HalfCellModel(
        cathode=_made_at(
            case.mechanics.stress_free_stoichiometry,
            _changed(materials.active_material(section.cathode), "cathode", section.overrides),
        ),
        electrolyte=_changed(materials.electrolyte(section.electrolyte), "electrolyte", section.overrides),
        matrix=_changed(materials.matrix(section.matrix), "matrix", section.overrides),
        separator=_changed(materials.separator(section.separator), "separator", section.overrides),
        lithium=_changed(materials.lithium(section.lithium), "lithium", section.overrides),
        initial_stoichiometry=case.initial_stoichiometry,
        temperature=case.temperature,
        stack_pressure=case.mechanics.stack_pressure,
    )


def _made_at(stoichiometry: float | None, cathode: ActiveMaterial) -> ActiveMaterial:
    return cathode if stoichiometry is None else cathode.replace(stress_free_stoichiometry=stoichiometry)


def _changed(material: Any, role: str, overrides: tuple[tuple[str, Any], ...]) -> Any:
    entries = {name.removeprefix(f"{role}."): raw for name, raw in overrides if name.startswith(f"{role}.")}
    return material.replace(**changed_entries(material, role, entries)) if entries else material


def _mass_loading(case: Case, particles: Particles, cathode: ActiveMaterial) -> float:
    if case.mass_loading is not None:
        return case.mass_loading
    return _loading_of(particles, cathode)


def _loading_of(particles: Particles, cathode: ActiveMaterial) -> float:
    box = particles.layout.box
    return particles.mesher.volume / (box[0] * box[1]) * float(cathode.density)


def _held_current(step: OperatingStep) -> float | None:
    """Return the current of a step that holds one [A/m2], else None: that of a hold is not known yet."""
    current = step.control.starting_point(0.0).current_density
    return current if math.isfinite(current) else None


def _held(step: OperatingStep) -> str:
    current = _held_current(step)
    return "current follows from the voltage" if current is None else f"{current:+.4g} A/m2"


def _refuse_passed_cutoffs(first: OperatingStep, model: HalfCellModel) -> None:
    voltage = float(model.cathode.open_circuit_voltage(model.initial_stoichiometry))
    start = first.control.starting_point(voltage)
    for cutoff in first.cutoffs:
        if cutoff.remaining(start) <= 0.0:
            raise InputError(
                f"the cut-off of {first.label!r} is already passed at the start, where the open-circuit "
                f"voltage is {voltage:.4f} V at stoichiometry {model.initial_stoichiometry:g}; change the "
                "cut-off or initial_stoichiometry."
            )
