"""A real electrode: its phases counted, its surface, and a part of it taken to a layout."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from support.images import ball
from support.modules import load

from chemomech.geometry import read_layout
from chemomech.geometry.images import (
    ImageStack,
    PhaseStack,
    PhaseValues,
    crop_stack,
    extract_from_phases,
    open_stack,
    read_phases,
    require_paths,
    surface_by_crofton,
)

VOXEL = 398e-9
NAME = "nmc-1-cal_generatedCBD_bridge.tif"


@pytest.fixture(scope="module")
def electrode(repository: Path) -> PhaseStack:
    path = repository.parent / "shared" / "data" / "matbox_nmc1cal" / NAME
    if not path.is_file():
        pytest.skip(f"the tomogram {NAME} does not lie beside the checkout")
    return read_phases(open_stack(path, VOXEL), PhaseValues(active=1, pore=0, binder=2))


def test_the_phases_of_the_electrode_are_counted_to_the_voxel(electrode: PhaseStack) -> None:
    assert electrode.counts == {"pore": 9_108_821, "active": 11_357_945, "binder": 2_274_085}


def test_its_surface_is_within_five_percent_of_the_published_one(electrode: PhaseStack) -> None:
    # Published for a crop: 0.2476 1/um, estimator not stated.
    assert surface_by_crofton(electrode).specific == pytest.approx(0.2476e6, rel=0.05)


def test_a_part_of_it_becomes_a_layout_with_its_volume_contacts_and_paths(electrode: PhaseStack) -> None:
    part = crop_stack(electrode.stack, (0, 0, 0), (100, 100, 100))
    phases = read_phases(part, electrode.values)
    found = extract_from_phases(phases)
    assert found.separated is not None
    assert found.wiring is not None
    assert found.pores is not None
    # All but the specks that were removed.
    kept = phases.counts["active"] - found.separated.removed_voxels
    assert found.layout.volume_fraction == pytest.approx(kept / part.voxels, rel=1e-7)
    # Published mean radius of the whole electrode: 4.19 um.
    whole = ~found.layout.at_border
    assert found.layout.radii[whole].mean() == pytest.approx(4.19e-6, rel=0.15)
    assert found.layout.contacts is not None
    assert len(found.layout.contacts) > len(found.layout)
    assert found.wiring.isolated_volume < 0.01
    require_paths(found.wiring, found.pores)


def test_the_tool_prints_its_figures_and_writes_the_layout(repository: Path, tmp_path: Path) -> None:
    shape = (24, 24, 40)
    voxels = (ball(shape, (12, 12, 11), 8.0) | ball(shape, (12, 12, 29), 8.0)).astype(np.uint8)
    np.save(tmp_path / "two.npy", voxels)
    program = [sys.executable, str(repository / "tools" / "real_electrode.py"), str(tmp_path / "two.npy")]
    more = ["--voxel-size", "1e-6", "--out", str(tmp_path / "two.csv"), "--worker", "1"]
    done = subprocess.run([*program, *more], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    figures = json.loads(done.stdout)
    assert figures["counts"]["active"] == int(voxels.sum())
    assert figures["particles"] == len(read_layout(tmp_path / "two.csv")) == 2
    assert figures["surface"]["crofton"] == pytest.approx(2 * 4 * np.pi * 64 / (23 * 23 * 39), rel=0.05)
    assert figures["peak GB"] >= figures["before GB"] > 0.01


def test_the_mirrored_stack_of_the_tool_is_the_array_mirrored(repository: Path) -> None:
    tool = load(repository / "tools" / "real_electrode.py")
    voxels = np.arange(3 * 4 * 5).reshape(3, 4, 5)
    made = tool.Mirrored(ImageStack.from_array(voxels, 1e-6).source, 3)
    expected = voxels
    for axis in range(3):
        expected = np.concatenate([expected, np.flip(expected, axis), expected], axis)
    assert made.shape == (9, 12, 15)
    assert np.array_equal(made.read(0, 9), expected)
    assert np.array_equal(made.read(2, 7), expected[2:7])
