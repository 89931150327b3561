"""Diffusivity of every pulse of a titration, both ways, against lithium content or charge."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from chemomech.errors import InputError, require_between
from chemomech.experiments.drawing import style
from chemomech.experiments.measured.describe import PICTURES
from chemomech.experiments.measured.gitt import weppner
from chemomech.experiments.measured.gitt.fitting import PulseFit, fit_pulse
from chemomech.experiments.measured.gitt.pulses import Pulse, pulses_of
from chemomech.experiments.measured.run import MeasuredRun
from chemomech.materials import FARADAY, ActiveMaterial
from chemomech.materials.curve import Curve
from chemomech.solver.results.folder import replacing

DETERMINED = 0.5
"""Largest relative standard error of a diffusivity that a pulse determines [-]."""


@dataclass(frozen=True)
class PulseResult:
    """What one pulse says.

    Attributes:
        pulse: the pulse.
        stoichiometry: in the middle of it [-]; NaN where mass, material or start are not stated.
        formula: diffusivity by Weppner and Huggins [m2/s].
        fit: of the response of a sphere.
        fitted: diffusivity by it [m2/s].
    """

    pulse: Pulse
    stoichiometry: float
    formula: float
    fit: PulseFit
    fitted: float

    @property
    def determined(self) -> bool:
        """Whether the pulse tells the diffusivity."""
        return self.fit.error <= DETERMINED

    @property
    def scaled_duration(self) -> float:
        """Tau D/R^2 with the fitted D [-]: the formula asks for much less than 1."""
        return self.pulse.duration / self.fit.diffusion_time


def evaluate(
    run: MeasuredRun, radius: float, material: ActiveMaterial | None = None, start: float | None = None
) -> list[PulseResult]:
    """Evaluate every pulse of a titration.

    Args:
        run: the measurement.
        radius: of the particles, as spheres [m].
        material: whose sites take the charge; with ``start`` and a mass it gives the stoichiometry.
        start: stoichiometry at the start of the run [-].

    Raises:
        InputError: when there is no pulse, or the radius is none.
    """
    require_between("radius", radius, 1e-9, 1e-3, "m", "state that of the particles, as in 5.2 um")
    return [_evaluated(pulse, run, radius, material, start) for pulse in pulses_of(run)]


def _evaluated(
    pulse: Pulse, run: MeasuredRun, radius: float, material: ActiveMaterial | None, start: float | None
) -> PulseResult:
    fit = fit_pulse(pulse)
    middle = math.nan
    if material is not None and start is not None and run.has_mass:
        sites = FARADAY * float(material.maximum_concentration) / float(material.density)
        middle = start - (pulse.charge_before + 0.5 * pulse.charge) * run.specific_factor() / sites
    formula = weppner.diffusivity(pulse, radius)
    return PulseResult(pulse, middle, formula, fit, radius**2 / fit.diffusion_time)


def lines(results: Sequence[PulseResult], known: Curve | None = None) -> Iterator[str]:
    """Yield a table of the pulses.

    Args:
        results: of ``evaluate``.
        known: the diffusivity that is known, as of a simulated titration.
    """
    names = (("step", 4), ("x", 7), ("V", 8), ("formula m2/s", 13), ("fitted m2/s", 12), ("error %", 8))
    head = " ".join(f"{name:>{width}}" for name, width in (*names, ("tau D/R2", 9)))
    yield head + (f" {'known m2/s':>11} {'formula %':>10} {'fitted %':>9}" if known is not None else "")
    for one in results:
        error = f"{100.0 * one.fit.error:8.2g}" if one.determined else "    none"
        text = (
            f"{one.pulse.number:>4} {one.stoichiometry:>7.4f} {one.pulse.before:>8.4f} {one.formula:>13.3e} "
            f"{one.fitted:>12.3e} {error} {one.scaled_duration:>9.3f}"
        )
        if known is not None:
            value = float(known(one.stoichiometry))
            text += (
                f" {value:>11.3e} {100.0 * (one.formula / value - 1.0):>+10.1f} "
                f"{100.0 * (one.fitted / value - 1.0):>+9.1f}"
            )
        yield text
    beyond = [one for one in results if one.scaled_duration > weppner.VALID]
    if beyond:
        yield (
            f"{len(beyond)} of {len(results)} pulses last longer than {weppner.VALID:g} R2/D: the formula "
            "holds for pulses much shorter than R2/D, and is biased there"
        )
    lost = sum(not one.determined for one in results)
    if lost:
        yield f"{lost} of {len(results)} pulses do not determine D: the error is none where it is above 50 %"
    if known is not None:
        yield from _bias(results, known)


def _bias(results: Sequence[PulseResult], known: Curve) -> Iterator[str]:
    value = np.array([float(known(one.stoichiometry)) for one in results])
    for name, found in (("formula", [r.formula for r in results]), ("fitted", [r.fitted for r in results])):
        ratio = np.log(np.array(found) / value)
        yield (
            f"{name} over known D: {math.exp(float(np.median(ratio))):.2f} in the middle, "
            f"{math.exp(float(ratio.min())):.2f} to {math.exp(float(ratio.max())):.2f}"
        )


def draw(results: Sequence[PulseResult], path: Path, title: str, known: Curve | None = None) -> Path:
    """Write a picture of D by both ways, and of what is left of the voltage.

    Args:
        results: of ``evaluate``.
        path: of a ``.png``, ``.pdf`` or ``.svg``.
        title: of the picture.
        known: the diffusivity that is known.

    Raises:
        InputError: for another suffix.
    """
    if path.suffix.lower() not in PICTURES:
        raise InputError(f"the picture {str(path)!r} ends in {path.suffix!r}; use {', '.join(PICTURES)}.")
    by_content = not any(math.isnan(one.stoichiometry) for one in results)
    place = np.array([one.stoichiometry if by_content else one.pulse.before for one in results])
    with style.styled():
        figure = style.new_figure(10.0, 4.4)
        values, left = figure.subplots(1, 2, width_ratios=(3, 2))
        sure = np.array([one.determined for one in results])
        fitted = np.array([one.fitted for one in results])
        errors = np.array([one.fit.error if one.determined else 0.0 for one in results])
        values.plot(place, [one.formula for one in results], "s", color=style.NEAR_SEPARATOR, markersize=5,
                    label="formula of Weppner and Huggins")  # fmt: skip
        if sure.any():
            values.errorbar(
                place[sure], fitted[sure], 2.0 * (errors * fitted)[sure], fmt="o", markersize=5,
                color=style.NEAR_COLLECTOR, linewidth=1.2, label="fit of each pulse (2 errors)",
            )  # fmt: skip
        if not sure.all():
            values.plot(place[~sure], fitted[~sure], "o", color=style.NEAR_COLLECTOR, fillstyle="none",
                        label="fit, not determined")  # fmt: skip
        if known is not None and by_content:
            x = np.linspace(place.min(), place.max(), 301)
            values.plot(x, known(x), color=style.INK, label="known")
        values.set(yscale="log", ylabel=r"diffusivity [m$^2$ s$^{-1}$]", title=title)
        left.plot(
            place, [1e3 * one.fit.rmse for one in results], "o", color=style.NEAR_COLLECTOR, markersize=4
        )
        left.set(title="voltage: fit less measured", ylabel="RMSE [mV]", ylim=(0.0, None))
        for axes in (values, left):
            axes.set_xlabel("stoichiometry [-]" if by_content else "voltage before the pulse [V]")
        style.letter_panels([values, left])
        figure.legend(*values.get_legend_handles_labels(), loc="outside upper center", ncols=4)
        with replacing(path) as temporary:
            figure.savefig(temporary, format=path.suffix[1:].lower())
    return path
