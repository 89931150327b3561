"""A resolved run beside through-thickness (DFN) solutions of the same electrode.

Like is compared with like: a model with one radius gets that of the layout's volume over its surface,
sum R^3 / sum R^2, so that both have the same active volume and the same reacting surface; a model with a
spread of sizes gets that of the layout. What is left is what neither can have: places, neighbours and paths.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files

import numpy as np
import numpy.typing as npt
import xarray as xr

from chemomech.errors import InputError
from chemomech.validation.claims.ends import end_means

Array = npt.NDArray[np.float64]

END_TIME = 619.2
"""Time at which the DFN reference reaches 4.5 V [s]."""


def reference() -> dict[str, Array]:
    """The DFN reference by column name, SI units."""
    text = (files("chemomech.validation") / "dfn-half-cell-5C.csv").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    values = np.loadtxt(lines[1:], delimiter=",")
    return dict(zip(lines[0].split(","), values.T, strict=True))


def compare_alike(resolved: xr.Dataset, models: Mapping[str, xr.Dataset], times: Array | None = None) -> str:
    """Markdown tables of a resolved run and of DFN models of its own layout.

    Args:
        resolved: ``result.nc`` of the resolved run.
        models: those of the models, by the name of their column.
        times: at which they are compared [s]; those of the reference within all runs if not given.

    Raises:
        InputError: If a run ended before the first of the times.
    """
    runs = {"resolved": resolved, **models}
    wanted = reference()["time_s"] if times is None else times
    end = min(float(dataset["time"][-1]) for dataset in runs.values())
    wanted = wanted[wanted <= end]
    if len(wanted) == 0:
        raise InputError(f"a run ended at {end:.3g} s, before the first time of comparison; run longer.")
    at = {
        name: dataset.drop_duplicates("time").interp(time=wanted, method="cubic")
        for name, dataset in runs.items()
    }
    columns = {
        "voltage [V]": ("{:.4f}", lambda data: data["voltage"]),
        "drop [mV]": ("{:.1f}", lambda data: 1e3 * data["electrolyte_potential_drop"]),
        "surface x": ("{:.4f}", _surface_mean),
        "difference of ends": ("{:.4f}", _end_difference),
    }
    heads = [f"{heading}: {' / '.join(runs)}" for heading in columns]
    lines = [f"| t [s] | {' | '.join(heads)} |", f"|---|{'---|' * len(heads)}"]
    values_of = {heading: [read(data) for data in at.values()] for heading, (_, read) in columns.items()}
    for k, time in enumerate(wanted):
        cells = [
            " / ".join(pattern.format(float(values[k])) for values in values_of[heading])
            for heading, (pattern, _) in columns.items()
        ]
        lines.append(f"| {time:.0f} | {' | '.join(cells)} |")
    lines += ["", _differences(at, wanted), "", _ends(runs)]
    return "\n".join(lines)


def _surface_mean(data: xr.Dataset) -> xr.DataArray:
    return data["surface_stoichiometry"].weighted(_constant(data["particle_area"])).mean("particle")


def _end_difference(data: xr.Dataset) -> xr.DataArray:
    separator, collector = end_means(data, "surface_stoichiometry")
    return collector - separator


def _constant(values: xr.DataArray) -> xr.DataArray:
    return values.isel(time=0) if "time" in values.dims else values


def _differences(at: Mapping[str, xr.Dataset], times: Array) -> str:
    resolved, *models = at.items()
    parts = []
    for name, data in models:
        away = 1e3 * np.abs(np.asarray(resolved[1]["voltage"] - data["voltage"]))
        last = int(np.argmax(away))
        parts.append(f"{away[last]:.1f} mV from {name} (at {times[last]:.0f} s)")
    return f"The voltage of the resolved run is at most {'; '.join(parts)} away."


def _ends(runs: Mapping[str, xr.Dataset]) -> str:
    parts = [
        f"{name} at {float(data['time'][-1]):.1f} s and {float(data['voltage'][-1]):.3f} V"
        for name, data in runs.items()
    ]
    return f"The runs end: {'; '.join(parts)}."


def compare(dataset: xr.Dataset) -> str:
    """Markdown table of resolved values against the reference, whose one radius (3.11 um) is another.

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
