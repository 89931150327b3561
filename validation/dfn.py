"""A resolved run beside the through-thickness (DFN) solution of the same electrode."""

from __future__ import annotations

from importlib.resources import files

import numpy as np
import numpy.typing as npt
import xarray as xr

from chemomech.errors import InputError

Array = npt.NDArray[np.float64]

END_TIME = 619.2
"""Time at which the DFN reference reaches 4.5 V [s]."""

END_ZONE = 0.25
"""Particles with their centre within this share of the thickness represent an end of the electrode [-]."""


def reference() -> dict[str, Array]:
    """The DFN reference by column name, SI units."""
    text = (files("chemomech.validation") / "dfn-half-cell-5C.csv").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    values = np.loadtxt(lines[1:], delimiter=",")
    return dict(zip(lines[0].split(","), values.T, strict=True))


def end_means(dataset: xr.Dataset, quantity: str) -> tuple[xr.DataArray, xr.DataArray]:
    """Area-weighted means of a per-particle quantity near the separator and near the collector."""
    thickness = float(dataset["electrode_thickness"])
    depth, area = dataset["particle_z"], dataset["particle_area"]
    top, bottom = depth > (1.0 - END_ZONE) * thickness, depth < END_ZONE * thickness
    values = dataset[quantity]
    return values.where(top).weighted(area).mean("particle"), values.where(bottom).weighted(area).mean(
        "particle"
    )


def compare(dataset: xr.Dataset) -> str:
    """Markdown table of resolved against DFN values at the reference times.

    Args:
        dataset: ``result.nc`` of the case ``dfn-comparison-5C``.

    Raises:
        InputError: If the run ended before the first reference time.
    """
    table = reference()
    end = float(dataset["time"][-1])
    times = table["time_s"][table["time_s"] <= end]
    if len(times) == 0:
        raise InputError(f"the run ended at {end:.3g} s, before the first reference time, 1 s; run longer.")
    at = dataset.drop_duplicates("time").interp(time=times, method="cubic")
    separator, collector = end_means(at, "surface_stoichiometry")
    volume, drop = at["particle_volume"], at["electrolyte_potential_drop"]
    mean = at["mean_stoichiometry"].weighted(volume).mean("particle")
    lines = [
        "| t [s] | V resolved / DFN [V] | electrolyte drop [mV] | x_surf separator end "
        "| x_surf collector end | difference of ends | x mean |",
        "|---|---|---|---|---|---|---|",
    ]
    for k, time in enumerate(times):
        a, b = float(separator[k]), float(collector[k])
        c, d = table["surface_separator"][k], table["surface_collector"][k]
        lines.append(
            f"| {time:.0f} | {float(at['voltage'][k]):.4f} / {table['voltage_V'][k]:.4f} "
            f"| {1e3 * float(drop[k]):.1f} / {1e3 * table['electrolyte_drop_V'][k]:.1f} "
            f"| {a:.4f} / {c:.4f} | {b:.4f} / {d:.4f} | {b - a:.4f} / {d - c:.4f} "
            f"| {float(mean[k]):.4f} / {table['mean'][k]:.4f} |"
        )
    lines.append("")
    lines.append(
        f"The resolved run ended at {end:.1f} s and {float(dataset['voltage'][-1]):.3f} V; "
        f"the DFN reaches 4.5 V at {END_TIME:.1f} s."
    )
    return "\n".join(lines)
