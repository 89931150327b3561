"""Damage of the resolved model on two ranks: the same as on one."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import tomli_w
from support.doors import CASE

from chemomech.solver.results import Result

PAIR = """\
# chemomech particle layout 1
# box [um]: 6, 6, 10
x [um],y [um],z [um],radius [um]
2.9,3.1,2.8,2.2
3.1,2.9,7.4,2.1
"""
BREAKING = CASE | {
    "model": "resolved",
    "protocol": ["Charge at 10C for 30 s", "Discharge at 10C for 5 s"],
    "geometry": {"layout": "pair.csv", "separator_thickness": "4 um"},
    "mesh": {"preset": "coarse"},
    "mechanics": {"coupling": "one-way"},
    "numerics": {"time_tolerance": 1e-2, "voltage_tolerance": "20 mV"},
    "materials": {"overrides": {"cathode": {"fracture_toughness": "0.05 MPa m^0.5"}}},
    "damage": {"surface_cracks": {"toughness_scatter": 0.1, "growth_scatter": 0.5}, "toughness": {}},
}


def test_cracks_are_those_of_one_rank(
    tmp_path: Path, on_ranks: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    (tmp_path / "pair.csv").write_text(PAIR, encoding="utf-8")
    case = tmp_path / "case.toml"
    case.write_text(tomli_w.dumps(BREAKING), encoding="utf-8")
    for ranks in (1, 2):
        words = ["-m", "chemomech", "run", str(case), "--out", str(tmp_path / str(ranks)), "--quiet"]
        done = on_ranks(ranks, words)
        assert done.returncode == 0, done.stderr
    with Result.open(tmp_path / "1") as one, Result.open(tmp_path / "2") as two:
        depth = one.dataset["surface_crack_depth"].values
        assert (depth[-1] > 1.2 * depth[0]).all()
        for name in ("surface_crack_depth", "toughness_share", "mean_stoichiometry"):
            assert np.allclose(one.dataset[name][-1], two.dataset[name][-1], rtol=1e-4, atol=1e-7), name
