"""Paths of particles as an image shows them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from chemomech.errors import InputError
from chemomech.validation.claims.image_wiring import path_resistances, read_wiring_table

HEAD = "id,volume [um3],radius [um],border,binder coverage,wired,touches wired binder"


def table(folder: Path, *rows: str, head: str = HEAD) -> Path:
    path = folder / "wiring.csv"
    path.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    return path


def test_particles_that_the_border_cuts_do_not_count(tmp_path: Path) -> None:
    read = read_wiring_table(table(tmp_path, "0,1,1,0,0.5,1,1", "1,1,1,1,0.5,0,0", "2,1,1,0,0.2,0,0"))
    np.testing.assert_array_equal(read.coverage, [0.5, 0.2])
    np.testing.assert_array_equal(read.wired, [True, False])


def test_resistance_is_that_of_the_covered_surface_and_infinite_without_a_path(tmp_path: Path) -> None:
    area = np.full(400, 1.0e-10)
    covered = read_wiring_table(table(tmp_path, "0,1,1,0,0.5,1,1"))
    # 1 / (0.5 x 1e5 S/m2 x 1e-10 m2)
    np.testing.assert_allclose(path_resistances(covered, area, 1e5, np.random.default_rng(1)), 2.0e5)
    cut = read_wiring_table(table(tmp_path, "0,1,1,0,0.5,0,0"))
    assert np.isinf(path_resistances(cut, area, 1e5, np.random.default_rng(1))).all()
    half = read_wiring_table(table(tmp_path, "0,1,1,0,0.5,0,0", "1,1,1,0,0.5,1,1"))
    share = np.isinf(path_resistances(half, area, 1e5, np.random.default_rng(1))).mean()
    assert share == pytest.approx(0.5, abs=0.1)


def test_a_path_over_neighbours_alone_is_a_path(tmp_path: Path) -> None:
    read = read_wiring_table(table(tmp_path, "0,1,1,0,0.0,1,0"))
    found = path_resistances(read, np.array([1.0e-10]), 1e5, np.random.default_rng(1))
    assert np.isfinite(found).all()


@pytest.mark.parametrize(
    ("rows", "head", "words"),
    [
        (("0,1,1,0,0.5,1,1",), HEAD.replace("border", "edge"), "no column 'border'"),
        (("0,1,1,0,0.5,1,1",), HEAD.replace("wired,", "joined,"), "no column 'wired'"),
        (("0,1,1,1,0.5,1,1",), HEAD, "no whole particle"),
        (("0,1,1,0,1.5,1,1",), HEAD, "a coverage between 0 and 1"),
        (("0,1,1,0,nan,1,1",), HEAD, "a coverage between 0 and 1"),
        (("0,1,1,0,half,1,1",), HEAD, "cannot be read"),
        (("0,1,1,0",), HEAD, "cannot be read"),
    ],
)
def test_a_table_that_is_not_one_is_refused(
    tmp_path: Path, rows: tuple[str, ...], head: str, words: str
) -> None:
    with pytest.raises(InputError, match=words):
        read_wiring_table(table(tmp_path, *rows, head=head))
