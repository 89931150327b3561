"""Made-up files of a cycler on a half cell of NMC622: 10 mg on 1 cm2, 1C = 180 mAh/g."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from chemomech.materials import FARADAY, active_material

MASS = 1.0e-5  # kg
ONE_C = 1.8e-3  # A
STATED = {"mass": "10 mg", "current_sign": "charge-positive", "material": "nmc622"}

Rows = list[tuple[float, float, float]]
"""Time [s], current [A], voltage [V]."""


def half_cell(parts: Sequence[tuple[float, float]], start: float = 0.90, interval: float = 30.0) -> Rows:
    """Records of steps, each a C-rate and its seconds, on our open-circuit curve with 20 mV an 1C."""
    material = active_material("nmc622")
    sites = FARADAY * float(material.maximum_concentration) / float(material.density) * MASS
    x, time = start, 0.0
    rows: Rows = [(0.0, 0.0, float(material.open_circuit_voltage(x)))]
    for rate, seconds in parts:
        count = max(int(seconds / interval), 2)
        current = rate * ONE_C
        for k in range(count):
            # The first record of a step comes a tenth of a second after it has begun.
            now = 0.1 if k == 0 else seconds * k / (count - 1)
            at = x - current * now / sites
            rows.append((time + now, current, float(material.open_circuit_voltage(at)) + 0.02 * rate))
        x, time = x - current * seconds / sites, time + seconds
    return rows


CHARGED = half_cell([(0.0, 600.0), (0.2, 4 * 3600.0), (0.0, 3600.0), (-0.2, 2 * 3600.0), (0.0, 600.0)])
"""Rest, charge at C/5, rest, discharge at C/5, rest."""


def full_cell(voltage: float) -> float:
    """The voltage of a cell with graphite in place of lithium, roughly: it falls as the anode empties."""
    return voltage - 0.08 - 0.7 * float(np.exp(-(voltage - 3.66) / 0.04))


def text(
    rows: Rows,
    header: str = "Time [s],Current [A],Voltage [V]",
    delimiter: str = ",",
    number: Callable[[float], str] = lambda value: f"{value:.9g}",
) -> str:
    """A file with these rows."""
    lines = [delimiter.join(map(number, row)) for row in rows]
    return "\n".join([header, *lines]) + "\n"


def written(folder: Path, content: str | bytes, name: str = "test.csv") -> Path:
    """A file with this content."""
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    return path
