"""Paths of electrons and ions through an image, and what they make of the contacts."""

from __future__ import annotations

import numpy as np
import pytest
from support.images import labelled, phases_of

from chemomech.errors import InputError
from chemomech.geometry.images import (
    MemoryLimit,
    Orientation,
    contacts_from_coverage,
    contacts_from_wiring,
    follow_pores,
    measure_particles,
    require_paths,
    wire,
)
from chemomech.geometry.images.components import connected_parts
from chemomech.geometry.images.wiring import PorePaths, Wiring

SHAPE = (12, 9, 9)
PLANE_BY_PLANE = MemoryLimit(1e6)


def electrode() -> tuple[np.ndarray, np.ndarray]:
    """Labels and binder: 1 on binder from the collector, 2 touches 1, 3 on loose binder, 4 on its own."""
    labels, binder = np.zeros(SHAPE, dtype=np.int32), np.zeros(SHAPE, dtype=bool)
    labels[3:5, 1:4, 1:4] = 1
    labels[5:7, 1:4, 1:4] = 2
    labels[3:5, 6:8, 6:8] = 3
    labels[8:10, 6:8, 1:3] = 4
    binder[0:3, 2, 2] = True
    binder[5:7, 6, 6] = True
    return labels, binder


def wired(orientation: Orientation | None = None, memory: MemoryLimit | None = None) -> Wiring:
    labels, binder = electrode()
    phases = phases_of(labels > 0, binder)
    image = labelled(labels, phases)
    return wire(image, phases, measure_particles(image), orientation, memory)


def pores(labels: np.ndarray, binder: np.ndarray, **more: bool) -> PorePaths:
    phases = phases_of(labels > 0, binder)
    return follow_pores(labelled(labels, phases), phases, **more)


@pytest.mark.parametrize("memory", [MemoryLimit(), PLANE_BY_PLANE])
def test_a_particle_is_wired_by_binder_or_by_a_particle_that_is(memory: MemoryLimit) -> None:
    found = wired(memory=memory)
    assert found.wired.tolist() == [True, True, False, False]
    assert found.touches_binder.tolist() == [True, False, False, False]
    assert found.isolated.tolist() == [3, 4]
    assert found.isolated_volume == pytest.approx(16 / (18 + 18 + 8 + 8))
    assert found.isolated_binder == pytest.approx(2 / 5)
    # One face of 33 that particle 1 shows to pores and binder; particle 3 has one of 24.
    assert found.coverage == pytest.approx([1 / 33, 0.0, 1 / 24, 0.0])
    assert not found.spans


def test_with_the_collector_at_the_other_end_nothing_is_wired() -> None:
    found = wired(Orientation(0, collector_last=True))
    assert not found.wired.any()
    assert found.isolated_volume == 1.0


def test_a_network_spans_when_it_reaches_the_separator() -> None:
    labels, binder = electrode()
    binder[7:, 2, 2] = True
    phases = phases_of(labels > 0, binder)
    image = labelled(labels, phases)
    assert wire(image, phases, measure_particles(image)).spans


def test_without_binder_only_particles_conduct() -> None:
    labels = np.zeros(SHAPE, dtype=np.int32)
    labels[0:3, 1:4, 1:4], labels[5:7, 1:4, 1:4] = 1, 2
    phases = phases_of(labels > 0)
    image = labelled(labels, phases)
    found = wire(image, phases, measure_particles(image))
    assert found.wired.tolist() == [True, False]
    assert found.isolated_binder == 0.0


@pytest.mark.parametrize("memory", [MemoryLimit(), PLANE_BY_PLANE])
def test_parts_hang_together_across_slabs(memory: MemoryLimit) -> None:
    shape = (40, 30, 30)
    solid = np.zeros(shape, dtype=bool)
    solid[2:38, 3, 3] = True  # two columns that only meet at the bottom
    solid[2:38, 9, 3] = True
    solid[37, 3:10, 3] = True
    solid[5:20, 20, 20] = True  # and one on its own
    phases = phases_of(solid)
    parts = connected_parts(labelled(np.zeros(shape, dtype=np.int32)), phases, phases.active, memory)
    assert sorted(parts.voxels) == [15, 77]
    assert not parts.touches.any()
    pore = connected_parts(labelled(solid.astype(np.int32)), phases, phases.pore, memory)
    assert len(pore) == 1
    assert pore.touches.all()
    assert pore.particles.tolist() == [[0, 0]]


def test_pores_are_followed_from_the_separator() -> None:
    labels = np.zeros(SHAPE, dtype=np.int32)
    labels[4] = 1  # a wall
    labels[8, 4, 4] = 2
    nothing = np.zeros(SHAPE, dtype=bool)
    closed = pores(labels, nothing)
    assert not closed.spans
    assert closed.isolated_volume == pytest.approx(4 * 81 / (11 * 81 - 1))
    assert closed.reached.tolist() == [True, True]
    labels[4, 2, 2] = 0
    assert pores(labels, nothing).spans
    plug = nothing.copy()
    plug[4, 2, 2] = True
    assert not pores(labels, plug).spans
    assert pores(labels, plug, porous_binder=True).spans


def test_a_cell_without_paths_is_refused_with_the_isolated_share() -> None:
    labels, binder = electrode()
    with pytest.raises(
        InputError, match=r"path for electrons|30\.8% of the active material, 2 particles"
    ) as said:
        require_paths(wired(), pores(labels, binder))
    assert "30.8%" in str(said.value)
    wall = np.zeros(SHAPE, dtype=np.int32)
    wall[4] = 1
    with pytest.raises(InputError, match=r"no pore leads .* \(36\.4% of the pore volume"):
        require_paths(wired(), pores(wall, np.zeros(SHAPE, dtype=bool)))


def test_coverage_becomes_a_conductance_and_particles_without_binder_are_named() -> None:
    contacts = contacts_from_wiring(wired(), covered_conductance=3300.0, residual=0.5)
    assert contacts.conductance == pytest.approx([100.0, 0.5, 0.5, 0.5])
    assert contacts.isolated.tolist() == [3, 4]
    assert contacts.by_neighbours.tolist() == [2]


def test_a_stated_coverage_is_for_all_or_for_each() -> None:
    same = contacts_from_coverage(0.25, 3, 400.0, isolated=[1])
    assert same.conductance == pytest.approx([100.0, 0.0, 100.0])
    assert same.isolated.tolist() == [1]
    each = contacts_from_coverage([0.5, 0.0, 1.0], 3, 400.0)
    assert each.conductance == pytest.approx([200.0, 0.0, 400.0])
    assert each.isolated.tolist() == [1]


@pytest.mark.parametrize(
    ("coverage", "more", "words"),
    [
        ([0.5, 0.5], {}, "2 coverages are given for 3 particles"),
        (1.5, {}, "coverage = 1.5 must lie between 0 and 1"),
        (float("nan"), {}, "NaN"),
        (0.5, {"isolated": [3]}, "isolated names particle 3, but they run from 0 to 2"),
        (0.5, {"residual": -1.0}, "residual = -1 S/m2"),
    ],
)
def test_coverages_that_cannot_be_are_refused(
    coverage: float | list[float], more: dict[str, object], words: str
) -> None:
    with pytest.raises(InputError, match=words):
        contacts_from_coverage(coverage, 3, 400.0, **more)  # type: ignore[arg-type]
