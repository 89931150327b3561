"""Damage in the resolved model: what drives it, what it changes, and that it survives a stop."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from support import half_cells, tiny_case

import chemomech
from chemomech.experiments.case.damage import Bond, Damage, SurfaceCracks, Toughness
from chemomech.experiments.models.damage.cell import DEPTHS, Effects
from chemomech.experiments.models.damage.particle_damage import ParticleDamage
from chemomech.experiments.models.resolved.damage import ResolvedParticles
from chemomech.geometry import HalfCellMesh
from chemomech.solver.cell.build import build_cell
from chemomech.solver.cell.half_cell import read_by_particle
from chemomech.solver.cell.resolved import ResolvedCell
from chemomech.solver.output.readings.particles import ParticleReader
from chemomech.solver.physics.cohesive import CohesiveLaw
from chemomech.solver.physics.fracture import RadialProfile, stress_in_spheres, surface_crack
from chemomech.solver.stepping.cell import below

UM = half_cells.UM


@pytest.fixture(scope="module")
def cell(small_cell: HalfCellMesh) -> ResolvedCell:
    return build_cell(small_cell, half_cells.model(), "one-way", breakable=True)


def parabola(cell: ResolvedCell, particle: int) -> None:
    """Give all particles x = 0.7 - 0.25 s^2 about the centre of one, and its stress."""
    layout = half_cells.three_particles()
    centre, radius = layout.centres[particle] / UM, layout.radii[particle] / UM
    squared = lambda p: ((p.T - centre) ** 2).sum(axis=1) / radius**2  # noqa: E731
    cell.problem.fields.stoichiometry.interpolate(lambda p: 0.7 - 0.25 * np.minimum(squared(p), 1.0))
    assert cell.coupling.mechanics is not None
    assert cell.coupling.mechanics.solve().converged


def test_cracks_are_driven_by_the_profile_and_the_traction_of_the_mesh(cell: ResolvedCell) -> None:
    parabola(cell, 2)
    drive = ResolvedParticles(cell).read()
    traction = ParticleReader(cell.problem, cell.coupling.mechanics).traction()
    fine = np.linspace(0.0, 1.0, 801)
    profile = RadialProfile((fine**2)[None], (0.7 - 0.25 * fine**2)[None])
    hoop = stress_in_spheres(cell.problem.model.cathode, profile, traction[2:]).hoop
    radius = np.array([2.4e-6])
    expected = np.array([surface_crack.stress_intensity(hoop, d * radius, radius)[0] for d in DEPTHS])
    # 1.3 cells a radius; the reading is the law of the profile that is read there, whatever the mesh.
    assert drive.intensity[:, 2] == pytest.approx(expected, abs=0.05 * expected.max())
    radii = half_cells.three_particles().radii
    read = ParticleReader(cell.problem, cell.coupling.mechanics).profile()
    own = stress_in_spheres(cell.problem.model.cathode, read, traction).hoop
    for depth, intensity in zip(DEPTHS, drive.intensity, strict=True):
        assert intensity == pytest.approx(surface_crack.stress_intensity(own, depth * radii, radii))
    assert drive.tip[:, 2] == pytest.approx(0.7 - 0.25 * (1.0 - DEPTHS) ** 2, abs=0.01)
    assert drive.mean[2] == pytest.approx(0.7 - 0.25 * 0.6, abs=5e-3)
    hydrostatic = ParticleReader(cell.problem, cell.coupling.mechanics).read()["mean_hydrostatic_stress"]
    assert traction == pytest.approx(hydrostatic, rel=1e-9)
    strain = np.asarray(cell.problem.model.cathode.chemical_strain_since_made(profile.values))
    assert drive.shrinkage[2] == pytest.approx(-RadialProfile(profile.squares, strain).mean[0], rel=0.02)


def test_effects_reach_the_particle_that_they_belong_to(cell: ResolvedCell) -> None:
    cell.initialise()
    problem, particles = cell.problem, ResolvedParticles(cell)
    reader = ParticleReader(problem, cell.coupling.mechanics)
    problem.fields.particle_potential.x.array[:] += 0.02
    before = reader.read()["reaction_current_density"]
    ones = np.ones(3)
    whole = particles.contact_conductance.copy()
    conductance = whole * np.array([1.0, 1.0, 0.0])
    try:
        particles.apply(Effects(np.array([1.0, 2.0, 1.0]), np.array([1.0, 4.0, 1.0]), ones, conductance))
        after = reader.read()["reaction_current_density"]
        assert after == pytest.approx(before * np.array([1.0, 2.0, 1.0]), rel=1e-12)
        assert problem.diffusivity_factor is not None
        factors = read_by_particle(problem.diffusivity_factor, problem.domains)
        assert factors == pytest.approx([1.0, 4.0, 1.0])
        # What is isolated passes no current as a whole, and keeps its lithium.
        cell.initialise()
        start = reader.read()["mean_stoichiometry"]
        cell.prescribe_current(half_cells.CURRENT)
        half_cells.take(cell, [1.0, 2.0])
        end = reader.read()
        assert abs(end["reaction_current_density"][2]) < 1e-6 * end["reaction_current_density"][1]
        assert end["mean_stoichiometry"][2] == pytest.approx(start[2], abs=1e-10)
        assert np.all(end["mean_stoichiometry"][:2] < start[:2] - 1e-3)
    finally:
        particles.apply(Effects(ones, ones, ones, whole))


def test_cycles_ahead_leave_the_points_of_the_interface_to_the_next_that_is_resolved(
    small_cell: HalfCellMesh,
) -> None:
    """Cracks and toughness go on; bond and gap of the particles stay, as their points do."""
    weak = CohesiveLaw(1e6, 0.05, 2e17, 0.05)
    cell = build_cell(small_cell, half_cells.model(), "one-way", breakable=True, bond=weak)
    laws = Damage(
        surface_cracks=SurfaceCracks(unstable=False, growth=0.05, exponent=1.0),
        toughness=Toughness(growth=0.1),
        interface=Bond(strength=1e6, energy=0.05),
    )
    damage = ParticleDamage(ResolvedParticles(cell), laws)
    cell.add(damage)
    assert cell.initialise().converged
    damage.end_cycle()
    for current in (1.0, -1.0, 1.0, -1.0):
        cell.prescribe_current(current * half_cells.CURRENT)
        cell.restart()
        half_cells.take(cell, [4.0, 8.0])
        if current < 0.0:
            damage.end_cycle()
    bond = cell.coupling.mechanics.bond
    points, before = bond.largest.copy(), damage.readings()
    assert before["intact_interface"].max() < 1.0
    ahead = damage.foresee(3)
    assert len(ahead) == 3
    damage.advance(3)
    after = damage.readings()
    assert np.all(after["surface_crack_depth"] > before["surface_crack_depth"] + 1e-4)
    assert np.all(after["toughness_share"] < before["toughness_share"] - 1e-4)
    assert np.array_equal(after["intact_interface"], before["intact_interface"])
    assert np.array_equal(after["interface_gap"], before["interface_gap"])
    assert np.array_equal(bond.largest, points)
    # What has cracked acts on the cell.
    problem = cell.problem
    assert problem.diffusivity_factor is not None
    factors = read_by_particle(problem.diffusivity_factor, problem.domains)
    assert factors == pytest.approx(damage.condition.effects().diffusivity)
    # The next cycle brings the bond up to date, from a state that is stored and restored like any other.
    stored = cell.state()
    cell.restore(stored)
    assert all(np.array_equal(damage.state()[k], v) for k, v in below("internal/damage/", stored).items())
    cell.prescribe_current(half_cells.CURRENT)
    cell.restart()
    half_cells.take(cell, [4.0, 8.0, 8.0])
    damage.evolve()
    assert np.all(damage.readings()["intact_interface"] < before["intact_interface"])
    cell.close()


# --- a whole run ----------------------------------------------------------------------------------------


BREAKS: dict[str, Any] = {
    "protocol": ["Charge at 20C until 4.35 V", "Discharge at 20C for 3 s"],
    "mechanics.coupling": "one-way",
    "numerics.time_tolerance": 1e-2,
    "numerics.initial_step": "0.5 s",
    "numerics.voltage_tolerance": "10 mV",
    "output.cut_times": [],
    "output.field_times": [],
    "damage.surface_cracks.cracks": 4.0,
    "damage.surface_cracks.toughness_scatter": 0.2,
    "damage.toughness.growth": 0.3,
    "damage.film.rate": "1e-4 nm/s",
}


def test_a_run_that_was_stopped_ends_in_the_same_damage(tmp_path: Path) -> None:
    case_file = tiny_case.write_case(tmp_path)
    whole = tiny_case.run(case_file, tmp_path / "whole", BREAKS)
    stopped = tiny_case.run(case_file, tmp_path / "r", BREAKS | {"numerics.max_wall_time": "0.5 s"})
    assert stopped.summary["stop_reason"] == "time-limit"
    stopped.close()
    case = chemomech.Case.from_toml(tmp_path / "r" / "case.toml")
    case = case.with_overrides({"numerics.max_wall_time": "1e6 s"})
    resumed = chemomech.run(case, out=tmp_path / "r", resume=True, progress=False, report=False)
    for name, tolerance in (
        ("surface_crack_depth", 1e-6), ("toughness_share", 1e-6), ("film_thickness", 1e-15),
        ("mean_stoichiometry", 1e-6), ("voltage", 1e-5),
    ):  # fmt: skip
        values = (resumed.dataset[name].values[-1], whole.dataset[name].values[-1])
        assert values[0] == pytest.approx(values[1], abs=tolerance), name
    depth = whole.dataset["surface_crack_depth"].values
    assert np.all(np.diff(depth, axis=0) >= 0.0)
    assert depth[-1].max() > 0.05
    assert np.all(whole.dataset["toughness_share"].values[-1] < 1.0)
    assert whole.summary["budget"]["lithium_relative_error"] < 1e-8
    assert "surface_cracks.cracks" in whole.summary["damage"]["parameters"]
