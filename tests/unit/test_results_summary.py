import json
from pathlib import Path

import numpy as np
import pytest
from support.synthetic_result import synthetic_summary

from chemomech.solver.results import STOP_REASONS, SchemaError, check_summary, write_summary
from chemomech.solver.results.summary import REQUIRED


def test_stop_reasons_are_the_closed_list() -> None:
    assert set(STOP_REASONS) == {
        "cutoff-voltage",
        "cutoff-current",
        "end-of-protocol",
        "particle-surface-depleted",
        "particle-surface-full",
        "electrolyte-depleted",
        "other-limit",
        "step-too-small",
        "time-limit",
    }


def test_complete_summary_is_written_as_json(tmp_path: Path) -> None:
    path = write_summary(tmp_path / "summary.json", synthetic_summary())
    assert json.loads(path.read_text(encoding="utf-8")) == synthetic_summary()
    assert [entry.name for entry in tmp_path.iterdir()] == ["summary.json"]


@pytest.mark.parametrize("key", list(REQUIRED))
def test_summary_without_a_required_key_is_refused_and_nothing_is_written(tmp_path: Path, key: str) -> None:
    summary = synthetic_summary()
    del summary[key]
    with pytest.raises(SchemaError, match=f"lacks {key}"):
        write_summary(tmp_path / "summary.json", summary)
    assert list(tmp_path.iterdir()) == []


def test_missing_keys_of_sections_are_named_with_their_section() -> None:
    summary = synthetic_summary()
    del summary["budget"]["charge_relative_error"]
    summary["cost"] = 12.0
    with pytest.raises(SchemaError, match=r"budget\.charge_relative_error, cost as a mapping with wall_s"):
        check_summary(summary)


def test_unknown_stop_reason_is_refused_with_the_nearest_one() -> None:
    with pytest.raises(SchemaError, match="did you mean 'cutoff-voltage'"):
        check_summary(synthetic_summary() | {"stop_reason": "cut-off voltage"})


@pytest.mark.parametrize("value", [float("nan"), float("inf"), None, "613 s", True])
def test_end_time_that_is_no_finite_number_is_refused(value: object) -> None:
    with pytest.raises(SchemaError, match="t_end_s = .* must be a finite number"):
        check_summary(synthetic_summary() | {"t_end_s": value})


def test_a_capacity_may_be_null_but_is_never_another_thing() -> None:
    check_summary(synthetic_summary() | {"capacity_mAh_g": None, "capacity_mAh_cm2": None})
    with pytest.raises(SchemaError, match="capacity_mAh_g = nan"):
        check_summary(synthetic_summary() | {"capacity_mAh_g": float("nan")})


def test_rows_that_lack_something_are_refused() -> None:
    summary = synthetic_summary()
    del summary["steps"][0]["energy_mWh_g"]
    with pytest.raises(SchemaError, match=r"lacks steps\[1\]\.energy_mWh_g"):
        check_summary(summary)
    with pytest.raises(SchemaError, match="cycles as a list of rows"):
        check_summary(synthetic_summary() | {"cycles": 3})


def test_empty_stop_detail_is_refused() -> None:
    with pytest.raises(SchemaError, match="stop_detail is empty"):
        check_summary(synthetic_summary() | {"stop_detail": " "})


def test_numpy_values_become_plain_and_values_without_meaning_become_null(tmp_path: Path) -> None:
    summary = synthetic_summary() | {
        "t_end_s": np.float64(12.5),
        "peak_strain_percent": np.nan,
        "extra": {"cells": np.int64(3), "list": np.array([1.0, np.inf])},
    }
    back = json.loads(write_summary(tmp_path / "summary.json", summary).read_text(encoding="utf-8"))
    assert back["t_end_s"] == 12.5
    assert back["peak_strain_percent"] is None
    assert back["extra"] == {"cells": 3, "list": [1.0, None]}
