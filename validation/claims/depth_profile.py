"""Paper 004: damage against depth at equal particle size, over several packings (row 4.1)."""

from __future__ import annotations

import numpy as np

from chemomech.validation.calibration.regression import Coefficient, least_squares
from chemomech.validation.claims.claim import Assessment, Claim, Finding, Kind, Row
from chemomech.validation.claims.criteria import below, judged
from chemomech.validation.claims.ends import ENDS
from chemomech.validation.claims.evidence import Evidence
from chemomech.validation.claims.mesh_error import USUAL
from chemomech.validation.claims.packings import PASSAGES, Particles, particles_of
from chemomech.validation.claims.simulations import FAST_CHARGE, PACKINGS
from chemomech.validation.pictures import MEASURED, PREDICTED, Bars, Curve, Curves, Order, Picture

_NAMES = {"surface_crack": "surface crack (K = K_c)", "strength": "strength", "core_crack": "core crack"}


def depth_effect(particles: Particles, event: str) -> Coefficient:
    """Change of the time of first passage from collector to separator at equal size and packing [s]."""
    fit = least_squares(particles.passage[event], particles.size_and_depth, particles.packing)
    return fit.coefficients["depth"]


def _mesh_error(evidence: Evidence, event: str) -> tuple[float | None, tuple[Row, ...]]:
    """What the coarse mesh costs in the coefficient: the main case on it and on the next finer one [s]."""
    finer = evidence.finer() if evidence.preset == USUAL else None
    if finer is None:
        return None, ()
    coarse, fine = (depth_effect(particles_of(where, (FAST_CHARGE,)), event) for where in (evidence, finer))
    rows = tuple(
        Row(f"the same in {FAST_CHARGE} alone, {preset} mesh (informs)", "s", slope.value, None, slope.error)
        for preset, slope in ((evidence.preset, coarse), (finer.preset, fine))
    )
    return abs(coarse.value - fine.value), rows


def _verbally(effect: Coefficient) -> str:
    if abs(effect.t) <= 2.0:
        return "no difference with depth beyond two standard errors"
    return f"first {'near the separator' if effect.value < 0.0 else 'near the collector'}"


def _damage(evidence: Evidence) -> Assessment:
    particles = particles_of(evidence)
    event = next(event for event in PASSAGES if event in particles.passage)
    effect = depth_effect(particles, event)
    mesh, beside = _mesh_error(evidence, event)
    rows: list[Row] = [
        judged(
            f"first passage of the {_NAMES[event]}, separator less collector, at equal size and packing",
            "s",
            effect.value,
            below(-2.0 * effect.error),
            sampling=effect.error,
            mesh=mesh,
            expected="below 0 by two standard errors",
        ),
        Row("   t of it", "-", effect.t, expected="below -2"),
        Row("   share of the particles that never pass", "-", particles.never[event]),
        *beside,
    ]
    for other in particles.passage:
        if other != event and particles.never[other] < 1.0:
            slope = depth_effect(particles, other)
            rows.append(
                Row(f"the same of the {_NAMES[other]} (informs)", "s", slope.value, None, slope.error)
            )
    positive = particles.index > 0.0
    if positive.all():
        fit = least_squares(np.log(particles.index), particles.size_and_depth, particles.packing)
        for name, what in (("depth", "collector to separator"), ("ln R", "per ln R")):
            slope = fit.coefficients[name]
            rows.append(
                Row(f"ln of the index at the end, {what} (informs)", "-", slope.value, None, slope.error)
            )
    size = np.log(particles.radius)
    fit = least_squares(particles.passage[event], particles.size_and_depth, particles.packing)
    at_equal_size = particles.passage[event] - fit.coefficients["ln R"].value * (size - size.mean())
    return Assessment(
        Finding(
            tuple(rows),
            f"{_NAMES[event]} {_verbally(effect)}: {effect.value:.0f} +- {effect.error:.0f} s from collector "
            f"to separator over {len(PACKINGS)} packings, t = {effect.t:.1f}",
        ),
        picture=Picture(
            (
                Order(MEASURED, ENDS, (2.0, 1.0), "damage after 10 cycles"),
                Curves(
                    PREDICTED,
                    (Curve("", particles.depth, at_equal_size, "."),),
                    "depth from the collector [thickness]",
                    "first passage at\nequal size [s]",
                ),
                Bars(
                    PREDICTED,
                    tuple(str(number + 1) for number in range(len(PACKINGS))),
                    tuple(_by_packing(particles, event, number).value for number in range(len(PACKINGS))),
                    tuple(_by_packing(particles, event, number).error for number in range(len(PACKINGS))),
                    "separator less\ncollector [s]",
                    "packing",
                ),
            )
        ),
        remark=(
            "The first charge only. Whether damage after 10 cycles is worse near the separator, and whether "
            "its profile is gone after 50, needs damage over cycles and at least 1800 particles in four "
            "windows of 10 um; neither is here. Particles that never pass count with the end of the charge, "
            "which makes a difference smaller, never larger."
        ),
    )


def _by_packing(particles: Particles, event: str, number: int) -> Coefficient:
    here = particles.packing == number
    covariates = {name: values[here] for name, values in particles.size_and_depth.items()}
    return least_squares(particles.passage[event][here], covariates).coefficients["depth"]


CLAIMS = (
    Claim(
        "4.1",
        "damage-near-separator",
        "yang-2019",
        "after 10 cycles damage is worse near the separator; after 50 cycles it no longer depends on depth",
        "time at which each particle first passes the criterion of a surface crack on the first 5C charge, "
        "regressed on ln R and depth with the packing as a block",
        Kind.PREDICTION,
        "earlier near the separator at equal size by more than two standard errors, pooled over five "
        "packings of 52 particles; no difference, or one with the other sign, disagrees (the state after 10 "
        "and 50 cycles is not simulated)",
        (*PACKINGS, FAST_CHARGE),
        _damage,
    ),
)
