"""A homogenised half cell as a BPX file.

A cell without a graphite side is "Partial" in BPX. What the standard has no place for is written under
User-defined, from where :mod:`bpx_reading` takes it again, and is named by :func:`write_bpx`.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from chemomech.experiments.models.homogenised.activation import Array, activation_energy, change_per_kelvin
from chemomech.experiments.models.homogenised.bpx_reading import FACTOR, OWN, TRANSFERENCE, per_kelvin
from chemomech.experiments.models.homogenised.bpx_representation import BPX
from chemomech.experiments.models.homogenised.bpx_temperature import HIGHEST, LOWEST
from chemomech.experiments.models.homogenised.cell import HomogenisedCell
from chemomech.experiments.models.homogenised.symbols import require
from chemomech.experiments.models.representation import lines
from chemomech.materials import FARADAY
from chemomech.materials.isothermal import temperature_range
from chemomech.materials.kinetics import STOICHIOMETRY_FLOOR
from chemomech.solver.results.folder import replacing

STOICHIOMETRIES = 401
SALTS = 401
SALT_SPAN = (1.0, 3000.0)


def write_bpx(cell: HomogenisedCell, path: Path, title: str = "half cell") -> tuple[str, ...]:
    """Write the half cell as BPX 1.

    Laws are written as tables of 401 points, which every reader interpolates in straight lines.

    Args:
        cell: the homogenised cell, 1 m2 of it.
        path: file to write.
        title: of the file.

    Returns:
        Sentences: what 1C is in the file, and what the standard could not take.

    Raises:
        InputError: when the package ``bpx`` is not installed, or BPX cannot represent the cell.
    """
    BPX.require(cell)
    bpx = require("bpx", "writing BPX files")
    content = bpx_content(cell, title)
    bpx.parse_bpx_obj(copy.deepcopy(content))  # what we write must be valid; the parser changes it
    with replacing(path) as temporary:
        temporary.write_text(json.dumps(content, indent=1), encoding="utf-8")
    temperature = cell.model.temperature
    return (
        f"1C = {cell.one_c:.6g} A: the nominal capacity in A h, over 1 m2 of electrode",
        f"all laws hold at the reference temperature {temperature:.6g} K; activation energies and changes "
        "with temperature are those at that temperature and the initial salt concentration, and left out "
        "where none is known: for a run at another temperature, export the case at it",
        "outside the standard, under User-defined: the exchange-current density, transference number and "
        "thermodynamic factor as functions, their range of temperatures, and the initial stoichiometry",
        *(["left out: the spread of particle sizes"] if cell.spread is not None else []),
        *(f"left out: {line}" for line in lines(BPX.left_out(cell))),
    )


def bpx_content(cell: HomogenisedCell, title: str = "half cell") -> dict[str, Any]:
    """Return the content of the file; see :func:`write_bpx`."""
    cathode, salt_laws = cell.model.cathode, cell.model.electrolyte
    separator = cell.model.separator
    low, high = cathode.open_circuit_voltage.valid_range
    x = np.linspace(low, high, STOICHIOMETRIES)
    salt = np.linspace(*SALT_SPAN, SALTS)
    initial = float(salt_laws.initial_concentration)
    wetted = float(cell.model.matrix.wetted_fraction)

    def exchange(at: Any) -> Any:
        return wetted * cathode.exchange_current_density(at, initial)

    def diffusivity(at: Any) -> Any:
        return cell.diffusivity_scaling.factor(cathode, cell.radius) * cathode.diffusivity(at)

    temperature = cell.model.temperature
    middle = float(np.clip(0.5, low, high))
    coldest, hottest = _temperature_range(cell)
    root = float(np.sqrt(max(middle * (1.0 - middle), STOICHIOMETRY_FLOOR)))
    return {
        "Header": {
            "BPX": "1.0.0",
            "Title": title,
            "Description": "Half cell against lithium metal, homogenised. The nominal capacity in A h refers "
            "to 1 m2 of electrode and is the current of 1C in A.",
            "Model": "Partial",
        },
        "State": {
            "Initial conditions": {
                "Initial temperature [K]": temperature,
                "Initial electrolyte concentration [mol.m-3]": initial,
            }
        },
        "Parameterisation": {
            "Cell": {
                "Reference temperature [K]": temperature,
                "Lower voltage cut-off [V]": float(cathode.open_circuit_voltage(high)),
                "Upper voltage cut-off [V]": float(cathode.open_circuit_voltage(low)),
                "Nominal cell capacity [A.h]": cell.one_c,
                "Electrode area [m2]": 1.0,
                "Number of electrode pairs connected in parallel to make a cell": 1,
            },
            "Electrolyte": {
                "Cation transference number": float(salt_laws.transference_number(initial)),
                "Diffusivity [m2.s-1]": _table(salt_laws.diffusivity, salt),
                "Conductivity [S.m-1]": _table(salt_laws.conductivity, salt),
            }
            | _activated("Diffusivity", activation_energy(salt_laws.diffusivity, temperature, initial))
            | _activated("Conductivity", activation_energy(salt_laws.conductivity, temperature, initial)),
            "Positive electrode": {
                "Thickness [m]": cell.electrode_thickness,
                "Porosity": cell.porosity,
                "Transport efficiency": cell.ionic_factor,
                "Conductivity [S.m-1]": cell.electronic_conductivity,
                "Minimum stoichiometry": low,
                "Maximum stoichiometry": high,
                "Maximum concentration [mol.m-3]": float(cathode.maximum_concentration),
                "Particle radius [m]": cell.radius,
                "Surface area per unit volume [m-1]": 3.0 * cell.active_fraction / cell.radius,
                "Diffusivity [m2.s-1]": _table(diffusivity, x),
                "OCP [V]": _table(cathode.open_circuit_voltage, x),
                "Reaction rate constant [mol.m-2.s-1]": float(exchange(middle)) / (FARADAY * root),
            }
            | _activated("Diffusivity", activation_energy(cathode.diffusivity, temperature, middle))
            | _activated(
                "Reaction rate constant",
                activation_energy(cathode.exchange_current_density, temperature, middle, initial),
            )
            | _moved(
                "Entropic change coefficient [V.K-1]",
                x,
                change_per_kelvin(cathode.open_circuit_voltage, temperature, x),
            ),
            "Separator": {
                "Thickness [m]": cell.separator_thickness,
                "Porosity": float(separator.porosity),
                "Transport efficiency": separator.ionic_factor(),
            },
            "User-defined": {
                f"{OWN} exchange-current density [A.m-2]": _table(exchange, x),
                TRANSFERENCE: _table(salt_laws.transference_number, salt),
                FACTOR: _table(salt_laws.thermodynamic_factor, salt),
                f"{OWN} initial stoichiometry": cell.model.initial_stoichiometry,
                LOWEST: coldest,
                HIGHEST: hottest,
            }
            | _moved(
                per_kelvin(TRANSFERENCE),
                salt,
                change_per_kelvin(salt_laws.transference_number, temperature, salt),
            )
            | _moved(
                per_kelvin(FACTOR), salt, change_per_kelvin(salt_laws.thermodynamic_factor, temperature, salt)
            ),
        },
    }


def _activated(name: str, energy: float | None) -> dict[str, float]:
    return {} if energy is None else {f"{name} activation energy [J.mol-1]": energy}


def _moved(name: str, at: Array, change: Array | None) -> dict[str, Any]:
    if change is None:
        return {}
    even = bool(np.all(change == change[0]))
    return {name: float(change[0]) if even else {"x": at.tolist(), "y": change.tolist()}}


def _temperature_range(cell: HomogenisedCell) -> tuple[float, float]:
    """Temperatures at which both materials that are written are known [K]."""
    one, other = (temperature_range(part) for part in (cell.model.cathode, cell.model.electrolyte))
    return max(one[0], other[0]), min(one[1], other[1])


def _table(law: Callable[[Any], Any], at: Any) -> dict[str, list[float]]:
    values = np.broadcast_to(np.asarray(law(at), dtype=float), at.shape)
    return {"x": at.tolist(), "y": values.tolist()}
