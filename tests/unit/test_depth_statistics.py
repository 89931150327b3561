import numpy as np
import pytest
import xarray as xr
from scipy.stats import sem

from chemomech.errors import InputError
from chemomech.experiments.report import statistics_by_depth
from chemomech.experiments.report.depth_statistics import (
    ENOUGH,
    depth_windows,
    lacking_statistics,
    window_statistics,
    windows_in_words,
)


def result_of(
    z: np.ndarray, values: np.ndarray, *, volume: float = 1.0, thickness: float = 40e-6
) -> xr.Dataset:
    """Spheres of 3 um at depths ``z`` with a history; ``volume`` in volumes of the sphere."""
    radius = np.full(z.size, 3e-6)
    return xr.Dataset(
        {
            "electrode_thickness": thickness,
            "voltage": ("time", np.linspace(3.7, 4.5, len(values))),
            "particle_z": ("particle", z),
            "particle_radius": ("particle", radius),
            "particle_volume": ("particle", volume * 4.0 / 3.0 * np.pi * radius**3),
            "surface_stoichiometry": (("time", "particle"), values),
        },
        coords={"time": np.arange(len(values), dtype=float)},
    )


def test_statistics_by_hand() -> None:
    # 1, 2, 3 in the first window: mean 2, s = 1, 1 / sqrt(3); 10, 14 in the second: 12, s = sqrt(8), 2.
    found = window_statistics([0.1, 0.2, 0.9, 1.1, 1.9], [1.0, 2.0, 3.0, 10.0, 14.0], [0.0, 1.0, 2.0])
    assert found.count.tolist() == [3, 2]
    assert found.mean == pytest.approx([2.0, 12.0])
    assert found.deviation == pytest.approx([1.0, 8.0**0.5])
    assert found.error == pytest.approx([3.0**-0.5, 2.0])
    assert found.centres.tolist() == [0.5, 1.5]
    assert not found.weighted


def test_standard_error_is_that_of_scipy_in_every_window_at_every_time() -> None:
    random = np.random.default_rng(3)
    z, values = random.uniform(0.0, 40.0, 200), random.normal(0.6, 0.05, (3, 200))
    edges = np.linspace(0.0, 40.0, 5)
    found = window_statistics(z, values, edges)
    for k in range(4):
        inside = (z >= edges[k]) & (z < edges[k + 1])
        assert found.mean[:, k] == pytest.approx(values[:, inside].mean(axis=1))
        assert found.deviation[:, k] == pytest.approx(values[:, inside].std(axis=1, ddof=1))
        assert found.error[:, k] == pytest.approx(sem(values[:, inside], axis=1))


def test_weighted_mean_and_its_error_by_hand() -> None:
    # Values 1, 3 with weights 1, 3: mean 10 / 4; sum of (w d)^2 = 2.25 + 9 / 4, times 2 / 1, over 16: 0.5625.
    found = window_statistics([0.5, 0.5], [1.0, 3.0], [0.0, 1.0], weights=[1.0, 3.0])
    assert found.mean == pytest.approx([2.5])
    assert found.error == pytest.approx([0.75])
    assert found.weighted


def test_weighted_error_is_the_scatter_of_repeated_samples() -> None:
    random = np.random.default_rng(5)
    weights = random.uniform(1.0, 4.0, (4000, 60))
    values = random.normal(0.0, 1.0, weights.shape) + 0.3 * weights
    means = (weights * values).sum(axis=1) / weights.sum(axis=1)
    errors = [
        window_statistics(np.full(60, 0.5), x, [0.0, 1.0], weights=w).error[0]
        for x, w in zip(values[:300], weights[:300], strict=True)
    ]
    assert np.mean(errors) == pytest.approx(means.std(), rel=0.05)


def test_equal_weights_change_nothing() -> None:
    values = np.array([0.3, 0.9, 0.4, 0.8])
    plain = window_statistics(np.full(4, 0.5), values, [0.0, 1.0])
    equal = window_statistics(np.full(4, 0.5), values, [0.0, 1.0], weights=np.full(4, 2.5e-17))
    assert equal.error == pytest.approx(plain.error)
    assert equal.deviation == pytest.approx(plain.deviation)


def test_a_window_with_one_particle_has_a_mean_and_no_error_and_an_empty_one_neither() -> None:
    found = window_statistics([0.5], [7.0], [0.0, 1.0, 2.0])
    assert found.count.tolist() == [1, 0]
    assert found.mean[0] == 7.0
    assert np.isnan(found.mean[1])
    assert np.isnan(found.deviation).all()
    assert np.isnan(found.error).all()


def test_edges_belong_to_one_window_and_what_lies_outside_or_is_unknown_to_none() -> None:
    found = window_statistics(
        [-0.1, 0.0, 1.0, 2.0, 2.1, 1.5], [9.0, 1.0, 2.0, 4.0, 9.0, np.nan], [0.0, 1.0, 2.0]
    )
    assert found.count.tolist() == [1, 2]
    assert found.mean.tolist() == [1.0, 3.0]


def test_windows_are_as_many_as_hold_enough_particles() -> None:
    even = (np.arange(200) + 0.5) * 0.2  # five in each micrometre of 40
    windows = depth_windows(even, 40.0)
    assert windows is not None
    assert windows.tolist() == np.linspace(0.0, 40.0, 11).tolist()
    few = (np.arange(3 * ENOUGH) + 0.5) * 40.0 / (3 * ENOUGH)
    windows = depth_windows(few, 40.0)
    assert windows is not None
    assert len(windows) == 4
    assert depth_windows(few[: 2 * ENOUGH], 40.0) is None  # too few in the upper half
    assert depth_windows([20.0], 40.0) is None


def test_statistics_of_a_result_are_in_si_units_at_every_time() -> None:
    z = (np.arange(40) + 0.5) * 1e-6
    found = statistics_by_depth(result_of(z, np.vstack([z, 2 * z])), "surface_stoichiometry", 4)
    assert found.edges == pytest.approx([0.0, 10e-6, 20e-6, 30e-6, 40e-6])
    assert found.mean == pytest.approx(np.outer([1.0, 2.0], [5e-6, 15e-6, 25e-6, 35e-6]))
    assert windows_in_words(found) == "4 windows of 10 µm with 10 particles each"


def test_what_has_no_statistics_by_depth_is_refused_in_a_sentence() -> None:
    z, one = np.linspace(1e-6, 39e-6, 9), np.array([20e-6])
    with pytest.raises(InputError, match="9 particles are too few .* give windows"):
        statistics_by_depth(result_of(z, z[None]), "surface_stoichiometry")
    with pytest.raises(InputError, match="a single particle has no statistics"):
        statistics_by_depth(result_of(one, one[None]), "surface_stoichiometry")
    with pytest.raises(InputError, match="did you mean 'surface_stoichiometry'"):
        statistics_by_depth(result_of(z, z[None]), "surface_stoichiometri")
    with pytest.raises(InputError, match="windows = 0 is below 1"):
        statistics_by_depth(result_of(z, z[None]), "surface_stoichiometry", 0)
    assert statistics_by_depth(result_of(z, z[None]), "surface_stoichiometry", 1).count.tolist() == [[9]]


def test_kinds_of_particle_have_no_standard_error() -> None:
    z = np.linspace(0.5e-6, 39.5e-6, 240)
    classes = result_of(z, z[None], volume=3e8)  # all of a size at a depth of a square metre
    assert "no scatter" in str(lacking_statistics(classes))
    with pytest.raises(InputError, match="stands for all particles of its size"):
        statistics_by_depth(classes, "surface_stoichiometry", 4)
    assert lacking_statistics(result_of(z, z[None])) is None
