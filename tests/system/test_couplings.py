"""What each coupling of stress and electrochemistry does, and leaves alone."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from support import tiny_case

import chemomech
from chemomech.solver.results import QUANTITIES

COUPLINGS = ("off", "one-way", "two-way")


@pytest.fixture(scope="module")
def by_coupling(case_file: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, chemomech.Result]:
    """5C for 60 s, with fixed tolerances, for each coupling."""
    folder = tmp_path_factory.mktemp("couplings")
    changes = {
        "protocol": ["Charge at 5C for 60 s"],
        "output.cut_times": ["30 s"],
        "output.field_times": [],
        "numerics.initial_step": "1 s",
        "numerics.newton_tolerance": 2e-9,  # so that rounding is all that two equal runs differ by
    }
    return {
        name: tiny_case.run(case_file, folder / name, changes | {"mechanics.coupling": name})
        for name in COUPLINGS
    }


def test_without_mechanics_there_are_no_stresses_in_the_result(
    by_coupling: dict[str, chemomech.Result],
) -> None:
    mechanical = {name for name, entry in QUANTITIES.items() if entry.mechanics}
    for coupling, result in by_coupling.items():
        found = mechanical & set(result.dataset.variables)
        assert found == (set() if coupling == "off" else mechanical), coupling
        assert result.has_mechanics == (coupling != "off")
        assert result.summary["couplings"]["mechanics"] == coupling
        assert ("displacement" in result.summary["size"]["unknowns"]) == (coupling != "off")


def test_one_way_stress_leaves_the_electrochemistry_as_it_is(
    by_coupling: dict[str, chemomech.Result],
) -> None:
    off, one_way = by_coupling["off"].dataset, by_coupling["one-way"].dataset
    assert off.sizes["time"] == one_way.sizes["time"]
    for name in ("time", "voltage", "mean_stoichiometry", "surface_stoichiometry", "core_stoichiometry"):
        difference = np.abs(off[name].values - one_way[name].values).max()
        print(name, difference)
        assert difference < 1e-9, name


def test_stress_that_acts_back_assists_diffusion(by_coupling: dict[str, chemomech.Result]) -> None:
    # A delithiated shell is in tension, which makes room for lithium where lithium is low: the gradient from
    # core to surface that carries the same flux becomes smaller. The effective diffusivity is D (1 + theta),
    # so the difference falls by the factor 1/(1 + theta), theta > 0; near x = 0.9 theta is below a hundredth.
    def difference(coupling: str) -> np.ndarray:
        data = by_coupling[coupling].dataset
        return np.asarray((data["core_stoichiometry"] - data["surface_stoichiometry"]).values[-1])

    ratio = difference("two-way") / difference("one-way")
    print("surface-core difference, two-way over one-way:", ratio)
    assert np.all(ratio < 0.999)
    assert np.all(ratio > 0.9)
    # Smaller differences mean smaller stresses.
    stresses = [
        by_coupling[name].dataset["max_equivalent_stress"].values[-1] for name in ("one-way", "two-way")
    ]
    assert np.all(stresses[1] < stresses[0])
    # The charge passed is the same.
    volume = by_coupling["off"].dataset["particle_volume"].values
    means = [
        (result.dataset["mean_stoichiometry"].values[-1] * volume).sum() / volume.sum()
        for result in by_coupling.values()
    ]
    assert np.ptp(means) < 1e-9


def test_reaction_currents_of_the_particles_add_up_to_the_current(
    by_coupling: dict[str, chemomech.Result],
) -> None:
    data = by_coupling["off"].dataset
    total = (data["reaction_current_density"] * data["particle_area"]).sum("particle").values / (8e-6 * 8e-6)
    assert total[1:] == pytest.approx(data["current_density"].values[1:], rel=1e-6)
