"""Studies as maps and the scoreboard as rows."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from chemomech.app import colours
from chemomech.app.board import read_board
from chemomech.app.maps import map_of, outcomes_of, quantities_of
from chemomech.errors import InputError

CAPACITY = np.array([[100.0, 110.0, np.nan], [90.0, 95.0, 99.0]])
STATUS = np.array([["finished", "finished", "failed"], ["finished"] * 3], dtype=object)
KEYS = np.array([["a", "b", "c"], ["d", "e", "f"]], dtype=object)


def outcome() -> xr.Dataset:
    dims = ("c_rate", "thickness")
    return xr.Dataset(
        {
            "capacity_mAh_g": (dims, CAPACITY, {"units": "mAh g-1", "long_name": "capacity"}),
            "power": (dims, np.full((2, 3), np.nan), {"units": "-"}),
            "status": (dims, STATUS),
            "key": (dims, KEYS),
        },
        coords={
            "c_rate": ("c_rate", [1.0, 5.0], {"units": "-", "long_name": "c_rate"}),
            "thickness": ("thickness", [40.0, 60.0, 80.0], {"units": "um", "long_name": "thickness"}),
        },
    )


def test_every_run_has_its_field_with_its_value_and_its_folder() -> None:
    drawn = map_of(outcome(), "capacity_mAh_g")
    assert drawn.columns == ("40 um", "60 um", "80 um")
    assert [head for head, _ in drawn.rows] == ["1", "5"]
    assert [[field.text for field in fields] for _, fields in drawn.rows] == [
        ["100", "110", "failed"],
        ["90", "95", "99"],
    ]
    assert [[field.folder for field in fields] for _, fields in drawn.rows] == [
        ["runs/a", "runs/b", ""],
        ["runs/d", "runs/e", "runs/f"],
    ]
    assert drawn.rows[1][1][2].title == "5, 80 um: 99"
    least, most = drawn.rows[1][1][0], drawn.rows[0][1][1]
    assert least.colour == colours.hex_of(colours.table("viridis")[0])
    assert most.colour == colours.hex_of(colours.table("viridis")[-1])


def test_text_on_a_field_can_be_read() -> None:
    def luminance(text: str) -> float:
        parts = [int(text[k : k + 2], 16) / 255 for k in (1, 3, 5)]
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    for _, fields in map_of(outcome(), "capacity_mAh_g").rows:
        for field in fields:
            low, high = sorted((luminance(field.colour), luminance(field.ink)))
            assert (high + 0.05) / (low + 0.05) >= 4.5  # WCAG 2.2, 1.4.3


def test_a_design_that_is_no_grid_has_a_row_a_point() -> None:
    points = xr.Dataset(
        {
            "capacity_mAh_g": ("point", [1.0, 2.0]),
            "status": ("point", np.array(["finished"] * 2, dtype=object)),
            "key": ("point", np.array(["a", "b"], dtype=object)),
        },
        coords={"c_rate": ("point", [1.0, 5.0]), "thickness": ("point", [40.0, 60.0])},
    )
    drawn = map_of(points, "capacity_mAh_g")
    assert [head for head, _ in drawn.rows] == ["c_rate = 1, thickness = 40", "c_rate = 5, thickness = 60"]


def test_only_quantities_with_a_value_are_offered() -> None:
    assert list(quantities_of(outcome())) == ["capacity_mAh_g"]
    with pytest.raises(InputError, match="no 'power' to show"):
        map_of(outcome(), "power")


def test_studies_without_an_outcome_or_with_a_damaged_one_say_so(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="has no outcome yet"):
        outcomes_of(tmp_path)
    (tmp_path / "outcome-dfn.nc").write_bytes(b"nonsense")
    with pytest.raises(InputError, match="is damaged or of another program"):
        outcomes_of(tmp_path)


def test_a_scoreboard_is_read(tmp_path: Path) -> None:
    claim = {"id": "A1", "name": "n", "verdict": "agrees", "verdict_before": None, "margin": 0.5, "unit": "V",
             "margin_error": 0.1, "says": "so"}  # fmt: skip
    (tmp_path / "scoreboard.json").write_text(json.dumps({"claims": [claim, {}]}))
    first, second = read_board(tmp_path)
    assert (first.verdict, first.before, first.margin, first.says) == ("agrees", "", "+0.5 ± 0.1 V", "so")
    assert second.margin == ""


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"claims": 3}', '{"claims": [1]}'])
def test_a_damaged_scoreboard_says_so(tmp_path: Path, text: str) -> None:
    (tmp_path / "scoreboard.json").write_text(text)
    with pytest.raises(InputError):
        read_board(tmp_path)
