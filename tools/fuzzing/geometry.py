"""Layouts, image stacks, meshes and tables of particles."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import tifffile

from fuzzing.cases import CASE, LAYOUT, run_words, written
from fuzzing.trial import NONSENSE, OPEN, SENSE, Maker, Random, Trial, mangled

SECOND = """\
# chemomech particle layout 2
# voxel size [um]: 0.4, 0.4, 0.4
# box [um]: 20, 20, 40
x [um],y [um],z [um],radius [um],id,border
5.0,5.0,5.0,3.0,17,0
9.0,5.0,5.0,2.0,23,1
# contacts
first,second,area [um2]
17,23,2.5
"""

EDITS: list[tuple[str, str, str]] = [
    ("layout 1", "layout 3", NONSENSE),
    ("layout 1", "layout x", NONSENSE),
    ("layout 1", "layout", NONSENSE),
    ("# chemomech particle layout 1\n", "", OPEN),
    ("[um]: 9, 9, 12", "[mm]: 9, 9, 12", NONSENSE),
    ("[um]: 9, 9, 12", "[m]: 9, 9, 12", NONSENSE),
    ("[um]: 9, 9, 12", "[nm]: 9, 9, 12", NONSENSE),
    ("[um]", "[mm]", NONSENSE),
    ("[um]", "[m]", NONSENSE),
    ("[um]", "[nm]", NONSENSE),
    ("[um]: 9, 9, 12", "[um]: 9, 9", NONSENSE),
    ("[um]: 9, 9, 12", "[um]: 9, 9, 12, 4", NONSENSE),
    ("[um]: 9, 9, 12", "[um]: 9, 9, nan", NONSENSE),
    ("[um]: 9, 9, 12", "[um]: 9, 9, inf", NONSENSE),
    ("[um]: 9, 9, 12", "[um]: 9, 9, -12", NONSENSE),
    ("[um]: 9, 9, 12", "[um]: 9, 9, 0", NONSENSE),
    ("# box [um]: 9, 9, 12\n", "", NONSENSE),
    ("# box [um]: 9, 9, 12\n", "# box [um]: 9, 9, 12\n# box [um]: 9, 9, 14\n", NONSENSE),
    ("# name: three\n", "# name: three\n# name: four\n", NONSENSE),
    ("# name: three\n", "# voxel size [um]: nan, 1, 1\n", NONSENSE),
    ("# name: three\n", "# voxel size [um]: -1, 1, 1\n", NONSENSE),
    ("# name: three\n", "# voxel size [um]: 1000, 1, 1\n", NONSENSE),
    ("radius [um]", "radius", NONSENSE),
    ("radius [um]", "diameter [um]", NONSENSE),
    ("radius [um]", "radius [s]", NONSENSE),
    ("radius [um]", "radius [mm]", NONSENSE),
    ("radius [um]", "radius [nm]", NONSENSE),
    ("radius [um]", "radius [um],radius [um]", NONSENSE),
    ("x [um],y", "x [um],x [um],y", NONSENSE),
    ("radius [um]", "radius [um],colour", NONSENSE),
    ("2.2\n", "2,2\n", NONSENSE),
    ("2.6,2.7,2.8,2.2", "2,6,2,7,2,8,2,2", NONSENSE),
    ("2.2\n", "2.2,5\n", NONSENSE),
    ("2.2\n", "2.2,\n", NONSENSE),
    ("2.8,2.2", "2.8", NONSENSE),
    ("2.2\n", "-2.2\n", NONSENSE),
    ("2.2\n", "0\n", NONSENSE),
    ("2.2\n", "nan\n", NONSENSE),
    ("2.2\n", "inf\n", NONSENSE),
    ("2.2\n", "1e300\n", NONSENSE),
    ("2.2\n", "2200\n", NONSENSE),
    ("2.2\n", "0.000001\n", NONSENSE),
    ("2.2\n", "2.2 um\n", NONSENSE),
    ("2.2\n", "1_0\n", NONSENSE),
    ("2.2\n", "2.2abc\n", NONSENSE),
    ("2.6,", "nan,", NONSENSE),
    ("2.6,", "1e300,", NONSENSE),
    ("2.6,", "-40,", NONSENSE),
    ("2.6,2.7,2.8,2.2\n", "2.6,2.7,2.8,2.2\n2.6,2.7,2.8,2.2\n", NONSENSE),
    ("2.6,2.7,2.8,2.2\n", "2.6;2.7;2.8;2.2\n", NONSENSE),
    ("2.6,2.7", '"2.6,2.7', NONSENSE),
    ("name: three", "name: drei µm Würfel", SENSE),
    ("2.2\n", "2.2\n\n", SENSE),
    ("# name: three", "# a remark", SENSE),
]
"""Replaced text, its replacement in the first layout, and the verdict."""

SECOND_EDITS: list[tuple[str, str, str]] = [
    ("17,0", "23,0", NONSENSE),
    ("17,0", "99999999999999999999999,0", NONSENSE),
    ("17,0", "1.5,0", NONSENSE),
    ("17,0", "17,2", NONSENSE),
    ("17,0", "17,-1", NONSENSE),
    ("17,0", "-17,0", OPEN),
    ("17,23,", "17,99,", NONSENSE),
    ("17,23,", "17,17,", NONSENSE),
    ("23,2.5", "23,-2.5", NONSENSE),
    ("23,2.5", "23,nan", NONSENSE),
    ("23,2.5", "23,1e9", NONSENSE),
    ("17,23,2.5\n", "17,23,2.5\n23,17,2.5\n", NONSENSE),
    ("17,23,2.5\n", "17,23,2.5\n# contacts\nfirst,second,area [um2]\n", NONSENSE),
    ("[um2]", "[um]", NONSENSE),
    ("[um2]", "", NONSENSE),
    ("2.5\n", "2.5,4\n", NONSENSE),
    ("0.4, 0.4, 0.4", "0.4, 0.4, 0", NONSENSE),
    ("id,border", "id,id", NONSENSE),
    ("2.5\n", "2.5\n", SENSE),
    ("layout 2", "layout 1", NONSENSE),
]


class Layouts(Maker):
    """A layout file: described, or as the particles of a case."""

    name = "layout"

    def make(self, rng: Random, folder: Path) -> Trial:
        """See `Maker`."""
        case = written(folder, CASE)
        path = folder / "three.csv"
        if rng.random() < 0.25:
            content, note, verdict = mangled(rng, LAYOUT.encode())
            path.write_bytes(content)
        else:
            text, edits = rng.choice(((LAYOUT, EDITS), (LAYOUT, EDITS), (SECOND, SECOND_EDITS)))
            old, new, verdict = rng.choice(edits)
            count = -1 if old == "[um]" else 1
            path.write_text(text.replace(old, new, count), encoding="utf-8")
            note = f"{old!r} -> {new!r}"
            if text is SECOND:
                return Trial(note, verdict, ("layout", "info", str(path)))
        info = ("layout", "info", str(path))
        return Trial(note, verdict, rng.choice((info, run_words(case))))


def _image(rng: Random) -> np.ndarray:
    grid = np.indices((10, 12, 12)) + 0.5
    image = np.zeros((10, 12, 12), dtype=np.uint8)
    for centre in ((5.0, 3.5, 3.5), (5.0, 8.0, 8.0)):
        image[((grid - np.reshape(centre, (3, 1, 1, 1))) ** 2).sum(axis=0) < 3.2**2] = 1
    return image


class Stacks(Maker):
    """An image stack, and the options of ``layout extract``."""

    name = "stack"

    def make(self, rng: Random, folder: Path) -> Trial:
        """See `Maker`."""
        image = _image(rng)
        out = ("--out", str(folder / "made.csv"))
        size = ("--voxel-size", "0.8 um")
        if rng.random() < 0.45:
            path, note, verdict, more = self._file(rng, folder, image)
            return Trial(note, verdict, ("layout", "extract", str(path), *size, *out, *more))
        path = folder / "s.npy"
        np.save(path, image)
        options: list[tuple[tuple[str, ...], str]] = [
            (size, SENSE),
            (("--voxel-size", "0.8"), NONSENSE),
            (("--voxel-size", "-0.8 um"), NONSENSE),
            (("--voxel-size", "nan um"), NONSENSE),
            (("--voxel-size", "0 um"), NONSENSE),
            (("--voxel-size", "0.8 m"), NONSENSE),
            (("--voxel-size", "0.8 mm"), NONSENSE),
            (("--voxel-size", "0.8 s"), NONSENSE),
            (("--voxel-size", "0.8,0.8 um"), NONSENSE),
            (("--voxel-size", "0.8,0.4,0.8 um"), NONSENSE),
            ((), NONSENSE),
            ((*size, "--active", "0"), NONSENSE),
            ((*size, "--active", "9"), NONSENSE),
            ((*size, "--binder", "1"), NONSENSE),
            ((*size, "--pore", "5"), NONSENSE),
            ((*size, "--neck-ratio", "nan"), NONSENSE),
            ((*size, "--neck-ratio", "-1"), NONSENSE),
            ((*size, "--neck-ratio", "7"), NONSENSE),
            ((*size, "--neck-ratio", "0.5", "--peak-depth", "1 um"), NONSENSE),
            ((*size, "--peak-depth", "1"), NONSENSE),
            ((*size, "--peak-depth", "-1 um"), NONSENSE),
            ((*size, "--smoothing", "-1"), NONSENSE),
            ((*size, "--smoothing", "nan"), NONSENSE),
            ((*size, "--smoothing", "1e9"), NONSENSE),
            ((*size, "--fragment", "-3"), NONSENSE),
            ((*size, "--fragment", "0"), OPEN),
            ((*size, "--thickness-axis", "7"), NONSENSE),
            ((*size, "--thickness-axis", "-1"), NONSENSE),
            ((*size, "--crop", "0,0,0,99,9,9"), NONSENSE),
            ((*size, "--crop", "5,0,0,2,9,9"), NONSENSE),
            ((*size, "--crop", "-1,0,0,9,9,9"), NONSENSE),
            ((*size, "--crop", "0,0,0"), NONSENSE),
            ((*size, "--bin", "0"), NONSENSE),
            ((*size, "--bin", "-2"), NONSENSE),
            ((*size, "--bin", "99"), NONSENSE),
            ((*size, "--memory", "0"), NONSENSE),
            ((*size, "--memory", "-1"), NONSENSE),
            ((*size, "--memory", "nan"), NONSENSE),
            ((*size, "--grey", "7"), NONSENSE),
            ((*size, "--grey", "2", "--thresholds", "nan"), NONSENSE),
            ((*size, "--grey", "2", "--thresholds", "a"), NONSENSE),
            ((*size, "--grey", "3", "--thresholds", "5,3"), NONSENSE),
            ((*size, "--thresholds", "5"), NONSENSE),
            ((*size, "--shape", "2,2,2"), NONSENSE),
            ((*size, "--dtype", "uint8"), NONSENSE),
            ((*size, "--dataset", "a"), NONSENSE),
        ]
        chosen, verdict = rng.choice(options)
        return Trial(" ".join(chosen), verdict, ("layout", "extract", str(path), *chosen, *out))

    def _file(self, rng: Random, folder: Path, image: np.ndarray) -> tuple[Path, str, str, tuple[str, ...]]:
        npy, tif, raw = folder / "s.npy", folder / "s.tif", folder / "s.raw"

        def save(array: Any) -> Callable[[], Path]:
            def write() -> Path:
                np.save(npy, array, allow_pickle=True)
                return npy

            return write

        def tiff(*parts: np.ndarray, **options: Any) -> Callable[[], Path]:
            def write() -> Path:
                for number, part in enumerate(parts):
                    tifffile.imwrite(
                        tif, part, append=number > 0, photometric="minisblack", metadata=None, **options
                    )
                return tif

            return write

        def rgb() -> Path:
            tifffile.imwrite(tif, np.stack([image] * 3, axis=-1), photometric="rgb")
            return tif

        def changed(path: Callable[[], Path], change: Callable[[bytes], bytes]) -> Callable[[], Path]:
            def write() -> Path:
                place = path()
                place.write_bytes(change(place.read_bytes()))
                return place

            return write

        def as_raw(content: bytes) -> Callable[[], Path]:
            def write() -> Path:
                raw.write_bytes(content)
                return raw

            return write

        def renamed(path: Callable[[], Path], name: str) -> Callable[[], Path]:
            return lambda: path().rename(folder / name)

        spoilt = image.astype(float)
        spoilt[3, 3, 3] = np.nan
        seven = image.copy()
        seven[0, 0, 0] = 7
        shape = ("--shape", "10,12,12", "--dtype", "uint8")
        files: list[tuple[str, Callable[[], Path], str, tuple[str, ...]]] = [
            ("npy", save(image), SENSE, ()),
            ("tiff", tiff(image), SENSE, ()),
            ("compressed tiff", tiff(image, compression="zlib"), SENSE, ()),
            ("raw", as_raw(image.tobytes()), SENSE, shape),
            ("tiff with a series appended", tiff(image, image), OPEN, ()),
            ("tiff with a series of another size appended", tiff(image, image[:, :6]), NONSENSE, ()),
            ("tiff with a page of another size", tiff(image, image[0, :6]), NONSENSE, ()),
            ("tiff with a page of another type", tiff(image, image[0].astype(np.uint16)), NONSENSE, ()),
            ("tiff with colours", rgb, NONSENSE, ()),
            ("one plane", tiff(image[0]), NONSENSE, ()),
            ("cut npy", changed(save(image), lambda b: b[: len(b) - rng.randrange(1, 900)]), NONSENSE, ()),
            (
                "npy with more bytes",
                changed(save(image), lambda b: b + b"\0" * rng.randrange(1, 99)),
                NONSENSE,
                (),
            ),
            ("cut tiff", changed(tiff(image), lambda b: b[: rng.randrange(1, len(b) // 2)]), NONSENSE, ()),
            ("tiff with flipped bytes", changed(tiff(image), lambda b: _flip(rng, b, 200)), OPEN, ()),
            (
                "compressed tiff cut",
                changed(tiff(image, compression="zlib"), lambda b: b[: len(b) * 2 // 3]),
                NONSENSE,
                (),
            ),
            ("npy with flipped bytes", changed(save(image), lambda b: _flip(rng, b, 128)), OPEN, ()),
            ("four axes", save(image[None]), NONSENSE, ()),
            ("two axes", save(image[0]), NONSENSE, ()),
            ("no voxels", save(image[:0]), NONSENSE, ()),
            ("complex", save(image.astype(complex)), NONSENSE, ()),
            ("objects", save(image.astype(object)), NONSENSE, ()),
            ("text", save(image.astype(str)), NONSENSE, ()),
            ("NaN", save(spoilt), NONSENSE, ()),
            ("a value of no phase", save(seven), NONSENSE, ()),
            ("nothing but pores", save(np.zeros_like(image)), NONSENSE, ()),
            ("nothing but active", save(np.ones_like(image)), NONSENSE, ()),
            ("empty", as_raw(b""), NONSENSE, shape),
            ("raw of another length", as_raw(image.tobytes() + b"1"), NONSENSE, shape),
            ("raw without a shape", as_raw(image.tobytes()), NONSENSE, ()),
            (
                "raw of nonsense",
                as_raw(image.tobytes()),
                NONSENSE,
                ("--shape", "10,12,12", "--dtype", "nonsense"),
            ),
            ("raw of objects", as_raw(image.tobytes()), NONSENSE, ("--shape", "10,12,12", "--dtype", "O")),
            ("raw of bytes", as_raw(image.tobytes()), NONSENSE, ("--shape", "10,12,12", "--dtype", "S1")),
            (
                "raw of a record",
                as_raw(image.tobytes()),
                NONSENSE,
                ("--shape", "10,12,12", "--dtype", "u1,u1"),
            ),
            (
                "raw of a negative shape",
                as_raw(image.tobytes()),
                NONSENSE,
                ("--shape", "-10,-12,12", "--dtype", "uint8"),
            ),
            (
                "raw of no shape",
                as_raw(image.tobytes()),
                NONSENSE,
                ("--shape", "0,12,12", "--dtype", "uint8"),
            ),
            ("npy called tif", renamed(save(image), "t.tif"), NONSENSE, ()),
            ("tif called npy", renamed(tiff(image), "t.npy"), NONSENSE, ()),
            ("npy called h5", renamed(save(image), "t.h5"), NONSENSE, ()),
            ("npy called png", renamed(save(image), "t.png"), NONSENSE, ()),
            ("a folder", lambda: folder, NONSENSE, ()),
        ]
        note, write, verdict, more = rng.choice(files)
        return write(), note, verdict, more


def _flip(rng: Random, whole: bytes, first: int) -> bytes:
    changed = bytearray(whole)
    for _ in range(3):
        changed[rng.randrange(min(first, len(whole)))] = rng.randrange(256)
    return bytes(changed)
