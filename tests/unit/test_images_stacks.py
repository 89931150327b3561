"""Image stacks: files, voxel sizes, parts and bins, segmentation, and what is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
import tifffile
from support.images import MICRO, ball

from chemomech.errors import InputError
from chemomech.geometry.images import (
    GaussianFilter,
    ImageStack,
    MedianFilter,
    MemoryLimit,
    PhaseValues,
    bin_stack,
    crop_stack,
    majority_of_block,
    mean_of_block,
    open_stack,
    read_phases,
    segment_grey,
)

VOXELS = np.random.default_rng(0).integers(0, 200, (7, 6, 5))


def written(folder: Path, kind: str, voxels: np.ndarray) -> tuple[Path, dict[str, Any]]:
    """A stack in a file, and what else opening it needs."""
    path = folder / f"stack{kind}"
    if kind == ".npy":
        np.save(path, voxels)
    elif kind == ".h5":
        with h5py.File(path, "w") as file:
            file["group/voxels"] = voxels
            file["other"] = np.arange(3)
    elif kind == ".raw":
        voxels.tofile(path)
        return path, {"shape": voxels.shape, "dtype": voxels.dtype.str}
    elif kind == ".tif":
        tifffile.imwrite(path, voxels, photometric="minisblack")
    else:
        path = folder / "packed.tiff"
        tifffile.imwrite(path, voxels, photometric="minisblack", compression=kind)
    return path, {}


@pytest.mark.parametrize("kind", [".npy", ".h5", ".raw", ".tif", "zlib", "lzw"])
@pytest.mark.parametrize("dtype", ["uint8", "int16", "uint32", "float32"])
def test_every_reader_gives_the_planes_of_every_type(tmp_path: Path, kind: str, dtype: str) -> None:
    voxels = VOXELS.astype(dtype)
    path, more = written(tmp_path, kind, voxels)
    stack = open_stack(path, 0.4 * MICRO, **more)
    assert stack.shape == (7, 6, 5)
    assert stack.dtype == voxels.dtype
    assert stack.voxel_size == (0.4 * MICRO,) * 3
    assert np.array_equal(stack.read(0, 7), voxels)
    assert np.array_equal(stack.read(3, 4), voxels[3:4])
    slabs = list(stack.slabs(3, overlap=1))
    assert [(first, len(planes)) for first, planes in slabs] == [(0, 4), (3, 4), (6, 1)]


def test_mapped_files_are_not_read_before_they_are_needed(tmp_path: Path) -> None:
    for kind in (".npy", ".raw", ".tif"):
        path, more = written(tmp_path, kind, VOXELS.astype("uint8"))
        assert isinstance(open_stack(path, MICRO, **more).source.array, np.memmap), kind


@pytest.mark.parametrize(
    ("edges", "more", "words"),
    [
        (None, {}, "no voxel size is given and none is assumed"),
        ((1e-6, 1e-6, 2e-6), {}, "edges that differ; .* anisotropic"),
        ((1e-6, 1e-6), {}, "has 2 values"),
        (0.0, {}, "must lie between 1e-10 and 0.0001 m"),
        (float("nan"), {}, "is not a number"),
    ],
)
def test_the_voxel_size_is_asked_for_and_never_guessed(
    tmp_path: Path, edges: Any, more: dict[str, Any], words: str
) -> None:
    path, _ = written(tmp_path, ".npy", VOXELS)
    with pytest.raises(InputError, match=words):
        open_stack(path, edges, **more)


def test_anisotropic_voxels_are_taken_when_they_are_meant(tmp_path: Path) -> None:
    path, _ = written(tmp_path, ".npy", VOXELS)
    stack = open_stack(path, (2e-6, 1e-6, 1e-6), anisotropic=True)
    assert stack.voxel_volume == pytest.approx(2e-18)


@pytest.mark.parametrize(
    ("name", "make", "more", "words"),
    [
        ("none.tif", None, {}, "does not exist"),
        ("a.png", b"x", {}, "'.png', which no reader takes; .* .tif"),
        ("a.tif", b"nonsense", {}, "cannot be read"),
        ("a.npy", b"nonsense", {}, "cannot be read"),
        ("a.h5", b"nonsense", {}, "cannot be read"),
        ("a.raw", b"12345678", {}, "does not say its shape and type"),
        ("a.raw", b"12345678", {"shape": (2, 2, 3), "dtype": "uint8"}, "has 8 bytes, but .* take 12"),
        ("a.raw", b"12345678", {"shape": (2, 2, 2), "dtype": "unit8"}, "type 'unit8' .* is unknown"),
    ],
)
def test_files_that_are_no_stack_are_refused(
    tmp_path: Path, name: str, make: bytes | None, more: dict[str, Any], words: str
) -> None:
    if make is not None:
        (tmp_path / name).write_bytes(make)
    with pytest.raises(InputError, match=words):
        open_stack(tmp_path / name, MICRO, **more)


def test_damaged_compressed_planes_are_refused(tmp_path: Path) -> None:
    path, _ = written(tmp_path, "zlib", VOXELS.astype("uint8"))
    with tifffile.TiffFile(path) as file:
        place, size = file.pages[3].dataoffsets[0], file.pages[3].databytecounts[0]
    content = bytearray(path.read_bytes())
    content[place : place + size] = b"x" * size
    path.write_bytes(bytes(content))
    stack = open_stack(path, MICRO)
    assert np.array_equal(stack.read(0, 2), VOXELS[:2])
    with pytest.raises(InputError, match="cannot be read"):
        stack.read(3, 4)


def test_a_flat_image_and_an_unclear_dataset_are_refused(tmp_path: Path) -> None:
    np.save(tmp_path / "flat.npy", VOXELS[0])
    with pytest.raises(InputError, match="has 2 axes"):
        open_stack(tmp_path / "flat.npy", MICRO)
    with h5py.File(tmp_path / "two.h5", "w") as file:
        file["phases"], file["grey"] = VOXELS, VOXELS
    with pytest.raises(InputError, match="holds 2 datasets of three axes"):
        open_stack(tmp_path / "two.h5", MICRO)
    with pytest.raises(InputError, match="did you mean 'phases'"):
        open_stack(tmp_path / "two.h5", MICRO, dataset="phase")
    assert open_stack(tmp_path / "two.h5", MICRO, dataset="/grey").shape == (7, 6, 5)


@pytest.mark.parametrize(
    ("voxels", "words"),
    [
        (np.zeros((0, 4, 4), dtype=np.uint8), "is empty"),
        (np.zeros((2, 2, 2), dtype=complex), "of type complex128"),
        (np.zeros((2, 2), dtype=np.uint8), "has 2 axes"),
    ],
)
def test_arrays_that_are_no_stack_are_refused(voxels: np.ndarray, words: str) -> None:
    with pytest.raises(InputError, match=words):
        ImageStack.from_array(voxels, MICRO)


def test_voxels_that_are_no_number_are_refused_with_their_plane() -> None:
    voxels = np.ones((4, 3, 3))
    voxels[2, 1, 1] = np.nan
    with pytest.raises(InputError, match="plane 2 .* NaN"):
        ImageStack.from_array(voxels, MICRO).read(1, 4)


def test_a_part_of_a_stack_is_the_part_of_the_array() -> None:
    stack = ImageStack.from_array(VOXELS, MICRO)
    assert np.array_equal(crop_stack(stack, (1, 2, 0), (6, 5, 4)).read(1, 3), VOXELS[2:4, 2:5, 0:4])
    for low, high in (((0, 0, 0), (8, 6, 5)), ((3, 0, 0), (3, 6, 5)), ((-1, 0, 0), (3, 6, 5))):
        with pytest.raises(InputError, match="does not lie within"):
            crop_stack(stack, low, high)


def test_blocks_become_their_mean_or_their_majority() -> None:
    stack = ImageStack.from_array(VOXELS, MICRO)
    binned = bin_stack(stack, 2, mean_of_block)
    assert binned.shape == (3, 3, 2)
    assert binned.voxel_size == (2 * MICRO,) * 3
    assert binned.read(1, 2)[0, 2, 1] == pytest.approx(VOXELS[2:4, 4:6, 2:4].mean())
    block = np.array([[5, 9, 9, 2, 7, 9, 0, 1], [3, 4, 4, 3, 8, 7, 6, 5]])
    assert majority_of_block(block).tolist() == [9, 3]
    assert bin_stack(stack, 2, majority_of_block).dtype == VOXELS.dtype
    with pytest.raises(InputError, match="the block to bin by = 6"):
        bin_stack(stack, 6, mean_of_block)


@pytest.mark.parametrize("dtype", ["uint8", "int64", "float64"])
def test_phases_are_counted_exactly_whatever_the_slabs(dtype: str) -> None:
    voxels = np.random.default_rng(1).choice([0, 1, 2], (30, 20, 20), p=[0.4, 0.5, 0.1]).astype(dtype)
    stack = ImageStack.from_array(voxels, MICRO)
    for limit in (MemoryLimit(), MemoryLimit(1e6)):
        phases = read_phases(stack, PhaseValues(active=1, pore=0, binder=2), limit)
        assert phases.counts == {
            name: int((voxels == value).sum()) for name, value in phases.values.named.items()
        }
    assert sum(phases.fractions.values()) == pytest.approx(1.0)
    assert (phases.pore(voxels) | phases.active(voxels) | phases.binder(voxels)).all()


@pytest.mark.parametrize(
    ("values", "phases", "words"),
    [
        ([0, 1, 7], PhaseValues(1), r"value 7 \(8 voxels\), which is no phase"),
        ([1, 1, 1], PhaseValues(1), "holds only the value 1"),
        ([0, 1, 1], PhaseValues(1, 0, 2), "no voxel of binder = 2"),
        ([0, 2, 2], PhaseValues(1, 0, 2), "no voxel of active = 1"),
        (list(range(2000)), PhaseValues(1), "more than 1000 different values"),
    ],
)
def test_segmented_stacks_that_are_none_are_refused(
    values: list[int], phases: PhaseValues, words: str
) -> None:
    voxels = np.repeat(np.array(values, dtype=np.int32), 8).reshape(-1, 2, 4)
    with pytest.raises(InputError, match=words):
        read_phases(ImageStack.from_array(voxels, MICRO), phases)


def test_two_phases_cannot_have_the_same_value() -> None:
    with pytest.raises(InputError, match="the same value"):
        PhaseValues(active=1, pore=1)


def grey_ball() -> tuple[np.ndarray, np.ndarray]:
    """A bright ball with a grey shell in the dark, and the same with noise, as 16-bit grey values."""
    shape = (24, 24, 24)
    truth = ball(shape, (12, 12, 12), 10.0).astype(int) + ball(shape, (12, 12, 12), 7.0)
    noise = np.random.default_rng(2).normal(0.0, 1500.0, shape)
    return truth, np.clip(8000.0 + 15000.0 * truth + noise, 0, 65535).astype(np.uint16)


@pytest.mark.parametrize("noise_filter", [MedianFilter(3), GaussianFilter(0.7)])
def test_grey_values_are_segmented_by_multi_otsu(noise_filter: Any) -> None:
    truth, grey = grey_ball()
    stack, thresholds = segment_grey(ImageStack.from_array(grey, MICRO), 3, noise_filter=noise_filter)
    assert 10000 < thresholds[0] < 21000  # the means of the classes are 8000, 23000 and 38000
    assert 25000 < thresholds[1] < 36000
    whole = stack.read(0, 24)
    assert (whole == truth).mean() > 0.9
    assert np.array_equal(stack.read(5, 9), whole[5:9])  # a slab sees its halo
    assert (read_phases(stack, PhaseValues(active=2, pore=0, binder=1)).fractions["active"]) == pytest.approx(
        (truth == 2).mean(), rel=0.1
    )


def test_two_classes_use_otsu_and_thresholds_can_be_given() -> None:
    truth, grey = grey_ball()
    stack = ImageStack.from_array(np.where(truth > 0, grey, 8000), MICRO)
    assert (segment_grey(stack)[0].read(0, 24) == (truth > 0)).mean() > 0.95
    segmented, thresholds = segment_grey(stack, noise_filter=MedianFilter(1), thresholds=[30000])
    assert thresholds == (30000.0,)
    assert np.array_equal(segmented.read(0, 24), (np.where(truth > 0, grey, 8000) >= 30000).astype(np.uint8))


@pytest.mark.parametrize(
    ("voxels", "arguments", "words"),
    [
        (np.full((4, 4, 4), 7), {}, "are all 7"),
        (np.arange(64).reshape(4, 4, 4), {"classes": 1}, "number of classes = 1"),
        (np.arange(64).reshape(4, 4, 4), {"classes": 3, "thresholds": [5.0]}, "need 2 thresholds"),
        (np.arange(64).reshape(4, 4, 4), {"classes": 3, "thresholds": [5.0, 4.0]}, "ascending order"),
        (
            np.repeat([1, 9], 32).reshape(4, 4, 4),
            {"classes": 3, "noise_filter": MedianFilter(1)},
            "2 distinct grey values, too few",
        ),
    ],
)
def test_grey_values_that_cannot_be_segmented_are_refused(
    voxels: np.ndarray, arguments: dict[str, Any], words: str
) -> None:
    with pytest.raises(InputError, match=words):
        segment_grey(ImageStack.from_array(voxels, MICRO), **arguments)


@pytest.mark.parametrize("make", [lambda: MedianFilter(4), lambda: GaussianFilter(-1.0)])
def test_filters_out_of_range_are_refused(make: Any) -> None:
    with pytest.raises(InputError, match="choose"):
        make()
