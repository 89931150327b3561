"""Every claim in worlds in which it holds and in worlds in which it does not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from support.claim_cases import HOLDS, World, Worlds, assessing, cases
from support.claim_worlds import fast_charge as charge
from support.claim_worlds import half_cells, indented, rested
from support.claim_worlds import single_particles as single

from chemomech.validation.claims import Assessment, Claim, Verdict, all_claims, verdict_of

WORLDS: Worlds = {
    "0.1": ((indented.fit_to_both,), (indented.fit_that_misses_the_modulus,)),
    "0.2": ((indented.fit_to_both,), (indented.fit_that_misses_the_hardness,)),
    "0.3": ((indented.fit_of_the_drops,), (indented.fit_that_drops_too_little,)),
    "0.4": (
        (indented.stiff_rims,),
        (indented.soft_rims, indented.stiff_rims_at_half_charge, indented.particles_seen_when_charged),
    ),
    "0.5": ((indented.large_are_stiffer,), (indented.small_are_stiffer,)),
    "0.6": ((indented.matrix_that_stays,), (indented.matrix_that_softens,)),
    "0.7": ((rested.nickel_that_is_oxidised,), (rested.nickel_that_stays,)),
    "0.8": ((rested.contrast_that_vanishes,), (rested.contrast_that_stays, rested.contrast_the_other_way)),
    "0.9": ((rested.the_shipped_layout,), (rested.twice_the_size,)),
    "0.10": ((rested.boundary_moves_more,), (rested.boundary_moves_alike,)),
    "1.1": ((rested.amplitudes_that_fall,), (rested.amplitudes_that_rise, rested.widths_that_rise)),
    "1.2": ((rested.short_length,), (rested.length_too_long,)),
    "1.3": (
        (rested.currents_that_fall,),
        (rested.currents_that_rise, rested.currents_of_centres, rested.area_that_grows),
    ),
    "1.4": ((rested.some_paths_cut,), (rested.all_paths_whole,)),
    "1.5": (
        (rested.microstrain_that_rises,),
        (
            rested.microstrain_that_dips,
            rested.microstrain_that_falls,
            rested.microstrain_without_a_steep_end,
        ),
    ),
    "1.6": ((rested.nickel_that_is_oxidised,), (rested.nickel_that_stays,)),
    "1.8": ((rested.usual_capacity,), (rested.small_capacity, rested.high_peak)),
    "1.9": ((rested.diffusivity_that_peaks,), (rested.diffusivity_that_falls, rested.diffusivity_that_rises)),
    "1.10": (
        (rested.stiffer_rims_in_the_window,),
        (rested.softer_rims_in_the_window, rested.resonance_below_the_window),
    ),
    "2.1": ((single.charges_as_measured,), (single.one_charge_too_high, single.one_charge_too_low)),
    "2.3": ((single.frame_that_lets_few_out,), (single.frame_that_lets_many_out,)),
    "2.5": ((single.shares_as_counted,), (single.one_share_too_large, single.shares_that_scatter_together)),
    "2.6": (
        (single.particles_that_stay_apart,),
        (single.particles_that_even_out, single.particles_that_were_never_apart),
    ),
    "2.7": ((single.straight_line,), (single.bent_line,)),
    "2.10": ((single.deeper_at_3c,), (single.hardly_deeper_at_3c, single.deeper_at_2c)),
    "4.1": (
        (charge.cracks_first_near_the_separator,),
        (charge.cracks_first_near_the_collector, charge.small_particles_near_the_separator),
    ),
    "4.3": (
        (charge.less_lithium_and_more_stress_near_the_separator,),
        (charge.more_stress_near_the_collector, charge.more_lithium_near_the_separator),
    ),
    "4.4": ((charge.drop_that_stays,), (charge.drop_that_grows, charge.drop_of_the_other_sign)),
    "4.5": (
        (charge.constant_differences,),
        (charge.difference_of_lithium_that_grows, charge.difference_of_stress_that_grows),
    ),
    "4.6": ((charge.even_carbon_binder,), (charge.uneven_carbon_binder,)),
    "4.7": ((charge.rested_and_charged,), (charge.fuller_at_the_top,)),
    "4.8": (
        (charge.damage_follows_the_gap,),
        (charge.damage_opposes_the_gap, charge.damage_by_size_alone),
    ),
    "4.11": ((rested.the_shipped_layout,), (rested.a_little_larger, rested.half_of_the_particles)),
    "4.12": ((rested.the_shipped_layout,), (rested.a_little_larger, rested.half_of_the_particles)),
    "5.1": ((half_cells.curve_of_our_shape,), (half_cells.curve_with_a_bump,)),
}
"""Worlds in which a claim holds, and in which it does not."""

CLAIMS = {claim.id: claim for claim in all_claims()}


@pytest.fixture(scope="module")
def assessed(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, World], Assessment]:
    return assessing(CLAIMS, tmp_path_factory)


def test_every_claim_that_is_assessed_has_worlds_of_both_kinds() -> None:
    assert {claim.id for claim in all_claims() if claim.assess} == set(WORLDS)
    assert all(holds and fails for holds, fails in WORLDS.values())


def test_a_claim_without_worlds_cannot_be_held_against_anything_and_says_why() -> None:
    for claim in all_claims():
        if claim.id not in WORLDS:
            assert claim.verdict_without_simulation in (Verdict.NOT_BUILT, Verdict.NOT_TESTABLE), claim.id
            assert len(claim.missing or claim.untestable) > 20, claim.id


def expected(claim: Claim) -> Verdict:
    # The one prediction of which the conductivity that is put in leaves nothing open.
    return Verdict.TRUE_BY_INPUT if claim.id == "4.6" else HOLDS[claim.kind]


@pytest.mark.parametrize(("key", "world"), cases(WORLDS, True))
def test_a_claim_holds_in_a_world_in_which_it_is_true(
    key: str, world: World, assessed: Callable[[str, World], Assessment]
) -> None:
    claim, found = CLAIMS[key], assessed(key, world)
    assert verdict_of(claim, found) is expected(claim), [row for row in found.rows if row.agrees is False]


@pytest.mark.parametrize(("key", "world"), cases(WORLDS, False))
def test_a_claim_fails_in_a_world_in_which_it_is_false(
    key: str, world: World, assessed: Callable[[str, World], Assessment]
) -> None:
    assert verdict_of(CLAIMS[key], assessed(key, world)) is Verdict.DISAGREES


@pytest.mark.parametrize(("key", "world"), cases(WORLDS, True) + cases(WORLDS, False))
def test_every_judged_figure_has_a_margin_and_the_decisive_one_an_error(
    key: str, world: World, assessed: Callable[[str, World], Assessment]
) -> None:
    claim, found = CLAIMS[key], assessed(key, world)
    for row in found.rows:
        assert (row.margin is None) == (row.agrees is None), row.what
    finding = found.fitted or found.prediction
    assert finding
    decisive = finding.decisive
    assert decisive
    assert decisive.agrees is finding.agrees
    if claim.id not in WITHOUT_ERROR:
        assert decisive.error is not None, decisive.what
        assert decisive.error >= 0.0


WITHOUT_ERROR = ("0.3", "0.9", "1.1", "1.9", "2.5", "2.6", "4.11", "4.12", "5.1")
"""Claims of which a decisive figure may be exact: counts, inputs, a probability, a fit, an order of means."""

PREDICTED: dict[str, tuple[World, World]] = {
    "0.1": (indented.maps_as_measured, indented.maps_that_are_twice_as_stiff),
    "0.2": (indented.maps_as_measured, indented.maps_that_are_twice_as_stiff),
    "5.1": (half_cells.stated_content, half_cells.stated_content_that_is_off),
    "2.3": (single.frame_close_to_the_measured_share, single.frame_far_from_the_measured_share),
}
"""Worlds in which the prediction beside a calibration holds, and in which it does not."""


@pytest.mark.parametrize("key", PREDICTED)
def test_the_prediction_beside_a_calibration_is_judged_by_itself(key: str, tmp_path: Path) -> None:
    claim = CLAIMS[key]
    for world, holds in zip(PREDICTED[key], (True, False), strict=True):
        assert claim.assess
        found = claim.assess(world(tmp_path))
        assert found.prediction
        assert found.prediction.agrees is holds
        assert verdict_of(claim, found) is Verdict.CALIBRATED


@pytest.mark.parametrize("key", ["0.7", "1.6", "4.7"])
def test_a_fitted_layer_shows_the_excess_that_is_asked_for(
    key: str, assessed: Callable[[str, World], Assessment]
) -> None:
    found = assessed(key, WORLDS[key][0][0])
    assert found.fitted
    assert found.prediction
    excess = found.fitted.rows[0]
    assert excess.simulated > 0.1
    assert excess.margin == pytest.approx(excess.simulated - 0.1)
    # Without a layer there is none.
    assert found.prediction.rows[0].simulated < 0.1
    assert found.prediction.rows[0].agrees is False
