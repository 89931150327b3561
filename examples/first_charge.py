"""Charge the shipped half cell at 5C and look at the result: the main job in a few lines.

python examples/first_charge.py results/first-charge
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import chemomech

QUICK = {"mesh.preset": "coarse"}


def main(out: Path, changes: Mapping[str, Any] = QUICK) -> chemomech.Result:
    """Run ``fast-charge-5C`` with some keys set otherwise, and print what came out."""
    case = chemomech.Case.from_toml("fast-charge-5C").with_overrides(changes)
    result = chemomech.run(case, out=out)
    summary, data = result.summary, result.dataset
    print(f"{summary['stop_reason']} after {summary['t_end_s']:.1f} s: {summary['stop_detail']}")
    print(f"capacity {summary['capacity_mAh_g']:.1f} mAh/g at {summary['c_rate']['label']}")
    for where in ("near_separator_particle", "near_collector_particle"):
        particle = data.isel(particle=int(data.attrs[where]), time=-1)
        print(
            f"{where}: x = {float(particle.surface_stoichiometry):.3f} at its surface, "
            f"{float(particle.core_stoichiometry):.3f} in its core, "
            f"equivalent stress up to {float(particle.max_equivalent_stress) / 1e6:.0f} MPa"
        )
    return result


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "results/first-charge"))
