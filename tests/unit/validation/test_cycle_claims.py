"""Every claim over cycles in worlds in which it holds and in worlds in which it does not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from support.claim_cases import HOLDS, World, Worlds, assessing, cases
from support.claim_worlds import cycles as made
from support.claim_worlds import isolation as rates

from chemomech.errors import InputError
from chemomech.experiments.report.damage import three_nearest
from chemomech.validation.claims import (
    SIMULATIONS,
    Assessment,
    Evidence,
    Kind,
    Verdict,
    all_claims,
    chosen_claims,
    verdict_of,
)
from chemomech.validation.claims.cycles.ageing import counter_electrode
from chemomech.validation.claims.cycles.maps import density_for
from chemomech.validation.claims.cycles.particles import Cycled, joined, particles_at
from chemomech.validation.claims.cycles.rates import diverging, outside
from chemomech.validation.claims.cycles.simulations import CYCLING, PACKED
from chemomech.validation.claims.registry import over_cycles
from chemomech.validation.instruments import SingleParticleIcp
from chemomech.validation.runs import folder_of, only_found, write_cases
from chemomech.validation.scoreboard import evaluate

WORLDS: Worlds = {
    "0.1": (
        (made.modulus_that_cracks_explain,),
        (made.modulus_beyond_cracks, made.cracks_explain_but_the_fit_misses),
    ),
    "0.2": ((made.modulus_that_cracks_explain,), (made.modulus_beyond_cracks,)),
    "0.3": ((made.drops_that_cracks_explain,), (made.drops_beyond_cracks,)),
    "2.3": (
        (rates.few_isolated_by_slow_charge,),
        (rates.many_isolated_by_slow_charge, rates.few_isolated_when_empty),
    ),
    "2.4": (
        (rates.isolated_as_counted,),
        (rates.more_isolated_at_3c, rates.most_isolated_at_1c, rates.isolated_all_at_once_at_2c),
    ),
    "2.5": ((rates.isolated_as_counted,), (rates.isolated_when_empty,)),
    "2.6": ((rates.isolated_as_counted,), (rates.isolated_that_react, rates.none_isolated)),
    "2.9": ((rates.isolated_as_counted,), (rates.isolated_when_empty, rates.large_ones_isolated)),
    "2.10": ((rates.deeper_with_rate,), (rates.deepest_at_2c, rates.as_deep_at_1c)),
    "4.1": (
        (made.worse_near_the_separator_then_everywhere,),
        (
            made.even_after_ten_cycles,
            made.worse_near_the_collector,
            made.still_uneven_after_fifty,
            made.no_more_after_fifty,
        ),
    ),
    "4.2": ((made.worse_near_the_separator_then_everywhere,), (made.far_too_many_after_ten,)),
    "4.7": (
        (made.layer_at_the_top,),
        (made.even_layer, made.layer_at_the_bottom, made.layer_at_the_top_and_lithium_too),
    ),
    "4.8": ((made.bond_follows_cracks,), (made.bond_opposes_cracks, made.bond_by_size_alone)),
    "4.9": ((made.lying_together,), (made.lying_at_random, made.together_but_no_denser)),
    "4.10": ((made.faces_that_lack_lithium,), (made.faces_like_the_bulk, made.faces_with_more)),
    "4.13": ((made.fading,), (made.capacity_that_recovers, made.overvoltage_that_falls)),
}
"""Worlds in which a claim holds, and in which it does not."""

CLAIMS = over_cycles()


@pytest.fixture(scope="module")
def assessed(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, World], Assessment]:
    return assessing(CLAIMS, tmp_path_factory)


def test_every_claim_over_cycles_has_worlds_of_both_kinds() -> None:
    assert set(CLAIMS) == set(WORLDS)
    assert all(holds and fails for holds, fails in WORLDS.values())


@pytest.mark.parametrize(("key", "world"), cases(WORLDS, True))
def test_a_claim_holds_in_a_world_in_which_it_is_true(
    key: str, world: World, assessed: Callable[[str, World], Assessment]
) -> None:
    claim, found = CLAIMS[key], assessed(key, world)
    assert verdict_of(claim, found) is HOLDS[claim.kind], [row for row in found.rows if row.agrees is False]


@pytest.mark.parametrize(("key", "world"), cases(WORLDS, False))
def test_a_claim_fails_in_a_world_in_which_it_is_false(
    key: str, world: World, assessed: Callable[[str, World], Assessment]
) -> None:
    assert verdict_of(CLAIMS[key], assessed(key, world)) is Verdict.DISAGREES


@pytest.mark.parametrize(("key", "world"), cases(WORLDS, True) + cases(WORLDS, False))
def test_every_judged_figure_has_a_margin_and_the_finding_a_decisive_one(
    key: str, world: World, assessed: Callable[[str, World], Assessment]
) -> None:
    found = assessed(key, world)
    for row in found.rows:
        assert (row.margin is None) == (row.agrees is None), row.what
    finding = found.fitted or found.prediction
    assert finding
    assert finding.decisive
    assert finding.decisive.agrees is finding.agrees
    assert found.picture
    assert found.remark


def test_the_growth_of_severity_beside_its_calibration_is_judged_by_itself(tmp_path: Path) -> None:
    for world, holds in (
        (made.worse_near_the_separator_then_everywhere, True),
        (made.no_more_after_fifty, False),
    ):
        found = CLAIMS["4.2"].assess(world(tmp_path))  # type: ignore[misc]
        assert found.prediction
        assert found.prediction.agrees is holds
        assert verdict_of(CLAIMS["4.2"], found) is Verdict.CALIBRATED


def test_claims_over_cycles_take_the_place_of_those_on_the_first_charge() -> None:
    once, cycled = all_claims(), all_claims(cycles=True)
    assert [claim.id for claim in once] == [claim.id for claim in cycled]
    assert [claim.name for claim in once] == [claim.name for claim in cycled]
    changed = {a.id for a, b in zip(once, cycled, strict=True) if a != b}
    assert changed == set(CLAIMS)
    for claim in cycled:
        assert set(claim.simulations) <= set(SIMULATIONS), claim.id


@pytest.mark.parametrize("key", ["2.4", "2.9", "4.2", "4.9", "4.10", "4.13"])
def test_what_only_cycles_can_test_is_not_testable_without_them_and_says_so(key: str) -> None:
    (claim,) = chosen_claims([key])
    assert claim.verdict_without_simulation is Verdict.NOT_TESTABLE
    assert "--cycles" in claim.untestable
    (cycled,) = chosen_claims([key], cycles=True)
    assert cycled.assess is not None


def test_what_is_predicted_relies_on_no_number_fitted_to_it() -> None:
    fitted = {key for key, claim in CLAIMS.items() if claim.kind is Kind.CALIBRATION}
    assert fitted == {"0.1", "0.2", "0.3", "2.3", "4.2", "4.7"}


def test_simulations_of_cycles_are_run_by_the_radial_model_whatever_is_asked_for(tmp_path: Path) -> None:
    simulation = CYCLING[PACKED[0]]
    assert simulation.case("standard").model == simulation.case().model == "radial"
    assert folder_of(simulation, simulation.only) == PACKED[0]
    written = write_cases(chosen_claims(["4.9"]), tmp_path, "coarse")
    assert written == []
    written = write_cases(chosen_claims(["4.9"], cycles=True), tmp_path, "coarse")
    assert [path.stem for path in written] == list(PACKED)
    with pytest.raises(InputError, match="no result of cycling-5C-packing-1 by the radial model"):
        Evidence(only_found(())).result(PACKED[0])


def test_packings_differ_and_hold_as_many_particles_as_windows_need() -> None:
    cases_of = [CYCLING[name].case() for name in PACKED]
    seeds = {str(case.to_table()["geometry"]["layout"]["seed"]) for case in cases_of}
    assert len(seeds) == len(PACKED) == 5
    assert all(case.to_table()["geometry"]["layout"]["particles"] >= 1800 for case in cases_of)
    assert all("x 50" in str(case.to_table()["protocol"]) for case in cases_of)


def test_a_result_without_damage_is_refused() -> None:
    data = made.electrode().drop_vars("surface_crack_depth")
    with pytest.raises(InputError, match="lacks surface_crack_depth"):
        particles_at(data, -1)
    world = made.world()
    world._results[PACKED[0]].dataset = data
    (entry,) = evaluate([CLAIMS["4.8"]], world).entries
    assert entry.verdict is Verdict.NOT_EVALUATED
    assert "[damage.surface_cracks]" in entry.error


def test_a_law_that_does_not_act_leaves_particles_whole() -> None:
    data = made.electrode().drop_vars(["intact_interface", "interface_gap", "isolated"])
    whole = particles_at(data, -1)
    assert (whole.intact == 1.0).all()
    assert not whole.isolated.any()
    world = made.world()
    for name in PACKED:
        world._results[name].dataset = data
    (entry,) = evaluate([CLAIMS["4.8"]], world).entries
    assert entry.verdict is Verdict.NOT_EVALUATED
    assert "[damage.interface]" in entry.error


def charged(isolated: float, keeps: float, count: int = 1000) -> Cycled:
    """A charged electrode of which the first particles are isolated."""
    cut = np.arange(count) < isolated * count
    zero = np.zeros(count)
    return Cycled(
        np.zeros(count, dtype=np.int64),
        np.zeros((count, 3)),
        zero + 3e-6,
        zero,
        zero,
        zero,
        cut,
        np.where(cut, keeps, 0.31),
        40e-6,
    )


def test_diverging_share_of_isolated_particles_by_hand() -> None:
    # 4.55 % of the others lie outside two standard deviations.
    found = diverging(charged(0.1, 0.93))
    assert found.shown == pytest.approx(0.1 + 0.9 * 0.0455, abs=2e-3)
    assert found.error == pytest.approx((0.1 * 0.9 / 1000) ** 0.5)
    # None of a thousand is not known to be none.
    assert diverging(charged(0.0, 0.93)).error == pytest.approx(1e-3)
    # As empty as the others: nobody sees that they are isolated.
    assert diverging(charged(0.1, 0.31)).shown == pytest.approx(0.0455, abs=1e-4)
    # Those that were not isolated halfway have the lithium of the median.
    halfway = np.arange(1000) < 50
    assert diverging(charged(0.1, 0.93), halfway).shown == pytest.approx(0.05 + 0.95 * 0.0455, abs=2e-3)


def test_share_outside_the_frame_is_that_of_the_instrument() -> None:
    instrument = SingleParticleIcp(particles=200000)
    lithium = np.where(np.arange(500) < 60, 0.36, 0.31)
    told = float(outside(lithium, instrument).mean())
    read = instrument.read_particles(lithium, np.ones(500), np.random.default_rng(1)).diverging.value
    assert told == pytest.approx(read, abs=0.004)


def test_lithium_metal_costs_what_the_notes_say() -> None:
    assert 1e3 * counter_electrode(72.0, 70.6) == pytest.approx(25.0, abs=0.6)
    assert 1e3 * counter_electrode(72.0, 19.0) == pytest.approx(72.0, abs=0.6)


def test_density_of_cracks_by_hand() -> None:
    assert density_for(1.0 / (1.0 + 1.73 * 0.15)) == pytest.approx(0.15)
    assert density_for(0.377) == pytest.approx(0.955, abs=1e-3)
    assert density_for(1.2) == 0.0


def test_shares_of_windows_pool_the_packings() -> None:
    world = made.world()
    claim = CLAIMS["4.1"]
    assert claim.assess
    found = claim.assess(world)
    rows = {row.what: row for row in found.rows}
    pooled = next(row for what, row in rows.items() if what.startswith("pooled severe share, 50 less 10"))
    severe = [
        np.mean(world.result(name).dataset["surface_crack_depth"].values[[4, 6]] > 0.25, axis=1)
        for name in PACKED
    ]
    early, late = np.mean(severe, axis=0)
    assert pooled.simulated == pytest.approx(late - early)


def test_packings_share_no_neighbours_in_a_network() -> None:
    parts = [particles_at(made.electrode(seed), -1) for seed in (1, 2)]
    both = joined(parts)
    alone = np.mean([three_nearest(part.centres).mean_length for part in parts])
    assert three_nearest(both.apart()).mean_length == pytest.approx(alone)
    assert three_nearest(both.centres).mean_length < 0.9 * alone
    assert [len(both.of(k)) for k in (0, 1)] == [made.COUNT, made.COUNT]
