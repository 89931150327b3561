"""Cycles ahead from what has driven the newest one, against the same cycles carried out."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from support.radial_cells import prepared

from chemomech.experiments.models.damage.cell import DEPTHS, Drive, Effects
from chemomech.experiments.models.damage.newest_cycle import POWER
from chemomech.experiments.models.damage.particle_damage import ParticleDamage

Array = npt.NDArray[np.float64]

LAWS = {
    "damage.surface_cracks.unstable": False,
    "damage.surface_cracks.growth": 0.02,
    "damage.toughness.growth": 0.05,
    "damage.grains.rate": 0.02,
    "damage.interface.strength": "5 MPa",
    "damage.film.rate": "1e-3 nm/s",
    "damage.film.slowed_from": "2 nm",
    "damage.isolation.spots": 1000.0,
}
HIGH, LOW = 72.0, -72.0


class Scripted:
    """Three particles whose stress intensities go with a power of their diffusivity, whatever the lithium."""

    def __init__(self, power: float, **changes: Any) -> None:
        given = prepared(**{**LAWS, **changes})
        self.model, self.settings = given.model, given.case.damage
        self.radius = np.array([2e-6, 3e-6, 4e-6])
        self.contact_conductance = np.full(3, 1e3)
        self._power, self._current, self._stress = power, 0.0, 0.0
        ones = np.ones(3)
        self.effects = Effects(ones, ones, ones, self.contact_conductance)

    def cycle(self, damage: ParticleDamage, times: int = 1) -> None:
        """A charge and a discharge of two steps each, the first without stress, with the end of the cycle."""
        for _ in range(times):
            for self._current, self._stress in ((HIGH, 0.0), (HIGH, 1.0), (LOW, 0.0), (LOW, 1.0)):
                damage.after_step(0.0, 300.0)
            damage.end_cycle()

    def read(self) -> Drive:
        charging = self._current > 0.0
        size = self._stress * (0.10 if charging else 0.02) * 1e6 * np.array([0.8, 1.0, 1.1])
        # What cracks bear of it goes with E D^(-p): they shorten with R/A themselves.
        size = size * self.effects.stiffness * self.effects.diffusivity**-self._power
        size = size * np.sqrt(self.effects.area)
        x = np.full(3, 0.4 if charging else 0.85)
        shrinkage = (0.012 if charging else 0.001) + 0.004 * np.log(self.effects.diffusivity)
        intensity = np.sqrt(DEPTHS * (1.0 - DEPTHS))[:, None] * 3.0 * size
        return Drive(
            self._current, intensity, np.tile(x, (len(DEPTHS), 1)),
            x, x, shrinkage, lambda: np.full(3, 1e-9),
        )  # fmt: skip

    def apply(self, effects: Effects) -> None:
        self.effects = effects


def started(power: float, cycles: int = 4, **changes: Any) -> tuple[Scripted, ParticleDamage]:
    cell = Scripted(power, **changes)
    damage = ParticleDamage(cell, cell.settings)
    damage.end_cycle()
    cell.cycle(damage, cycles)
    return cell, damage


@pytest.mark.parametrize("power", [POWER, 0.8, 1.25])
def test_cycles_ahead_are_those_that_would_be_carried_out(power: float) -> None:
    cell, damage = started(power)
    ahead = damage.foresee(6)
    before = {name: values.copy() for name, values in damage.coordinates().items()}
    depths = []
    for foreseen in ahead:
        cell.cycle(damage)
        for name, values in damage.coordinates().items():
            assert foreseen[name] == pytest.approx(values, rel=1e-9), name
        depths.append(damage.coordinates()["surface_crack_depth"])
    assert len(ahead) == 6
    # They grew by a good deal, and ever less evenly.
    for name in ("surface_crack_depth", "film_thickness", "lost_interface_so_far", "grain_crack_density"):
        assert np.all(damage.coordinates()[name] > before[name] * 1.05), name
    assert np.all(damage.coordinates()["toughness_share"] < before["toughness_share"] * 0.97)
    assert np.abs(np.diff(depths, 2, axis=0)).max() > 1e-4


def test_to_foresee_changes_nothing_and_to_advance_is_to_end_where_it_was_foreseen() -> None:
    cell, damage = started(1.0)
    state, effects = damage.state(), cell.effects
    ahead = damage.foresee(5)
    for key, values in damage.state().items():
        assert np.array_equal(values, state[key]), key
    assert cell.effects is effects
    damage.advance(5)
    for name, values in damage.coordinates().items():
        assert np.array_equal(values, ahead[4][name]), name
    assert np.array_equal(cell.effects.diffusivity, damage.condition.effects().diffusivity)
    # What is stored goes on alike.
    other = ParticleDamage(cell, cell.settings)
    other.restore(damage.state())
    for one, two in zip(damage.foresee(3), other.foresee(3), strict=True):
        assert all(np.array_equal(one[name], two[name]) for name in one)


def test_what_happens_at_once_is_left_to_a_cycle_that_is_resolved() -> None:
    """The toughness falls until K reaches it in one particle after the other."""
    tough = {"materials.overrides.cathode": {"fracture_toughness": "0.12 MPa m^0.5"}}
    laws = {
        "damage.surface_cracks.unstable": True,
        "damage.surface_cracks.growth": 0.0,
        "damage.grains.rate": 0.0,
    }
    cell, damage = started(0.75, 3, **tough, **laws, **{"damage.toughness.growth": 0.4})
    ahead = damage.foresee(30)
    assert 1 <= len(ahead) < 30
    unknown = np.isnan(ahead[-1]["surface_crack_depth"])
    assert unknown.any()
    assert not any(np.isnan(values).any() for one in ahead[:-1] for values in one.values())
    depth = damage.coordinates()["surface_crack_depth"]
    cell.cycle(damage, len(ahead) - 1)
    assert damage.coordinates()["surface_crack_depth"] == pytest.approx(depth)
    cell.cycle(damage)
    assert np.array_equal(damage.coordinates()["surface_crack_depth"] > 1.1 * depth, unknown)


def test_nothing_is_foreseen_before_a_whole_cycle_has_been_resolved() -> None:
    cell = Scripted(1.0)
    damage = ParticleDamage(cell, cell.settings)
    assert damage.foresee(2) == []
    before = damage.state()
    assert not [key for key in before if key.startswith("newest")]
    damage.end_cycle()
    assert damage.foresee(2) == []
    cell.cycle(damage)
    # The first cycle has not ended a discharge.
    assert damage.foresee(2) == []
    cell.cycle(damage)
    assert len(damage.foresee(2)) == 2
