"""The section [wiring], layouts from images and packings with a gradient: read, written, applied."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from support import half_cells, tiny_case
from support.images import ball

from chemomech.errors import InputError
from chemomech.experiments.case import Case
from chemomech.experiments.case.prepare import prepare
from chemomech.geometry import layout_statistics

TABLE = """\
id,volume [um3],radius [um],border,binder coverage,wired,touches wired binder
2,1,1,0,0.9,1,0
0,1,1,0,0.5,1,1
1,1,1,0,0.25,0,0
7,1,1,0,0.25,1,1
"""


@pytest.fixture
def three(tmp_path: Path) -> Path:
    return tiny_case.write_case(tmp_path)


def wired(case_file: Path, **wiring: Any) -> Case:
    return Case.from_toml(case_file).with_overrides(
        {f"wiring.{name}": value for name, value in wiring.items()}
    )


def test_without_the_section_all_particles_have_the_contact_of_the_matrix(three: Path) -> None:
    prepared = prepare(Case.from_toml(three))
    assert prepared.wiring is None
    assert prepared.wiring_lines() == ()


def test_a_stated_coverage_scales_the_contact_and_the_seed_says_who_is_isolated(three: Path) -> None:
    prepared = prepare(wired(three, coverage=0.4, wired=0.67, seed=3, conductance="2e4 S/m2"))
    made = prepared.wiring
    assert made is not None
    (lost,) = made.isolated
    expected = np.full(3, 8e3)
    expected[lost] = 0.0
    np.testing.assert_allclose(made.conductance, expected)
    assert any(f"isolated particles: {lost} " in line for line in prepared.wiring_lines())
    volumes = half_cells.three_particles().radii ** 3
    assert made.isolated_volume == pytest.approx(volumes[lost] / volumes.sum(), rel=1e-6)
    others = {prepare(wired(three, coverage=0.4, wired=0.67, seed=s)).wiring.isolated for s in range(8)}  # type: ignore[union-attr]
    assert len(others) > 1
    full = float(prepared.model.matrix.contact_conductance)
    plain = prepare(wired(three, coverage=1.0)).wiring
    assert plain is not None
    np.testing.assert_allclose(plain.conductance, full)


def test_a_table_is_matched_by_id_and_located_beside_the_case(three: Path) -> None:
    (three.parent / "table.csv").write_text(TABLE)
    text = (
        three.read_text()
        + '[wiring]\nparticles = "table.csv"\nconductance = "1e4 S/m2"\nresidual = "2 S/m2"\n'
    )
    three.write_text(text)
    case = Case.from_toml(three)
    made = prepare(case).wiring
    assert made is not None
    np.testing.assert_allclose(made.conductance, [5e3, 2.0, 2.0])
    assert made.isolated == (1,)
    assert made.by_neighbours == (2,)
    (three.parent / "again.toml").write_text(case.to_toml())
    assert Case.from_toml(three.parent / "again.toml") == case


@pytest.mark.parametrize(
    ("wiring", "words"),
    [
        ({"coverage": 1.2}, "wiring.coverage = 1.2 must"),
        ({"coverage": 0.5, "wired": -0.1}, "wiring.wired"),
        ({"coverage": 0.5, "conductance": 3.0}, "has no unit"),
        ({"coverage": 0.5, "shade": 3}, "unknown key 'wiring.shade'"),
        ({"wired": 0.5}, "key 'wiring.coverage' is missing"),
        ({"coverage": 0.5, "particles": "table.csv"}, "both state the coverage"),
        ({"coverage": 0.5, "wired": 0.0}, "none of the 3 particles is connected"),
        ({"particles": "/nowhere.csv"}, "does not exist"),
        ({"residual": "1 S/m2"}, "comes from no image"),
    ],
)
def test_a_wiring_that_makes_no_sense_is_refused(three: Path, wiring: dict[str, Any], words: str) -> None:
    with pytest.raises(InputError, match=words):
        prepare(wired(three, **wiring))


@pytest.mark.parametrize(
    ("table", "words"),
    [
        (TABLE.replace("binder coverage", "cover"), "no column 'binder coverage'"),
        (TABLE.replace("1,1,1,0,0.25,0,0\n", ""), r"says nothing about 1 particles .*ids 1\)"),
        (TABLE.replace("0.5", "half"), "not a number"),
        (TABLE.replace("0.5", "1.5"), "coverage outside 0 to 1"),
    ],
)
def test_a_table_that_does_not_fit_is_refused(three: Path, table: str, words: str) -> None:
    (three.parent / "table.csv").write_text(table)
    with pytest.raises(InputError, match=words):
        prepare(wired(three, particles=str(three.parent / "table.csv")))


def image(folder: Path, binder: bool = True, pore: bool = True) -> str:
    """Two balls apart in a box of 24 x 24 x 36 voxels; binder along an edge reaches one of them."""
    voxels = np.zeros((36, 24, 24), dtype=np.uint8)
    if not pore:
        voxels[20] = 2
    voxels[:, 11:13, 5:7] = 2 if binder else 0
    voxels[ball(voxels.shape, (10, 12, 11), 6.0)] = 1
    voxels[ball(voxels.shape, (26, 12, 16), 6.0)] = 1
    path = folder / "stack.npy"
    np.save(path, voxels)
    return str(path)


def from_image(three: Path, image: str, **keys: Any) -> Case:
    table = {"stack": image, "voxel_size": "0.5 um", "binder": 2} | keys
    case = Case.from_toml(three).to_table()
    case["geometry"]["layout"] = table
    return Case.from_table(case)


def test_a_layout_from_an_image_brings_its_own_wiring(three: Path) -> None:
    case = from_image(three, image(three.parent)).with_overrides({"wiring.conductance": "1e5 S/m2"})
    prepared = prepare(case)
    assert len(prepared.layout) == 2
    assert prepared.wiring is not None
    assert prepared.wiring.isolated == (int(prepared.layout.ids[1]),)
    assert prepared.wiring.conductance[1] == 0.0
    assert 0.0 < prepared.wiring.conductance[0] < 0.3e5
    assert Case.from_table(case.to_table()) == case


def test_an_image_without_a_path_for_ions_or_electrons_is_refused(three: Path) -> None:
    with pytest.raises(InputError, match="no pore leads from the separator"):
        prepare(from_image(three, image(three.parent, pore=False)))
    stack = image(three.parent)
    voxels = np.load(stack)
    voxels[15:18][voxels[15:18] == 2] = 0
    np.save(stack, voxels)
    with pytest.raises(InputError, match=r"no network of carbon-binder .* 1 particles"):
        prepare(from_image(three, stack, crop=[0, 0, 0, 36, 24, 23]))


def test_an_image_without_binder_says_nothing_about_electrons(three: Path) -> None:
    case = from_image(three, image(three.parent, binder=False)).to_table()
    del case["geometry"]["layout"]["binder"]
    assert len(prepare(Case.from_table(case)).layout) == 2
    with pytest.raises(InputError, match="comes from no image with carbon-binder"):
        prepare(Case.from_table(case | {"wiring": {"residual": "0 S/m2"}}))


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ({"stack": "gone.tif"}, "does not exist"),
        ({"voxel_size": 0.5}, "has no unit"),
        ({"colour": 1}, "unknown key 'geometry.layout.colour'"),
        ({"crop": [0, 0, 0, 99, 99, 99]}, "does not lie within"),
        ({"thickness_axis": 3}, "thickness_axis"),
    ],
)
def test_an_image_that_makes_no_sense_is_refused(three: Path, keys: dict[str, Any], words: str) -> None:
    with pytest.raises(InputError, match=words):
        prepare(from_image(three, image(three.parent), **keys))


def test_a_packing_takes_sides_and_a_gradient(three: Path) -> None:
    table = Case.from_toml(three).to_table()
    packing = {"particles": 25, "volume_fraction": 0.2, "box": ["12 um", "12 um", "24 um"], "seed": 2}
    table["geometry"]["layout"] = packing | {"gradient": 0.6, "sides": "periodic"}
    layout = Case.from_table(table).geometry.layout.build()
    assert len(layout) > 25
    profile = layout_statistics(layout).profile_fraction
    half = len(profile) // 2
    assert profile[half:].sum() > 1.3 * profile[:half].sum()
    with pytest.raises(InputError, match="unknown geometry.layout.sides 'soft'"):
        Case.from_table(table | {"geometry": {"layout": packing | {"sides": "soft"}}})
    with pytest.raises(InputError, match="geometry.layout.gradient = 2"):
        Case.from_table(table | {"geometry": {"layout": packing | {"gradient": 2.0}}})
