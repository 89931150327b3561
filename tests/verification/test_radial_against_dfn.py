"""With equal particles, evenly spread, the radial model is a DFN: against the one of PyBaMM."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence

import numpy as np
import pytest
from scipy.sparse import eye_array

pytest.importorskip("pybamm", reason="the homogenised model is optional")

from support.radial_cells import driven, prepared  # noqa: E402

from chemomech.experiments.case.prepare import PreparedCase  # noqa: E402
from chemomech.experiments.models.damage.particle_damage import ParticleDamage  # noqa: E402
from chemomech.experiments.models.homogenised import DfnOptions, solve_dfn  # noqa: E402
from chemomech.experiments.models.homogenised.cell import HomogenisedCell, homogenise  # noqa: E402
from chemomech.experiments.models.homogenised.readings import particle_places  # noqa: E402
from chemomech.experiments.models.radial.cell import RadialCell  # noqa: E402
from chemomech.experiments.models.radial.damage import RadialParticles  # noqa: E402
from chemomech.experiments.models.radial.depth import DepthGrid, Transport  # noqa: E402
from chemomech.experiments.models.radial.ladder import Ladder  # noqa: E402
from chemomech.experiments.models.radial.particles import Particles  # noqa: E402
from chemomech.experiments.models.radial.spheres import SphereGrid  # noqa: E402
from chemomech.experiments.models.radial.surroundings import surroundings_of  # noqa: E402
from chemomech.solver.stepping.cell import Internal  # noqa: E402

BAR = 0.5e-3
"""Largest difference of the voltages [V], fixed in advance."""


def evenly_spread(
    given: PreparedCase,
    cell: HomogenisedCell,
    points: int,
    shells: int,
    internals: Sequence[Callable[[RadialCell], Internal]] = (),
    time_tolerance: float = 2e-5,
) -> RadialCell:
    """One particle a node, with the volume that belongs to the node."""
    grid = DepthGrid.of(cell.electrode_thickness, cell.separator_thickness, points, points)
    elements = np.ones(len(grid.widths))
    lengths = grid.by_node(np.where(np.arange(len(grid.widths)) < points, 1.0, 0.0))[: points + 1]
    ones = np.ones(points + 1)
    particles = Particles(
        cell.radius * ones, cell.active_fraction * lengths, 1e-9 * ones, grid.nodes[: points + 1], ones,
        float(cell.model.matrix.contact_conductance) * ones, ones, 1.0, cell.electrode_thickness,
    )  # fmt: skip
    inside = np.arange(len(grid.widths)) < points
    separator = cell.model.separator
    transport = Transport(
        np.where(inside, cell.porosity, float(separator.porosity)),
        np.where(inside, cell.ionic_factor, separator.ionic_factor()),
        cell.electronic_conductivity * elements[:points],
    )
    numerics = dataclasses.replace(given.case.numerics, time_tolerance=time_tolerance, voltage_tolerance=1e-4)
    ladder = Ladder(cell.model, grid, transport, eye_array(points + 1, format="csr"))
    return RadialCell(
        cell.model, particles, SphereGrid.of(shells, 1.6), ladder, cell.coupling, numerics, internals,
        surroundings=surroundings_of(given, particles),
    )  # fmt: skip


def test_a_charge_at_5c_has_the_voltage_and_the_end_of_the_dfn() -> None:
    given = prepared(**RVE, **{"mechanics.coupling": "off"})
    cell = homogenise(given)
    dfn = solve_dfn(cell, given.steps, DfnOptions(60, 30, 60, radial_stretch=2.0)).solution
    _, _, log = driven(given, evenly_spread(given, cell, 60, 60))
    times = np.array([s.time for s in log.seen])
    voltages = np.array([s.voltage for s in log.seen])
    end = float(dfn["Time [s]"].entries[-1])
    assert times[-1] == pytest.approx(end, rel=5e-4)
    common = (times >= 1.0) & (times <= min(end, times[-1]) - 1.0)
    difference = voltages[common] - dfn["Voltage [V]"](t=times[common])
    assert common.sum() > 50
    assert np.abs(difference).max() < BAR, f"{1e3 * np.abs(difference).max():.3f} mV"


# --- damage ---------------------------------------------------------------------------------------------

CHARGE_BAR, DEPTH_BAR, TOUGHNESS_BAR = 5e-3, 0.01, 5e-3
"""Largest difference of the charge of a half cycle, relative, of the depth a/R of cracks and of the share of
the toughness that is left, fixed in advance."""

RVE = {"geometry.layout": "rve-52", "mass_loading": "8 mg/cm2"}

DAMAGE = {
    "damage.surface_cracks.cracks": 4.0,
    "damage.toughness.growth": 0.3,
    "damage.grains.rate": 0.1,
    # The companion has free spheres and one modulus a sphere: a matrix without stiffness, a modulus that is
    # the same at all stoichiometries.
    "materials.overrides": {"matrix": {"youngs_modulus": "1 kPa"}, "cathode": {"youngs_modulus": "140 GPa"}},
}


def test_two_cycles_break_the_particles_of_both_alike() -> None:
    protocol = ["(Charge at 5C until 4.4 V; Discharge at 5C until 3 V) x 2"]
    given = prepared(protocol, **RVE, **{"mechanics.coupling": "one-way"}, **DAMAGE)
    cell, made = homogenise(given), []

    def breaking(radial: RadialCell) -> ParticleDamage:
        made.append(ParticleDamage(RadialParticles(radial), given.case.damage))
        return made[0]

    radial = evenly_spread(given, cell, 8, 16, [breaking], time_tolerance=1e-4)
    _, _, log = driven(given, radial)
    made[0].evolve()
    run = solve_dfn(cell, given.steps, DfnOptions(8, 4, 16))

    # Currents are the same, so that charges are times.
    ends = [run.solution.t[run.step_number == number][-1] for number in (1, 2, 3, 4)]
    signs = np.sign([s.currents.collector for s in log.seen])
    turns = [*np.flatnonzero(np.diff(signs[1:])) + 1, len(signs) - 1]
    lasted = np.diff([0.0, *(log.seen[k].time for k in turns)])
    assert np.diff([0.0, *ends]) == pytest.approx(lasted, rel=CHARGE_BAR)

    ours, depth = made[0].readings(), particle_places(cell, run.mesh)[0]
    for name, bar in (
        ("surface_crack_depth", DEPTH_BAR),
        ("toughness_share", TOUGHNESS_BAR),
        ("grain_crack_density", TOUGHNESS_BAR),
    ):
        expected = np.interp(depth, radial.particles.depth, ours[name])
        assert run.damage.readings[name][-1] == pytest.approx(expected, abs=bar), name
    assert ours["surface_crack_depth"].min() > 0.3
    assert np.ptp(ours["toughness_share"]) > 2.0 * TOUGHNESS_BAR
