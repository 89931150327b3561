"""Paper 004: detachment, lithium at crack faces, and what cycles still pass (rows 4.8, 4.10 and 4.13)."""

from __future__ import annotations

import numpy as np

from chemomech.errors import InputError
from chemomech.experiments.report.damage import (
    CHARGED,
    DISCHARGED,
    CycleFigures,
    cycle_figures,
    lithium_at_faces,
    state_of,
)
from chemomech.experiments.report.damage.crack_faces import DRY, FaceLithium
from chemomech.materials import FARADAY, active_material
from chemomech.validation.calibration.regression import partial_correlation
from chemomech.validation.claims.claim import Assessment, Claim, Finding, Kind, Row
from chemomech.validation.claims.criteria import above, judged, near
from chemomech.validation.claims.cycles.particles import cycled
from chemomech.validation.claims.cycles.simulations import EARLY, LATE, PACKED, RESTED
from chemomech.validation.claims.evidence import Evidence
from chemomech.validation.claims.same_case import case_of
from chemomech.validation.measurements import measurements
from chemomech.validation.pictures import MEASURED, PREDICTED, Bars, Curve, Curves, Order, Picture, Statement

_CHANCE = 0.05
_WET, _DRY = 0.02, 0.005
"""Lithium below the bulk at filled faces, and within which dry ones lie of it [-]."""
_NANO, _MILLI = 1e9, 1e3
_GAS_CONSTANT = 8.314462618
_EXCHANGE = (70.6, 19.0)
"""Exchange current densities of lithium metal at 1 mol/L [A/m2]: Xu et al. as coded in PyBaMM, and Khan et
al.,
J. Electrochem. Soc. 168 (2021) 070534 (second-hand)."""
_CURRENT, _TEMPERATURE = 72.0, 298.15


def _detachment(evidence: Evidence) -> Assessment:
    particles = cycled(evidence, PACKED, EARLY)
    if not particles.gap.any():
        raise InputError(
            "no particle has a gap, so that nothing is known of detachment; run the cases with "
            "[damage.interface]."
        )
    detached = 1.0 - particles.intact
    size = {"ln R": np.log(particles.radius)}
    damage = np.log(particles.depth)
    at_size = partial_correlation(particles.gap, damage, size, particles.packing)
    plain = partial_correlation(particles.gap, damage, {}, particles.packing)
    share = partial_correlation(detached, damage, size, particles.packing)
    error = float((1.0 - at_size.value**2) / np.sqrt(at_size.freedom))
    gap = _gap_when_discharged(evidence)
    voxel = measurements("yang-2019").number("tomography-pixel").value
    rows = (
        judged(
            "correlation of the largest gap and ln of the crack depth at given size and packing",
            "-",
            at_size.value,
            above(at_size.critical(_CHANCE)),
            sampling=error,
            expected=f"above 0, p < {_CHANCE:g}",
        ),
        Row("   probability by chance", "-", at_size.probability),
        Row("the same with size left free (informs)", "-", plain.value),
        Row("the same of the detached share of the bond at given size (informs)", "-", share.value),
        Row("largest gap so far, mean (informs)", "nm", _NANO * float(particles.gap.mean())),
        Row("detached share of the bond, mean (informs)", "-", float(detached.mean())),
        Row(
            "largest gap of a free particle when discharged, against a voxel (informs: none is seen)",
            "nm",
            _NANO * gap,
            voxel,
        ),
    )
    return Assessment(
        Finding(
            rows,
            f"correlation {at_size.value:.2f} at given size (p = {at_size.probability:.2g}), "
            f"{plain.value:.2f} "
            f"with size left free; {100 * detached.mean():.0f} % of the bond is gone; gaps of at most "
            f"{_NANO * gap:.0f} nm when discharged",
        ),
        picture=Picture(
            (
                Statement("Gap between particle and matrix larger where fracture is worse. No values."),
                Curves(
                    PREDICTED,
                    (Curve("", particles.depth, _NANO * particles.gap, "."),),
                    "crack depth a/R [-]",
                    "largest gap [nm]",
                    note=f"after {EARLY} cycles",
                ),
            )
        ),
        remark=(
            "An elastic gap closes again when lithium comes back: it cannot be the void of several 70 nm "
            "voxels "
            "that tomography shows in a discharged electrode. Those ask for opening that stays, of the "
            "matrix "
            "or of the particle, which no law here has."
        ),
    )


def _gap_when_discharged(evidence: Evidence) -> float:
    """Largest gap of a particle without bond when discharged: radius times strain since it was made [m]."""
    widest = []
    for run in PACKED:
        result = evidence.result(run)
        case, data = case_of(result), result.dataset
        strain = active_material(case.materials.cathode).chemical_strain
        mean = np.asarray(data["mean_stoichiometry"].values[state_of(data, EARLY, DISCHARGED)])
        change = np.asarray(strain(mean)) - np.asarray(strain(np.array([case.initial_stoichiometry])))
        # Only shrinking opens a gap.
        widest.append(float(np.max(np.maximum(-change, 0.0) * np.asarray(data["particle_radius"].values))))
    return max(widest)


def _faces(evidence: Evidence) -> Assessment:
    charged = _pooled([_read_faces(evidence, run, LATE) for run in PACKED])
    rested = _at_rest(evidence)
    rows = (
        judged(
            f"bulk less filled crack faces at the end of charge {LATE}",
            "-",
            -charged.mean,
            above(_WET),
            sampling=charged.error,
            expected=f"above {_WET:g}",
        ),
        judged(
            "dry crack faces less the matter about them (by construction: no flux passes them)",
            "-",
            DRY,
            near(0.0, _DRY),
            expected=f"within {_DRY:g} of 0",
        ),
        Row("the first after 2 h of rest (informs)", "-", -rested.mean, None, rested.error),
    )
    early = _pooled([_read_faces(evidence, run, EARLY) for run in PACKED])
    return Assessment(
        Finding(
            rows,
            f"filled crack faces {-charged.mean:.4f} below the bulk at the end of charge {LATE} "
            f"({-early.mean:.4f} of charge {EARLY}), {-rested.mean:.5f} after 2 h of rest",
        ),
        picture=Picture(
            (
                Order(MEASURED, ("wide", "fine"), (2.0, 1.0), "oxidation at crack faces"),
                Bars(
                    PREDICTED,
                    (f"filled,\ncycle {EARLY}", f"filled,\ncycle {LATE}", "filled,\nrested", "dry"),
                    (-early.mean, -charged.mean, 0.0 - rested.mean, 0.0 - DRY),
                    (early.error, charged.error, rested.error, 0.0),
                    "bulk less face [-]",
                    bounds=(_WET,),
                ),
            )
        ),
        remark=(
            "A filled face is part of the surface and has its lithium; a dry one has that of where it lies, "
            "which nothing could have changed. The deeper filled cracks are, the shorter the ways and the "
            "smaller the difference. It lives as long as current flows: after a rest it is gone, while the "
            "particle of the paper was looked at long after its charge. A difference that stays needs a "
            "layer "
            "at the faces that does not take lithium up again."
        ),
    )


def _read_faces(evidence: Evidence, run: str, cycle: int) -> FaceLithium:
    data = evidence.result(run).dataset
    return lithium_at_faces(data, state_of(data, cycle, CHARGED))


def _at_rest(evidence: Evidence) -> FaceLithium:
    return lithium_at_faces(evidence.result(RESTED).dataset, -1)


def _pooled(parts: list[FaceLithium]) -> FaceLithium:
    return FaceLithium(
        np.concatenate([part.wet for part in parts]), np.concatenate([part.area for part in parts])
    )


def counter_electrode(current: float, exchange: float) -> float:
    """Overvoltage of lithium metal by symmetric Butler-Volmer kinetics [V].

    Args:
        current: Current density [A/m2].
        exchange: Exchange current density [A/m2].
    """
    thermal = _GAS_CONSTANT * _TEMPERATURE / FARADAY
    return float(2.0 * thermal * np.arcsinh(0.5 * current / exchange))


def _fade(evidence: Evidence) -> Assessment:
    runs = [_figures(evidence, run) for run in PACKED]
    cycles = (1, EARLY, LATE)
    capacity = np.array([[figures.at(cycle)[0] for cycle in cycles] for figures in runs])
    gap = np.array([[figures.at(cycle)[1] for cycle in cycles] for figures in runs])
    falls, grows = -np.diff(capacity, axis=1), np.diff(gap, axis=1)
    count = np.sqrt(len(runs))

    def smallest(name: str, unit: str, steps: np.ndarray, scale: float) -> Row:
        mean = steps.mean(axis=0)
        k = int(np.argmin(mean))
        scatter = float(steps[:, k].std(ddof=1) / count) if len(runs) > 1 else None
        return judged(
            name, unit, scale * float(mean[k]), above(0.0),
            sampling=None if scatter is None else scale * scatter, expected="above 0",
        )  # fmt: skip

    lithium = [_MILLI * counter_electrode(_CURRENT, exchange) for exchange in _EXCHANGE]
    rows = (
        smallest("capacity over cycles 1, 10 and 50: smallest fall", "mAh/g", falls, 1.0),
        smallest("overvoltage over cycles 1, 10 and 50: smallest rise", "mV", grows, _MILLI),
        *(
            Row(f"lithium metal at 7.2 mA/cm2 with {exchange:g} A/m2 (apart: does not grow)", "mV", value)
            for exchange, value in zip(_EXCHANGE, lithium, strict=True)
        ),
    )  # fmt: skip
    passed, apart = capacity.mean(axis=0), _MILLI * gap.mean(axis=0)
    history = runs[0]
    return Assessment(
        Finding(
            rows,
            f"{' / '.join(f'{value:.1f}' for value in passed)} mAh/g and "
            f"{' / '.join(f'{value:.0f}' for value in apart)} mV in cycles 1 / {EARLY} / {LATE}",
        ),
        picture=Picture(
            (
                Order(MEASURED, ("1", "10", "50"), (3.0, 2.0, 1.0), "capacity", "cycle"),
                Curves(
                    PREDICTED,
                    (Curve("", history.number.astype(float), history.capacity),),
                    "cycle",
                    "capacity [mAh/g]",
                ),
                Curves(
                    PREDICTED,
                    (Curve("", history.number.astype(float), _MILLI * history.overvoltage),),
                    "cycle",
                    "overvoltage [mV]",
                ),
            )
        ),
        remark=(
            "Electrolyte in the cracks shortens the ways of lithium: capacity rises and overvoltage falls "
            "as they "
            "deepen. Fade asks for contact that is lost for good or films that grow faster than cracks "
            "help, or "
            "for the lithium counter electrode, whose overvoltage at 7.2 mA/cm2 is "
            f"{min(lithium):.0f} to {max(lithium):.0f} mV as made and is known to grow with dead lithium; "
            f"it is "
            "held apart, because nothing here makes it grow."
        ),
    )


def _figures(evidence: Evidence, run: str) -> CycleFigures:
    figures = cycle_figures(evidence.result(run).summary)
    if figures is None:
        raise InputError(f"the result of {run} has no whole cycle; run the case to its end.")
    return figures


CLAIMS = (
    Claim(
        "4.8",
        "detachment-follows-fracture",
        "yang-2019",
        "gap between particle and matrix larger where fracture is worse",
        "largest gap at the bond and depth of the surface cracks of each particle after 10 cycles",
        Kind.PREDICTION,
        "partial correlation of the gap and ln of the depth at given ln R, within packings, "
        "above 0 "
        "with p < 0.05; that gaps are seen when discharged must fail",
        PACKED,
        _detachment,
    ),
    Claim(
        "4.10",
        "wide-cracks-oxidised",
        "yang-2019",
        "nickel oxidised at the faces of wide cracks, not at fine ones",
        "lithium at filled crack faces less that of the bulk at the end of charge 50, weighted by area",
        Kind.PREDICTION,
        "filled faces more than 0.02 below the bulk, dry ones within 0.005 of it",
        (*PACKED, RESTED),
        _faces,
    ),
    Claim(
        "4.13",
        "gradual-fade",
        "yang-2019",
        "capacity falls and overpotential grows from cycle 1 over 10 to 50",
        "capacity of the discharge, and half of the mean voltage of the charge less that of the discharge",
        Kind.PREDICTION,
        "capacity falls and overvoltage grows from cycle 1 to 10 and from 10 to 50; growth at the lithium "
        "metal "
        "stated apart",
        PACKED,
        _fade,
    ),
)
