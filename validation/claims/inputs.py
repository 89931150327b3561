"""What the papers say that goes into the simulation: nothing can be predicted of it."""

from __future__ import annotations

from chemomech.validation.claims.claim import Claim, Kind


def _input(id: str, name: str, paper: str, measured: str, why: str) -> Claim:
    return Claim(id, name, paper, measured, "none", Kind.NOT_TESTABLE, untestable=why)


CLAIMS = (
    _input(
        "0.9",
        "particle-sizes",
        "hausen-2024",
        "secondary particles of 5 to 10 um, primary ones of 100 to 250 nm, heights of 1 to 2 um",
        "an input: the layout has its own sizes (52 particles of 6.2 um mean diameter by volume), grains and "
        "roughness are not resolved",
    ),
    _input(
        "2.7",
        "ratio-linear",
        "kroeger-nmc532",
        "I(Li)/I(Mn) linear in the degree of lithiation",
        "an input: it is how the instrument is built and calibrated",
    ),
    _input(
        "2.8",
        "manganese-kept",
        "kroeger-nmc532",
        "negligible manganese on the anode after cycling",
        "an input: the model loses no active material, which is what this allows",
    ),
    _input(
        "4.11",
        "electrode-composition",
        "yang-2019",
        "volume fractions 40 or 41 / 30 / 30 %, matrix porosity 0.5, 8 mg/cm2, 40 um",
        "an input of geometry and matrix; the fractions do not close without unwetted pores",
    ),
    _input(
        "4.12",
        "representative-volume",
        "yang-2019",
        "more than 1000 particles seen; 52 spheres in 20 x 20 x 40 um modelled",
        "an input: the layout rve-52 was packed to this number, size and fraction",
    ),
)
