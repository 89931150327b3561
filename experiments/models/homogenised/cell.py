"""The same electrode without its particles: what the through-thickness model has to know of a case."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from chemomech.errors import require_between, unknown_name
from chemomech.experiments.case.damage import Damage
from chemomech.experiments.case.prepare import PreparedCase
from chemomech.experiments.models.homogenised.representation import HOMOGENISED, one_contact_conductance
from chemomech.geometry.contacts import particle_shapes
from chemomech.geometry.layout import RADII, THICKNESSES
from chemomech.materials.diffusivity_scaling import (
    DIFFUSIVITY_SCALINGS,
    DiffusivityScaling,
    SameDiffusivity,
)
from chemomech.materials.hindrance import TRANSPORT_RULES
from chemomech.solver.cell.model import HalfCellModel

Array = npt.NDArray[np.float64]

SECONDS_PER_HOUR = 3600.0


@dataclass(frozen=True)
class SizeSpread:
    """Log-normal spread of the particle radius, weighted by surface.

    Attributes:
        mean: area-weighted mean radius, sum R^3 / sum R^2 [m].
        deviation: area-weighted standard deviation [m].
        smallest: [m].
        largest: [m].
    """

    mean: float
    deviation: float
    smallest: float
    largest: float

    @staticmethod
    def of(radii: Array) -> SizeSpread:
        """Return the spread of a layout.

        Args:
            radii: of its particles [m], shape (particles,).
        """
        weight = radii**2 / np.sum(radii**2)
        mean = float(weight @ radii)
        deviation = float(np.sqrt(weight @ (radii - mean) ** 2))
        return SizeSpread(mean, deviation, float(radii.min()), float(radii.max()))


BOUNDS: Final[Mapping[str, tuple[float, float, str]]] = {
    "electrode_thickness": (*THICKNESSES, "m"),
    "separator_thickness": (1e-7, 1e-2, "m"),
    "active_fraction": (1e-6, 1.0, "-"),
    "porosity": (1e-6, 1.0, "-"),
    "ionic_factor": (1e-9, 1.0, "-"),
    "electronic_conductivity": (1e-12, 1e8, "S/m"),
    "radius": (*RADII, "m"),
    "areal_capacity": (1e-3, 1e8, "C/m2"),
    "active_mass": (1e-6, 1e3, "kg/m2"),
}
"""Smallest and largest value of each number of a homogenised cell, and its unit."""


@dataclass(frozen=True)
class HomogenisedCell:
    """A half cell as the through-thickness (DFN) model sees it: one cross-section of 1 m2.

    Attributes:
        model: materials and initial state, those of the resolved run.
        electrode_thickness: [m].
        separator_thickness: [m].
        active_fraction: volume fraction of active material [-].
        porosity: volume fraction of electrolyte in the electrode [-].
        ionic_factor: effective over bulk ionic transport in the electrode [-].
        electronic_conductivity: effective, of the electrode [S/m].
        radius: of the one particle size; volume over surface is that of the layout, sum R^3 / sum R^2 where
            spheres are whole [m].
        areal_capacity: charge per cross-section that defines 1C [C/m2].
        active_mass: mass of active material per cross-section [kg/m2].
        spread: distribution of sizes; None for one size.
        coupling: ``off``, ``one-way`` or ``two-way``; see ``parameters.py`` for what two-way means here.
        diffusivity_scaling: how the diffusivity of a particle follows from its radius.
        damage: what breaks in and around the particles.
    """

    model: HalfCellModel
    electrode_thickness: float
    separator_thickness: float
    active_fraction: float
    porosity: float
    ionic_factor: float
    electronic_conductivity: float
    radius: float
    areal_capacity: float
    active_mass: float
    spread: SizeSpread | None = None
    coupling: str = "off"
    diffusivity_scaling: DiffusivityScaling = SameDiffusivity()  # noqa: RUF009
    damage: Damage = Damage()  # noqa: RUF009

    def __post_init__(self) -> None:
        """Check every number.

        Raises:
            InputError: for one that cannot be.
        """
        for name, (low, high, unit) in BOUNDS.items():
            remedy = "correct it where the cell comes from"
            require_between(f"{name} of the homogenised cell", getattr(self, name), low, high, unit, remedy)

    @property
    def one_c(self) -> float:
        """Current density of 1C [A/m2], numerically the nominal capacity of the cross-section in A h."""
        return self.areal_capacity / SECONDS_PER_HOUR

    @property
    def contact_resistance(self) -> float:
        """Mean electronic resistance between matrix and particles, over the cross-section [Ohm m2]."""
        surface = 3.0 * self.active_fraction / self.radius * self.electrode_thickness
        return 1.0 / (float(self.model.matrix.contact_conductance) * surface)


def homogenise(prepared: PreparedCase, sizes: bool = False, transport: str = "maxwell") -> HomogenisedCell:
    """Return the homogenised cell of a case.

    Args:
        prepared: the case with all names looked up.
        sizes: carry the size distribution of the layout along.
        transport: how the spheres hinder transport in the matrix; a name in ``TRANSPORT_RULES``.

    Raises:
        InputError: for an unknown rule, or a key or entry that the companion cannot represent.
    """
    HOMOGENISED.require(prepared)
    if transport not in TRANSPORT_RULES:
        raise unknown_name("transport rule", transport, TRANSPORT_RULES)
    layout, model, case = prepared.layout, _with_one_conductance(prepared), prepared.case
    shapes = particle_shapes(layout)
    volume = float(shapes.volumes.sum())
    cross_section = layout.box[0] * layout.box[1]
    fraction = volume / (cross_section * layout.thickness)
    hindrance = TRANSPORT_RULES[transport](fraction)
    radii = np.asarray(layout.radii)
    return HomogenisedCell(
        model=model,
        electrode_thickness=layout.thickness,
        separator_thickness=case.geometry.separator_thickness,
        active_fraction=fraction,
        porosity=(1.0 - fraction) * float(model.matrix.porosity),
        ionic_factor=model.matrix.ionic_factor() * hindrance,
        electronic_conductivity=float(model.matrix.conductivity) * hindrance,
        radius=3.0 * volume / float(shapes.areas.sum()),
        areal_capacity=prepared.nominal.areal,
        active_mass=volume / cross_section * float(model.cathode.density),
        spread=SizeSpread.of(radii) if sizes and np.ptp(radii) > 0.0 else None,
        coupling=case.mechanics.coupling,
        diffusivity_scaling=DIFFUSIVITY_SCALINGS[case.materials.diffusivity_scaling],
        damage=case.damage,
    )


def _with_one_conductance(prepared: PreparedCase) -> HalfCellModel:
    """The materials with the contact conductance that the particles are wired with."""
    model = prepared.model
    if prepared.wiring is None:
        return model
    matrix = model.matrix.replace(contact_conductance=one_contact_conductance(prepared))
    return dataclasses.replace(model, matrix=matrix)
