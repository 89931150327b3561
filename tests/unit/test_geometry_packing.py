"""Packings: exact fraction, gaps kept, the same again for the same seed, and an honest refusal."""

from __future__ import annotations

import numpy as np
import pytest

from chemomech.errors import InputError
from chemomech.geometry import GivenSizes, LogNormalSizes, pack

UM = 1e-6
BOX = (20 * UM, 20 * UM, 40 * UM)
SIZES = LogNormalSizes(3 * UM, 0.25)


def test_the_electrode_of_the_paper_packs_with_its_gap() -> None:
    layout = pack(BOX, SIZES, count=52, volume_fraction=0.41, minimum_gap=0.2 * UM, seed=3)
    assert len(layout) == 52
    assert layout.volume_fraction == pytest.approx(0.41, rel=1e-12)
    assert layout.minimum_gap() >= 0.2 * UM
    # The distribution is cut at two standard deviations of ln r: 22 % instead of 25 %.
    assert layout.radii.std() / layout.radii.mean() == pytest.approx(0.22, abs=0.02)


def test_a_seed_gives_the_same_packing_again_and_another_seed_another() -> None:
    first, again, other = (pack(BOX, SIZES, count=20, volume_fraction=0.2, seed=seed) for seed in (7, 7, 8))
    assert np.array_equal(first.centres, again.centres)
    assert np.array_equal(first.radii, again.radii)
    assert not np.allclose(first.centres, other.centres)


def test_a_fraction_alone_draws_as_many_spheres_as_it_takes() -> None:
    layout = pack(BOX, GivenSizes((3 * UM,)), volume_fraction=0.3, seed=1)
    # 0.3 * 16000 / (4/3 pi 27) = 42.4 spheres: 42, slightly larger than 3 um.
    assert len(layout) == 42
    assert layout.volume_fraction == pytest.approx(0.3, rel=1e-12)


def test_a_count_alone_keeps_the_given_radii_and_the_wall_gap_is_its_own() -> None:
    radii = (3 * UM, 2 * UM, 4 * UM)
    layout = pack(BOX, GivenSizes(radii), count=3, minimum_gap=0.5 * UM, wall_gap=1.5 * UM, seed=0)
    assert sorted(layout.radii) == pytest.approx(sorted(radii), rel=1e-12)
    assert layout.wall_gaps().min() >= 1.5 * UM


@pytest.mark.parametrize(
    ("words", "arguments"),
    [
        ("volume_fraction is 0.8", {"volume_fraction": 0.8}),
        ("volume_fraction is -0.1", {"volume_fraction": -0.1}),
        ("volume_fraction is nan", {"volume_fraction": float("nan")}),
        ("neither count nor volume_fraction", {}),
        ("count is 0", {"count": 0}),
        ("minimum_gap is -1e-07 m", {"count": 2, "minimum_gap": -0.1 * UM}),
        ("largest sphere has radius", {"count": 1, "volume_fraction": 0.4}),
        ("the densest packing there is", {"count": 60, "volume_fraction": 0.7}),
    ],
)
def test_what_cannot_be_packed_is_refused_before_trying(words: str, arguments: dict[str, float]) -> None:
    with pytest.raises(InputError, match=words):
        pack(BOX, SIZES, **arguments)  # type: ignore[arg-type]


def test_a_packing_that_is_not_found_says_how_far_it_came() -> None:
    # Eight spheres of radius 2.7 um in a cube of 10 um with a wall gap: at the corners of a cube the
    # centres are at most 10 - 5.4 = 4.6 um apart, and 5.4 um are needed.
    with pytest.raises(InputError, match="no packing of 8 spheres .* remaining overlap"):
        pack((10 * UM, 10 * UM, 10 * UM), GivenSizes((2.7 * UM,)), count=8, minimum_gap=0.0)


@pytest.mark.parametrize(
    "make",
    [
        lambda: LogNormalSizes(-1.0),
        lambda: LogNormalSizes(3 * UM, 1.5),
        lambda: LogNormalSizes(3 * UM, 0.2, cut=0.0),
        lambda: GivenSizes(()),
        lambda: GivenSizes((1 * UM, float("nan"))),
    ],
)
def test_sizes_out_of_range_are_refused(make: object) -> None:
    with pytest.raises(InputError):
        make()  # type: ignore[operator]


def test_log_normal_sizes_have_the_asked_median_and_stay_within_the_cut() -> None:
    radii = LogNormalSizes(3 * UM, 0.25, cut=2.0).sample(4001, np.random.default_rng(0))
    sigma = np.sqrt(np.log(1 + 0.25**2))
    assert np.median(radii) == pytest.approx(3 * UM, rel=1e-3)
    assert radii.max() <= 3 * UM * np.exp(2 * sigma)
    assert radii.min() >= 3 * UM * np.exp(-2 * sigma)
