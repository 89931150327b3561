"""Tables of laws, tridiagonal systems, and the grid in depth of the radial model."""

from __future__ import annotations

import numpy as np
import pytest
from support.radial_cells import prepared

from chemomech import materials
from chemomech.experiments.models.radial import tridiagonal
from chemomech.experiments.models.radial.depth import (
    DepthGrid,
    active_fraction,
    hindrance_by_rule,
    placement,
    transport,
)
from chemomech.experiments.models.radial.particles import Particles
from chemomech.experiments.models.radial.tables import BLOCK, LawTable, blocks

RNG = np.random.default_rng(7)


def particles(radii: list[float], depths: list[float], thickness: float = 40e-6) -> Particles:
    radius, ones = np.array(radii), np.ones(len(radii))
    return Particles(
        radius, 4.0 / 3.0 * np.pi * radius**3, radius, np.array(depths), ones, ones, ones, 400e-12, thickness
    )


@pytest.mark.parametrize("name", ["diffusivity", "youngs_modulus", "chemical_strain"])
def test_a_table_gives_the_laws_of_the_shipped_material(name: str) -> None:
    law = getattr(materials.active_material("nmc622").at_temperature(298.15), name)
    table = LawTable({"law": lambda x: np.asarray(law(x)) + 0.0 * x}, -0.05, 1.05)
    x = RNG.uniform(0.21, 0.95, 500)
    read, exact = table.at("law", table.places(x)), np.asarray(law(x))
    assert np.abs(read - exact).max() <= 1.0e-5 * np.abs(exact).max()


def test_a_table_is_exact_for_a_straight_line_also_beyond_its_ends() -> None:
    table = LawTable({"line": lambda x: 3.0 - 2.0 * x}, 0.0, 1.0, points=5)
    x = np.array([[-0.5, 0.0, 0.3], [0.7, 1.0, 1.5]])
    assert table.at("line", table.places(x)) == pytest.approx(3.0 - 2.0 * x, abs=1e-12)


def test_blocks_are_all_particles_once() -> None:
    count = 2 * BLOCK + 3
    assert sum((list(range(count))[part] for part in blocks(count)), []) == list(range(count))


def test_tridiagonal_systems_are_solved_for_several_loads() -> None:
    lower, upper = RNG.uniform(-1.0, 0.0, (2, 6, 4))
    diagonal = 2.5 + RNG.uniform(0.0, 1.0, (7, 4))
    loads = RNG.normal(size=(2, 7, 4))
    solutions = tridiagonal.solve(lower, diagonal, upper, *loads)
    for k in range(4):
        matrix = np.diag(diagonal[:, k]) + np.diag(lower[:, k], -1) + np.diag(upper[:, k], 1)
        for load, solution in zip(loads, solutions, strict=True):
            assert solution[:, k] == pytest.approx(np.linalg.solve(matrix, load[:, k]), rel=1e-12)


def test_a_particle_lies_where_its_centre_is_and_sees_a_mean_over_its_depth() -> None:
    grid = DepthGrid.of(40e-6, 25e-6, 20, 5)
    spheres = particles([3.1e-6, 0.4e-6, 5.0e-6], [11.3e-6, 20.9e-6, 30.0e-6])
    shares = placement(spheres, grid)
    nodes = grid.nodes[: grid.electrode_nodes]
    assert shares.sum(axis=1) == pytest.approx(1.0, abs=1e-14)
    assert shares @ nodes == pytest.approx(spheres.depth, rel=1e-12)
    # A sphere whose surface lies evenly over its depth has the mean square z^2 + R^2/3; linear elements of
    # width h add up to h^2/4 to it.
    square = shares @ nodes**2 - spheres.depth**2 - spheres.radius**2 / 3.0
    assert np.all(square >= -1e-18)
    assert np.all(square <= (2e-6) ** 2 / 4.0)


def test_a_small_particle_belongs_to_the_two_nodes_beside_it() -> None:
    grid = DepthGrid.of(40e-6, 25e-6, 20, 5)
    shares = placement(particles([1e-9], [10.5e-6]), grid).toarray()[0]
    assert np.flatnonzero(shares).tolist() == [5, 6]
    assert shares[[5, 6]] == pytest.approx([0.75, 0.25], abs=1e-3)


def test_the_volume_of_a_sphere_is_shared_among_the_elements_that_it_crosses() -> None:
    grid = DepthGrid.of(40e-6, 25e-6, 4, 5)
    # Faces at 10 um: a cap of height 2 um above the face at 20 um, V = pi h^2 (R - h/3).
    sphere = particles([3e-6], [19e-6])
    volume = active_fraction(sphere, grid) * 400e-12 * 10e-6
    cap = np.pi * 2e-6**2 * (3e-6 - 2e-6 / 3.0)
    whole = 4.0 / 3.0 * np.pi * 3e-6**3
    assert volume == pytest.approx([0.0, whole - cap, cap, 0.0], rel=1e-12)


def test_the_grid_ends_the_electrode_on_a_node_and_shares_lengths_between_nodes() -> None:
    grid = DepthGrid.of(40e-6, 6e-6, 8, 3)
    assert grid.nodes[grid.electrode_nodes - 1] == pytest.approx(40e-6)
    assert grid.nodes[[0, -1]] == pytest.approx([0.0, 46e-6])
    assert grid.by_node(np.ones(11)).sum() == pytest.approx(46e-6)
    assert grid.by_node(np.ones(11))[8] == pytest.approx(0.5 * (5e-6 + 2e-6))


def test_transport_follows_the_trend_of_the_fraction_and_porosity_the_fraction_itself() -> None:
    model = prepared().model
    grid = DepthGrid.of(40e-6, 25e-6, 5, 2)
    noisy = np.array([0.2, 0.5, 0.3, 0.5, 0.5])
    # Least squares by hand: mean 0.4, slope (-2*0.2 - 0.5 + 0.5 + 2*0.5)/10 = 0.06 an element.
    line = 0.4 + 0.06 * np.arange(-2.0, 3.0)
    elements = transport(model, grid, noisy, hindrance_by_rule(noisy, lambda share: 1.0 - share))
    matrix, separator = model.matrix, model.separator
    assert elements.porosity[:5] == pytest.approx((1.0 - noisy) * float(matrix.porosity))
    assert elements.ionic_factor[:5] == pytest.approx((1.0 - np.minimum(line, 0.5)) * matrix.ionic_factor())
    assert elements.conductivity == pytest.approx((1.0 - np.minimum(line, 0.5)) * float(matrix.conductivity))
    assert elements.porosity[5:] == pytest.approx(float(separator.porosity))
    assert elements.ionic_factor[5:] == pytest.approx(separator.ionic_factor())
