"""The contact rule of a case: read, written, applied before anything is meshed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from support import tiny_case
from support.unloaded import unloaded

from chemomech.errors import InputError
from chemomech.experiments.case import Case
from chemomech.experiments.case.prepare import prepare
from chemomech.geometry import Layout, write_layout
from chemomech.geometry.contacts import Fuse, Shrink, particle_shapes

UM = 1e-6


@pytest.fixture
def overlapping(tmp_path: Path) -> str:
    centres = np.array([[4, 4, 4], [4, 4, 8.5], [0, 7.6, 9]]) * UM
    layout = Layout(centres, np.array([2.5, 2.5, 2.5]) * UM, (8 * UM, 8 * UM, 13 * UM))
    return str(write_layout(layout, tmp_path / "overlapping.csv"))


def case(layout: str, **changes: Any) -> Case:
    return unloaded().with_overrides({"geometry.layout": layout} | changes)


@pytest.mark.parametrize(
    ("value", "rule"),
    [
        ("fuse", Fuse()),
        ({"rule": "fuse", "neck_ratio": 0.4, "reach": "0.3 um"}, Fuse(neck_ratio=0.4, reach=0.3 * UM)),
        ({"rule": "shrink", "gap": "0.2 um", "cut": False}, Shrink(gap=0.2 * UM, cut=False)),
    ],
)
def test_a_rule_is_read_and_written_back(value: object, rule: object, tmp_path: Path) -> None:
    made = case("rve-52", **{"geometry.contacts": value})
    assert made.geometry.contacts == rule
    (tmp_path / "again.toml").write_text(made.to_toml())
    assert Case.from_toml(tmp_path / "again.toml").geometry.contacts == rule


def test_overlapping_spheres_are_refused_without_a_rule_and_joined_with_one(overlapping: str) -> None:
    with pytest.raises(InputError, match="contact rule"):
        prepare(case(overlapping))
    prepared = prepare(case(overlapping, **{"geometry.contacts": "fuse"}))
    assert prepared.layout.contacts is not None
    assert len(prepared.layout.contacts) == 1
    assert any("1 necks" in line for line in prepared.particle_lines)


def test_the_mass_of_a_case_is_that_of_the_particles_inside_the_box(overlapping: str, tmp_path: Path) -> None:
    file = tmp_path / "case.toml"
    file.write_text(tiny_case.TEXT.replace('"three.csv"', f'"{overlapping}"\ncontacts = "fuse"'))
    prepared = prepare(Case.from_toml(file))
    volume = float(particle_shapes(prepared.layout).volumes.sum())
    assert volume < 0.85 * float((4 / 3 * np.pi * prepared.layout.radii**3).sum())
    loading = volume / (8 * UM) ** 2 * float(prepared.model.cathode.density)
    assert prepared.nominal.mass_loading == pytest.approx(loading, rel=1e-9)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("weld", r"unknown geometry.contacts.rule 'weld'"),
        (3, "names no contact rule"),
        ({"gap": "1 um"}, "names no contact rule"),
        ({"rule": "shrink", "neck_ratio": 0.3}, "neck_ratio"),
        ({"rule": "fuse", "gap": 0.1}, "gap"),
    ],
)
def test_a_rule_that_makes_no_sense_is_refused(value: object, words: str) -> None:
    with pytest.raises(InputError, match=words):
        case("rve-52", **{"geometry.contacts": value})
