"""The half cell of PyBaMM's parameter set Xu2019, built from our own materials."""

from __future__ import annotations

from chemomech.experiments.models.homogenised import HomogenisedCell
from chemomech.materials import active_material, electrolyte, lithium, matrix, separator
from chemomech.solver.cell.model import HalfCellModel

AREA = 0.01 * 0.0154  # m2
LOWEST_VOLTAGE = 3.5  # V, where PyBaMM's "initial_soc=0" starts


def half_cell() -> HomogenisedCell:
    """Geometry and numbers of Xu2019; 1C is its nominal 2.4 mA h over 1.54 cm2."""
    cathode = active_material("nmc532-xu-pybamm")
    model = HalfCellModel(
        cathode=cathode,
        electrolyte=electrolyte("lipf6-valoen-pybamm"),
        matrix=matrix("carbon-binder").replace(contact_conductance=1.0e12),
        separator=separator("porous-separator").replace(porosity=0.39),
        lithium=lithium("lithium-metal"),
        initial_stoichiometry=cathode.open_circuit_voltage.stoichiometry_at(LOWEST_VOLTAGE),
    )
    return HomogenisedCell(
        model=model,
        electrode_thickness=42e-6,
        separator_thickness=25e-6,
        active_fraction=0.518,
        porosity=0.331,
        ionic_factor=0.331**1.5,
        electronic_conductivity=100.0 * 0.518**1.5,
        radius=5.3e-6,
        areal_capacity=0.0024 / AREA * 3600.0,
        active_mass=1.0,
    )
