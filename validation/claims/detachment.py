"""Paper 004: gaps between particles and matrix against fracture, at given size (row 4.8)."""

from __future__ import annotations

import numpy as np

from chemomech.validation.calibration.regression import PartialCorrelation, partial_correlation
from chemomech.validation.claims.claim import Assessment, Claim, Finding, Kind, Row
from chemomech.validation.claims.criteria import above, judged
from chemomech.validation.claims.evidence import Evidence
from chemomech.validation.claims.packings import Particles, particles_of
from chemomech.validation.claims.simulations import PACKINGS
from chemomech.validation.measurements import measurements
from chemomech.validation.pictures import PREDICTED, Curve, Curves, Picture, Statement

_CHANCE = 0.05
_NANO = 1e9


def _at_given_size(particles: Particles, values: np.ndarray) -> PartialCorrelation:
    size = {"ln R": np.log(particles.radius)}
    return partial_correlation(values, np.log(particles.index), size, particles.packing)


def _sampling(correlation: PartialCorrelation) -> float:
    """Standard error of a correlation [-]."""
    return float((1.0 - correlation.value**2) / np.sqrt(correlation.freedom))


def _detachment(evidence: Evidence) -> Assessment:
    particles = particles_of(evidence)
    at_size = _at_given_size(particles, particles.gap)
    plain = partial_correlation(particles.gap, np.log(particles.index), {}, particles.packing)
    voxel = measurements("yang-2019").number("tomography-pixel").value
    rows = [
        judged(
            "correlation of gap and ln of the fracture index at given size and packing",
            "-",
            at_size.value,
            above(at_size.critical(_CHANCE)),
            sampling=_sampling(at_size),
            expected=f"above 0, p < {_CHANCE:g}",
        ),
        Row("   probability by chance", "-", at_size.probability),
        Row("the same with size left free (informs)", "-", plain.value, None, _sampling(plain)),
        Row(
            "largest gap at the end of the charge against a voxel (informs)",
            "nm",
            _NANO * float(particles.gap.max()),
            voxel,
        ),
    ]
    if particles.traction is not None:
        pulled = _at_given_size(particles, particles.traction)
        rows.append(
            Row(
                "the same of hydrostatic tension in the bonded particle (informs)",
                "-",
                pulled.value,
                None,
                _sampling(pulled),
            )
        )
    return Assessment(
        Finding(
            tuple(rows),
            f"correlation {at_size.value:.2f} at given size (p = {at_size.probability:.2g}), "
            f"{plain.value:.2f} with size left free; gaps of {_NANO * float(particles.gap.min()):.0f} to "
            f"{_NANO * float(particles.gap.max()):.0f} nm",
        ),
        picture=Picture(
            (
                Statement("Gap between particle and matrix larger where fracture is worse. No values."),
                Curves(
                    PREDICTED,
                    (Curve("", _NANO * particles.gap, particles.index, "."),),
                    "misfit gap R |strain| [nm]",
                    "fracture index [-]",
                    note=f"{len(PACKINGS)} packings, end of the charge",
                ),
            )
        ),
        remark=(
            "Particles are bonded to the matrix for ever here: the gap is the misfit that a particle without "
            "bond would have, radius times the chemical strain of its mean lithium, and the tension is what "
            "the bond holds instead. Both close again on discharge, so that voids of several 70 nm voxels in "
            "a discharged electrode are not explained: they need debonding that stays, a cohesive law at the "
            "interface."
        ),
    )


CLAIMS = (
    Claim(
        "4.8",
        "detachment-follows-fracture",
        "yang-2019",
        "gap between particle and matrix larger where fracture is worse",
        "misfit gap of each particle and its fracture index at the end of the first 5C charge",
        Kind.PREDICTION,
        "partial correlation of gap and ln of the index at given ln R, within packings, above 0 with p < "
        "0.05",
        PACKINGS,
        _detachment,
    ),
)
