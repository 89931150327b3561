"""What a measured run is, as lines of text and as a picture."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from chemomech.errors import InputError
from chemomech.experiments.drawing import style
from chemomech.experiments.measured.run import MeasuredRun, StepKind
from chemomech.experiments.measured.thinning import VOLTAGE_TOLERANCE, thinned
from chemomech.solver.results.folder import replacing

MOST_ROWS = 60
"""Steps beyond which the table leaves out those in the middle."""

PICTURES = (".png", ".pdf", ".svg")

COLOURS = {
    StepKind.REST: style.MUTED,
    StepKind.CONSTANT_CURRENT: style.NEAR_COLLECTOR,
    StepKind.CONSTANT_VOLTAGE: style.NEAR_SEPARATOR,
    StepKind.PULSE: style.ACCENT,
    StepKind.VARIED: style.THIRD,
}


def scale_of(run: MeasuredRun) -> tuple[float, str, float, str]:
    """Factor and unit of current and of charge: per area where it is known, else per mass, else as stated."""
    if run.current_unit == "A/m2" or (run.current_unit == "A" and run.area is not None):
        factor = run.current_density_factor()
        return 0.1 * factor, "mA/cm2", factor / 3.6e4, "mAh/cm2"
    factor = run.specific_factor()
    return factor, "mA/g", factor / 3600.0, "mAh/g"


def lines(run: MeasuredRun) -> Iterator[str]:
    """Yield a description of a run: a line on the whole, and a table of its steps."""
    factor, unit, charged, charge_unit = scale_of(run)
    fewer = thinned(run)
    yield (
        f"{run.name}: {len(run.time)} records in {run.duration / 3600.0:.4g} h, {run.voltage.min():.4f} to "
        f"{run.voltage.max():.4f} V, {factor * run.current.min():+.4g} to {factor * run.current.max():+.4g} "
        f"{unit}"
    )
    yield f"{len(fewer.time)} records draw it within {1e3 * VOLTAGE_TOLERANCE:g} mV"
    stated = [f"area {1e4 * run.area:.4g} cm2"] if run.area is not None else []
    stated += [f"mass {1e6 * run.mass:.4g} mg"] if run.mass is not None else []
    stated += [f"material {run.material}"] if run.material is not None else []
    yield "stated: " + (", ".join(stated) or f"currents in {run.current_unit}")
    if run.material is None:
        yield "not checked against the voltage of a material, because none is stated"
    yield (
        f"{'step':>4}  {'what':<16} {'start s':>10} {'lasts s':>10} {unit:>10} {charge_unit:>10} "
        f"{'from V':>8} {'to V':>8} {'records':>8}"
    )
    for k, step in enumerate(run.steps):
        if MOST_ROWS // 2 <= k < len(run.steps) - MOST_ROWS // 2:
            if k == MOST_ROWS // 2:
                yield f"  ... {len(run.steps) - 2 * (MOST_ROWS // 2)} more"
            continue
        before = max(step.first - 1, 0)
        yield (
            f"{step.number:>4}  {step.kind.value:<16} {step.start:>10.2f} {step.duration:>10.2f} "
            f"{factor * float(np.median(run.current[step.records])):>+10.4g} "
            f"{charged * float(run.charge[step.last] - run.charge[before]):>+10.4g} "
            f"{run.voltage[before]:>8.4f} {run.voltage[step.last]:>8.4f} {step.last - step.first + 1:>8}"
        )


def draw(run: MeasuredRun, path: Path) -> Path:
    """Write a picture of voltage and current over time, coloured by what was done.

    Args:
        run: the measurement.
        path: of a ``.png``, ``.pdf`` or ``.svg``.

    Raises:
        InputError: for another suffix.
    """
    if path.suffix.lower() not in PICTURES:
        raise InputError(f"the picture {str(path)!r} ends in {path.suffix!r}; use {', '.join(PICTURES)}.")
    factor, unit, _, _ = scale_of(run)
    hours = run.duration > 7200.0
    scale, label = (1.0 / 3600.0, "time [h]") if hours else (1.0, "time [s]")
    with style.styled():
        figure = style.new_figure(9.0, 5.2)
        voltage, current = figure.subplots(2, 1, sharex=True, height_ratios=(2, 1))
        said: set[StepKind] = set()
        for step in run.steps:
            part = slice(max(step.first - 1, 0), step.last + 1)
            known = step.kind.value if step.kind not in said else None
            said.add(step.kind)
            # One record cannot be seen as a line.
            mark = "." if step.last - step.first < 2 else None
            colour = COLOURS[step.kind]
            voltage.plot(scale * run.time[part], run.voltage[part], color=colour, label=known, marker=mark)
            times = np.concatenate([[step.start], run.time[step.records]])
            held = np.concatenate([[run.current[step.first]], run.current[step.records]])
            current.plot(scale * times, factor * held, color=colour)
        voltage.set(title=run.name, ylabel="voltage against lithium [V]")
        current.axhline(0.0, color=style.MUTED, linewidth=0.8)
        current.set(xlabel=label, ylabel=f"current [{unit}]")
        figure.legend(*voltage.get_legend_handles_labels(), loc="outside upper right", ncols=5)
        with replacing(path) as temporary:
            figure.savefig(temporary, format=path.suffix[1:].lower())
    return path
