"""Readings after cycles against numbers by hand, formulas and clouds of known order."""

from __future__ import annotations

import re
from types import SimpleNamespace

import numpy as np
import pytest
import xarray as xr

from chemomech.errors import InputError
from chemomech.experiments.drawing.style import styled
from chemomech.experiments.report.damage import (
    CHARGED,
    LIMITS,
    SeverityLimits,
    clustering,
    cycle_figures,
    depth_table,
    limits_for_shares,
    lithium_at_faces,
    mean_of_three_nearest,
    read_cycles,
    shares_by_depth,
    state_of,
    three_nearest,
)
from chemomech.experiments.report.damage.page_tables import severity_tables
from chemomech.experiments.report.damage.shares import window_edges
from chemomech.experiments.report.damage.table import shares_at, shown_cycles
from chemomech.experiments.report.figures import CYCLE_SPECS, ageing, severity, specs_of
from chemomech.experiments.report.step_tables import cycle_table


def cycled(count: int = 300, cycles: int = 12, seed: int = 1) -> xr.Dataset:
    """Particles whose cracks grow by the end of every charge, faster near the separator; one is isolated."""
    random = np.random.default_rng(seed)
    z, radius = random.uniform(2e-6, 38e-6, count), np.full(count, 3e-6)
    speed = (0.5 + z / 40e-6) * np.exp(random.normal(0.0, 0.5, count))
    # Start, end of charge and end of discharge of each cycle.
    number = np.concatenate([[1], np.repeat(np.arange(1, cycles + 1), 2)])
    current = np.concatenate([[72.0], np.tile([72.0, -72.0], cycles)])
    grown = np.concatenate([[0], np.arange(1, cycles + 1).repeat(2) - np.tile([1, 0], cycles)])
    depth = np.minimum(0.02 + 0.02 * grown[:, None] * speed, 0.5)
    mean = np.where(current > 0.0, 0.3, 0.9)[:, None] + np.zeros(count)
    isolated = np.zeros(depth.shape)
    isolated[3:, 7], mean[3:, 7] = 1.0, 0.9
    two = ("time", "particle")
    return xr.Dataset(
        {
            "electrode_thickness": 40e-6,
            "voltage": ("time", np.where(current > 0.0, 4.5, 2.5)),
            "current_density": ("time", current),
            "cycle_number": ("time", number),
            "particle_x": ("particle", random.uniform(0.0, 60e-6, count)),
            "particle_y": ("particle", random.uniform(0.0, 60e-6, count)),
            "particle_z": ("particle", z),
            "particle_radius": ("particle", radius),
            "particle_volume": ("particle", 4.0 / 3.0 * np.pi * radius**3),
            "particle_area": ("particle", 4.0 * np.pi * radius**2),
            "mean_stoichiometry": (two, mean),
            "surface_stoichiometry": (two, mean - 0.03 * np.sign(current)[:, None]),
            "surface_crack_depth": (two, depth),
            "reacting_area_factor": (two, 1.0 + 2.0 * depth),
            "isolated": (two, isolated),
        },
        coords={"time": 600.0 * np.arange(len(number))},
    )


def cycle_row(number: int, capacity: float, gap: float, finished: bool = True) -> dict[str, object]:
    """A row of a summary: charged at 4 V + gap, discharged at 4 V - gap on average."""
    areal = capacity * 0.008
    return {
        "number": number, "steps": [2 * number - 1, 2 * number], "finished": finished,
        "charge_capacity_mAh_g": capacity, "charge_capacity_mAh_cm2": areal,
        "charge_energy_mWh_cm2": areal * (4.0 + gap),
        "discharge_capacity_mAh_g": capacity, "discharge_capacity_mAh_cm2": areal,
        "discharge_energy_mWh_cm2": areal * (4.0 - gap),
        "coulombic_efficiency": 1.0, "energy_efficiency": (4.0 - gap) / (4.0 + gap),
    }  # fmt: skip


def test_classes_by_hand() -> None:
    assert SeverityLimits(0.1, 0.25).classes([0.0, 0.1, 0.11, 0.25, 0.26]).tolist() == [0, 0, 1, 1, 2]


@pytest.mark.parametrize("limits", [(0.3, 0.2), (0.2, 0.2), (-0.1, 0.2), (0.1, 1.1)])
def test_limits_out_of_order_are_refused(limits: tuple[float, float]) -> None:
    with pytest.raises(InputError, match="0 <= mild < severe <= 1"):
        SeverityLimits(*limits)


def test_limits_for_shares_give_these_shares() -> None:
    depth = np.random.default_rng(2).permutation(np.linspace(0.0, 0.5, 1000))
    found = np.bincount(limits_for_shares(depth, 0.6, 0.25).classes(depth)) / 1000
    assert found == pytest.approx([0.4, 0.35, 0.25], abs=1e-9)


@pytest.mark.parametrize("shares", [(0.2, 0.3), (1.0, 0.5), (0.5, 0.0)])
def test_shares_out_of_order_are_refused(shares: tuple[float, float]) -> None:
    with pytest.raises(InputError, match="0 < severe < mild < 1"):
        limits_for_shares([0.1, 0.2, 0.3], *shares)


def test_no_limits_part_cracks_that_are_all_alike() -> None:
    with pytest.raises(InputError, match="equally deep"):
        limits_for_shares(np.full(50, 0.5), 0.6, 0.25)


def test_shares_and_binomial_errors_by_hand() -> None:
    # Four below: three least, one severe; two above: one mild, one severe.
    found = shares_by_depth([1, 2, 3, 4, 11, 20], [0, 0, 0, 2, 1, 2], [0.0, 10.0, 20.0])
    assert found.count.tolist() == [4, 2]
    assert found.share == pytest.approx(np.array([[0.75, 0.0], [0.0, 0.5], [0.25, 0.5]]))
    assert found.error[2] == pytest.approx([(0.25 * 0.75 / 4) ** 0.5, (0.25 / 2) ** 0.5])
    assert found.pooled == pytest.approx([0.5, 1 / 6, 1 / 3])
    assert found.pooled_error[0] == pytest.approx((0.25 / 6) ** 0.5)
    across, error = found.across()
    assert across == pytest.approx(0.25)
    assert error == pytest.approx((0.1875 / 4 + 0.125) ** 0.5)


def test_binomial_error_is_the_scatter_of_many_draws() -> None:
    random = np.random.default_rng(5)
    draws = [
        shares_by_depth(np.ones(250), 2 * (random.random(250) < 0.3), [0.0, 2.0]).share[2, 0]
        for _ in range(2000)
    ]
    told = shares_by_depth(np.ones(250), np.repeat([0, 2], [175, 75]), [0.0, 2.0]).error[2, 0]
    assert np.std(draws) == pytest.approx(told, rel=0.05)


def test_windows_are_ten_micrometres_or_what_comes_nearest() -> None:
    assert window_edges(40e-6) == pytest.approx(1e-6 * np.array([0, 10, 20, 30, 40]))
    assert len(window_edges(36e-6)) == 5
    assert len(window_edges(3e-6)) == 2
    with pytest.raises(InputError, match="no height"):
        window_edges(40e-6, 0.0)


def test_edges_of_a_cloud_without_order_are_as_long_as_the_formula_says() -> None:
    assert mean_of_three_nearest(1.0) == pytest.approx(0.718, abs=5e-4)
    assert mean_of_three_nearest(8.0) == pytest.approx(0.5 * mean_of_three_nearest(1.0))
    random = np.random.default_rng(3)
    points = random.random((20000, 3))
    inner = ((points > 0.1) & (points < 0.9)).all(axis=1)
    found = three_nearest(points).lengths[inner].mean()
    assert found == pytest.approx(mean_of_three_nearest(20000.0), rel=0.01)


def test_three_nearest_on_a_line_by_hand() -> None:
    net = three_nearest([[0, 0, 0], [1, 0, 0], [3, 0, 0], [7, 0, 0]])
    assert net.lengths.tolist() == [[1, 3, 7], [1, 2, 6], [2, 3, 4], [4, 6, 7]]
    assert net.mean_length == pytest.approx(46 / 12)
    assert len(net.segments()) == 6


def test_three_particles_have_no_network() -> None:
    with pytest.raises(InputError, match="at least 4"):
        three_nearest(np.zeros((3, 3)))


def test_planted_clusters_are_found_and_none_where_there_are_none() -> None:
    random = np.random.default_rng(4)
    points = random.random((400, 3))
    planted = np.linalg.norm(points - 0.5, axis=1) < 0.32
    found = clustering(points, planted, np.random.default_rng(1), draws=199)
    assert found.shorter == found.together == pytest.approx(1 / 200)
    assert found.length < found.by_chance - 3.0 * found.scatter
    assert found.same > found.same_by_chance == pytest.approx(planted.mean(), abs=0.02)
    # Over draws of labels without order the probability is even: its mean is a half.
    without = [
        clustering(points, random.random(400) < 0.25, np.random.default_rng(k), draws=39) for k in range(40)
    ]
    assert np.mean([one.shorter for one in without]) == pytest.approx(0.5, abs=0.15)
    assert np.mean([one.together for one in without]) == pytest.approx(0.5, abs=0.15)


def test_a_profile_over_depth_is_no_cluster_within_windows() -> None:
    random = np.random.default_rng(6)
    points = random.random((600, 3))
    member = random.random(600) < 0.05 + 0.9 * (points[:, 2] > 0.75)
    plain = clustering(points, member, np.random.default_rng(1), draws=99)
    within = clustering(
        points, member, np.random.default_rng(1), draws=99, blocks=(points[:, 2] > 0.75).astype(int)
    )
    assert plain.together == pytest.approx(0.01)
    assert within.together > 0.05


def test_faces_by_hand() -> None:
    # A = 1.2 and 1.6 on spheres of area 1 and 2: faces of 0.2 and 1.2, 0.01 and 0.08 below the bulk.
    data = xr.Dataset(
        {
            "mean_stoichiometry": (("time", "particle"), [[0.4, 0.5]]),
            "surface_stoichiometry": (("time", "particle"), [[0.39, 0.42]]),
            "reacting_area_factor": (("time", "particle"), [[1.2, 1.6]]),
            "particle_area": ("particle", [1.0, 2.0]),
        }
    )
    found = lithium_at_faces(data, 0)
    assert found.area == pytest.approx([0.2, 1.2])
    assert found.mean == pytest.approx(-(0.2 * 0.01 + 1.2 * 0.08) / 1.4)
    # Two sums: w (x - m) is +-0.012 here, times sqrt(2/1), over 1.4.
    assert found.error == pytest.approx(2**0.5 * 2**0.5 * 0.2 * (0.07 - 0.01) / 1.4)
    with pytest.raises(InputError, match="reacting_area_factor"):
        lithium_at_faces(data.drop_vars("reacting_area_factor"), 0)


def test_capacity_and_overvoltage_of_cycles_by_hand() -> None:
    half = {"number": 4, "charge_capacity_mAh_cm2": 1.0, "charge_energy_mWh_cm2": 4.0}
    summary = {"cycles": [cycle_row(1, 160.0, 0.1), cycle_row(2, 150.0, 0.15), half]}
    found = cycle_figures(summary)
    assert found is not None
    assert found.number.tolist() == [1, 2]
    assert found.at(2) == pytest.approx((150.0, 0.15))
    with pytest.raises(InputError, match="cycle 3 was not run"):
        found.at(3)
    assert cycle_figures({"cycles": [cycle_row(1, 1.0, 0.1, finished=False)]}) is None
    assert cycle_figures({}) is None
    table = cycle_table({"cycles": [cycle_row(1, 160.0, 0.1)]})
    assert table is not None
    assert table.columns[-1] == "[mV]"
    assert table.rows[0][-1] == "100.00"
    assert sum(width for _, width in table.groups) == len(table.columns)


def test_states_at_the_ends_of_half_cycles() -> None:
    data = cycled(cycles=3)
    assert (state_of(data, 1, CHARGED), state_of(data, 1), state_of(data, 3)) == (1, 2, 6)
    with pytest.raises(InputError, match="no discharge of cycle 4"):
        state_of(data, 4)


def test_cracks_of_a_charge_count_after_the_discharge() -> None:
    data = cycled(cycles=1)
    # At the end of the charge the flaws are those of the start.
    assert data["surface_crack_depth"].values[1] == pytest.approx(0.02)
    shares = shares_at(data, 1, SeverityLimits(0.02, 0.3))
    assert shares.pooled[1] == 1.0


def test_depth_table_says_what_was_counted() -> None:
    data = cycled()
    text = depth_table(data, [10])
    shares = shares_at(data, 10)
    assert f"mild above a/R = {LIMITS.mild:g}, severe above {LIMITS.severe:g}" in text
    assert f"{100 * shares.share[2, -1]:.1f} ± {100 * shares.error[2, -1]:.1f}" in text.splitlines()[2]
    assert shares.count.sum() == 300
    assert f"{100 * shares.across()[0]:+.1f}" in text
    with pytest.raises(InputError, match=r"damage.surface_cracks"):
        depth_table(data.drop_vars("surface_crack_depth"), [10])
    assert severity_tables(data.drop_vars("surface_crack_depth")) == []
    headings = [heading for heading, _ in severity_tables(data)]
    assert [heading.split()[3] for heading in headings] == ["1", "10", "12"]


def test_figures_of_cycles_are_drawn_and_say_what_is_read() -> None:
    data = cycled()
    rows = {"cycles": [cycle_row(n, 160.0 - n, 0.1 + 0.001 * n) for n in range(1, 13)]}
    whole = read_cycles(SimpleNamespace(dataset=data, summary=rows))  # type: ignore[arg-type]
    assert shown_cycles(whole) == (1, 10, 12)
    assert whole["cycle_capacity"].values[[0, -1]] == pytest.approx([159.0, 148.0])
    assert specs_of(whole)[-4:] == CYCLE_SPECS
    captions = {}
    with styled():
        for spec in CYCLE_SPECS:
            assert spec.omission(whole) is None, spec.name
            captions[spec.name] = spec.caption(whole)
            assert not re.search(r"\.\s+[A-Z]", captions[spec.name])
            figure = spec.draw(whole)
            figure.canvas.draw()
    assert "159.00 mAh g⁻¹ in cycle 1 and 148.00 in cycle 12" in captions["fade"]
    assert "101.0 and 112.0 mV" in captions["fade"]
    assert "-0.0300 in the last" in captions["fade"]
    assert (
        "1 of 300 particles are isolated and hold 0.900 to 0.900, the others 0.300"
        in captions["single_particles"]
    )
    assert f"{100 * shares_at(data, 12).pooled[2]:.1f} % are severe" in captions["severity"]
    assert "p = 0.005" in captions["severe_network"]


def test_what_a_result_does_not_hold_is_not_drawn() -> None:
    data = cycled()
    for spec in severity.SPECS:
        assert "surface_crack_depth" in (spec.omission(data.drop_vars("surface_crack_depth")) or "")
    without = data.drop_vars("isolated")
    assert ageing.SPECS[1].omission(without) is None
    assert "isolated" not in ageing.SPECS[1].caption(without)
    assert "fewer than two cycles" in (ageing.SPECS[1].omission(data.isel(time=slice(0, 3))) or "")
    assert "fewer than two whole cycles" in (ageing.SPECS[0].omission(data) or "")
    only_charged = data.isel(time=slice(0, 2))
    assert "no discharge" in (severity.SPECS[0].omission(only_charged) or "")
