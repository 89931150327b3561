"""States, fields and results that instruments read: values from closed forms."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from support.synthetic_result import synthetic_records, write_synthetic_result
from support.two_spheres import TALL, rng

from chemomech.errors import InputError
from chemomech.geometry import Layout
from chemomech.solver.results import Result
from chemomech.validation.instruments import (
    CloudField,
    Cut,
    ElectrodeState,
    PositionField,
    RadialField,
    UniformField,
    mirrored,
    state_from_cut,
    state_from_nodes,
    state_from_result,
)
from chemomech.validation.instruments.sampling import (
    particle_means,
)

CENTRES, RADII, BOX = TALL.centres, TALL.radii, TALL.box

state = TALL.state


# --- states and fields


def test_a_state_is_inside_its_box_to_rounding() -> None:
    edge = np.array(BOX)
    inside = state().contains(
        np.array([[0.0, 0.0, 0.0], edge, edge * [1, 1, 1 + 1e-10], edge * [1, 1, 1.001]])
    )
    assert inside.tolist() == [True, True, True, False]
    assert not state().contains(np.array([[-1e-9, 5e-6, 5e-6]]))[0]


def test_numbers_of_particles_may_be_one_for_all() -> None:
    made = state(surface_layer=2e-9, path_resistance=np.array([1.0, np.inf]))
    assert made.surface_layer.tolist() == [2e-9, 2e-9]
    assert made.path_resistance.tolist() == [1.0, np.inf]
    assert state().volumes == pytest.approx(4 / 3 * np.pi * RADII**3, rel=1e-12, abs=0)
    assert state().read(1, CENTRES[:1]).tolist() == [0.7]
    assert state().read(np.array([1, 0]), CENTRES).tolist() == [0.7, 0.5]
    bad = [
        (CENTRES, RADII * [1.0, np.nan]), (CENTRES, RADII * [1.0, np.inf]), (CENTRES, RADII * [0.0, 1.0]),
        (CENTRES * np.inf, RADII), (CENTRES * [1.0, np.nan, 1.0], RADII), (CENTRES, RADII * 0),
    ]  # fmt: skip
    for centres, radii in bad:
        with pytest.raises(InputError, match="not a positive finite number"):
            ElectrodeState(centres, radii, BOX, UniformField(np.ones(2)))
    for box in ((1e-5, 1e-5), (1e-5, np.inf, 1e-5)):
        with pytest.raises(InputError, match="three edges greater than 0 m"):
            ElectrodeState(CENTRES, RADII, box, UniformField(np.ones(2)))  # type: ignore[arg-type]
    with pytest.raises(InputError, match="0 centres and 0 radii"):
        ElectrodeState(np.empty((0, 3)), np.empty(0), BOX, UniformField(np.ones(0)))
    with pytest.raises(InputError, match=r"first at \(5, 5, 15\) um"):
        state(UniformField(np.array([0.5, np.nan]))).read(np.array([0, 1]), CENTRES)


def test_a_radial_profile_ends_one_percent_outside() -> None:
    field = RadialField(CENTRES, RADII, np.array([[0.1, 0.2, 0.3], [0.0, 0.0, 0.0]]))
    points = CENTRES[:1] + 3e-6 * np.array(
        [[0.0, 0.0, 0.5], [0.0, 0.0, 1.0], [0.0, 0.0, 1.009], [0.0, 0.0, 1.02]]
    )
    found = field(np.zeros(4, dtype=np.int64), points)
    assert found[:3] == pytest.approx([0.1 + 0.05 + 0.3 / 16, 0.6, 0.6])
    assert np.isnan(found[3])


def test_a_cloud_carries_values_as_far_as_its_reach() -> None:
    known = np.array([[0.0, 0.0, 0.0], [0.0, 0.0, 1e-7], [0.0, 1e-7, 0.0], [1e-7, 0.0, 0.0]])
    field = CloudField(known, np.array([1.0, 1.0, 1.0, 1.0]), np.zeros(4, dtype=np.int64), reach=1e-6)
    asked = np.array([[-0.99e-6, 0.0, 0.0], [-1.01e-6, 0.0, 0.0]])
    found = field(np.zeros(2, dtype=np.int64), asked)
    assert found[0] == pytest.approx(1.0)
    assert np.isnan(found[1])
    # Another particle at the same place has no value.
    assert np.isnan(field(np.ones(1, dtype=np.int64), known[:1]))[0]


def test_a_cloud_weighs_near_points_more() -> None:
    # One value stands out at 1 um; the farther away, the less it is seen.
    z = np.linspace(0.0, 3e-6, 31)
    line = np.column_stack([np.zeros(31), np.zeros(31), z])
    values = np.where(np.arange(31) == 10, 1.0, 0.0)
    field = CloudField(line, values, np.zeros(31, dtype=np.int64), reach=1e-6, neighbours=8)
    found = field(np.zeros(3, dtype=np.int64), line[[10, 12, 15]])
    assert found[0] > found[1] > abs(found[2])
    assert found[0] < 0.4


def test_a_cloud_is_a_weighted_fit_of_a_plane_to_its_neighbours() -> None:
    known = rng().uniform(0.0, 4e-6, (200, 3))
    values = np.sin(known @ np.array([4e5, -3e5, 2e5]))
    asked = rng(1).uniform(1e-6, 3e-6, (20, 3))
    field = CloudField(known, values, np.zeros(200, dtype=np.int64), reach=2e-6)
    found = field(np.zeros(20, dtype=np.int64), asked)
    for point, value in zip(asked, found, strict=True):
        distance = np.linalg.norm(known - point, axis=1)
        near = np.argsort(distance)[:12]
        root = np.exp(-((distance[near] / distance[near[-1]]) ** 2))  # of the weight exp(-2 (d/d_12)^2)
        plane = np.column_stack([np.ones(12), known[near] - point])
        scaled = plane * [1.0, 1e6, 1e6, 1e6]
        fit, *_ = np.linalg.lstsq(scaled * root[:, None], values[near] * root, rcond=None)
        assert value == pytest.approx(fit[0], abs=1e-6)


def test_a_cloud_with_fewer_points_than_neighbours_takes_them_all() -> None:
    known = np.array([[0.0, 0.0, 0.0], [1e-6, 0.0, 0.0]])
    field = CloudField(known, np.array([1.0, 3.0]), np.zeros(2, dtype=np.int64), reach=1e-6)
    # In a line the slope across is open and set to zero; along it the fit is exact.
    found = field(np.zeros(2, dtype=np.int64), np.array([[0.25e-6, 0.0, 0.0], [0.5e-6, 0.3e-6, 0.0]]))
    assert found == pytest.approx([1.5, 2.0], abs=1e-6)


def test_a_reflection_swaps_sides_of_both_axes() -> None:
    made = state(
        PositionField(lambda p: p[:, 1] / 10e-6), fracture_index=np.array([1.0, 2.0]), surface_layer=1e-9,
        path_resistance=np.array([3.0, 4.0]), volumes=np.array([5e-18, 6e-18]),
    )  # fmt: skip
    double = mirrored(made, 1)
    assert double.box == (10e-6, 20e-6, 20e-6)
    assert double.centres[2:] == pytest.approx(CENTRES * [1, 1, 1] + [0.0, 10e-6, 0.0], abs=1e-18)
    assert double.read(np.array([2]), np.array([[5e-6, 16e-6, 5e-6]])) == pytest.approx([0.4])
    assert double.require_fracture_index().tolist() == [1.0, 2.0, 1.0, 2.0]
    assert double.path_resistance.tolist() == [3.0, 4.0, 3.0, 4.0]
    assert double.volumes.tolist() == [5e-18, 6e-18, 5e-18, 6e-18]
    assert double.surface_layer.tolist() == [1e-9] * 4
    assert double.radii.tolist() == [*RADII, *RADII]
    assert mirrored(state(), 0).fracture_index is None


# --- results


def test_between_stored_steps_a_state_is_interpolated(tmp_path: Path) -> None:
    records = synthetic_records()
    time = records["time"]
    with Result.open(write_synthetic_result(tmp_path / "run")) as result:
        made = state_from_result(result, float(0.25 * time[80] + 0.75 * time[81]))
        mean = records["mean_stoichiometry"]
        assert particle_means(made) == pytest.approx(0.25 * mean[80] + 0.75 * mean[81], abs=1e-9)
        index = records["energy_release_ratio"]
        assert made.fracture_index == pytest.approx(0.25 * index[80] + 0.75 * index[81])
        for step in (0, -1):
            end = state_from_result(result, float(time[step]))
            assert particle_means(end) == pytest.approx(mean[step], abs=1e-9)
        assert made.volumes == pytest.approx(records["particle_volume"], abs=0)
        assert (made.path_resistance == 0.0).all()
        # The box is that of the recorded cut.
        assert made.box == pytest.approx((20e-6, 20e-6, 40e-6), rel=1e-6)
        open_circuit = state_from_result(result, 100.0, contact_conductance=0.0)
        assert np.isinf(open_circuit.path_resistance).all()
        core = records["core_stoichiometry"][80]
        s = (np.arange(4000) + 0.5) / 4000
        weight = s**2 * np.exp(-((s / 0.25) ** 2))
        profile = state_from_result(result, float(time[80])).stoichiometry
        along = profile(
            np.zeros(4000, dtype=np.int64), made.centres[0] + made.radii[0] * s[:, None] * [0, 0, 1.0]
        )
        assert weight @ along / weight.sum() == pytest.approx(core[0], abs=1e-6)


def test_a_cut_is_found_within_one_percent_of_its_time(tmp_path: Path) -> None:
    with Result.open(write_synthetic_result(tmp_path / "run")) as result:
        assert "150" in state_from_cut(result, 151.0).name
        with pytest.raises(InputError, match="no cut at 152 s; the nearest is at 150 s"):
            state_from_cut(result, 152.0)
        made = state_from_cut(result, 150.0, surface_layer=1e-9)
        assert made.surface_layer[0] == 1e-9
        # Values are carried two grid points away, no farther.
        step = float(np.diff(np.asarray(result.dataset["cut_x"])).min())
        particle, points, fraction = Cut(float(result.dataset["cut_y"])).random_points(made, 400, rng())
        inner = fraction < 0.5
        on, near = particle[inner], points[inner]
        assert np.isfinite(made.stoichiometry(on, near + [0.0, 1.8 * step, 0.0])).all()
        assert np.isnan(made.stoichiometry(on, near + [0.0, 2.01 * step, 0.0])).all()


def test_without_a_cut_the_box_holds_the_particles(tmp_path: Path) -> None:
    drop = tuple(name for name in synthetic_records() if name.startswith("cut_"))
    records = synthetic_records()
    with Result.open(write_synthetic_result(tmp_path / "run", drop=drop)) as result:
        made = state_from_result(result, 100.0)
    for axis, name in ((0, "particle_x"), (1, "particle_y")):
        assert made.box[axis] == pytest.approx(
            np.max(records[name] + records["particle_radius"]), rel=1e-12, abs=0
        )


def test_points_belong_to_the_sphere_they_lie_deepest_in() -> None:
    layout = Layout(CENTRES, RADII, BOX)
    outward = np.array([0.0, 0.0, 1.0])
    points = np.vstack([CENTRES[0] + 3e-6 * f * outward for f in (0.0, 0.5, -0.5, 1.04)] + [CENTRES[1]])
    values = np.array([0.1, 0.2, 0.0, 0.3, 0.9])
    made = state_from_nodes(layout, points, values)
    assert made.read(np.array([0, 1]), CENTRES) == pytest.approx([0.1, 0.9], abs=1e-3)
    # A value is carried half the smallest radius, 1.5 um, if nothing else is said.
    beyond = CENTRES[1] + np.array([[0.0, 0.0, 1.6e-6]])
    with pytest.raises(InputError, match="is not known at"):
        made.read(1, beyond)
    assert state_from_nodes(layout, points, values, reach=2e-6).read(1, beyond) == pytest.approx([0.9])
    with pytest.raises(InputError, match="1 of 5 points lie outside"):
        state_from_nodes(layout, np.vstack([points[:4], CENTRES[0] + 3e-6 * 1.06 * outward]), values)
