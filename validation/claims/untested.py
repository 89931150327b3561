"""Claims that no simulation of this package can be held against today, and why."""

from __future__ import annotations

from chemomech.validation.claims.claim import Claim, Kind

_CYCLES = (
    "one charge is simulated, not tens of cycles: particle-wise damage that feeds back on contact, "
    "reactive area and diffusion path from cycle to cycle is not in the model"
)


def _claim(
    id: str, name: str, paper: str, measured: str, kind: Kind, why: str, reading: str = "none"
) -> Claim:
    return Claim(id, name, paper, measured, reading, kind, untestable=why)


CLAIMS = (
    _claim(
        "0.10",
        "strain-amplitude-boundary",
        "hausen-2024",
        "strain microscopy amplitude larger at the boundary than in the bulk of a particle, SOC 0",
        Kind.NOT_TESTABLE,
        "amplitudes are in arbitrary units of an uncalibrated tip, and the authors do not rest on it",
    ),
    _claim(
        "1.7",
        "spectra-at-250",
        "jetybayeva-2022",
        "spectra at 27, 55 and 83 % SOC, given as 50, 100 and 250 mAh/g",
        Kind.NOT_TESTABLE,
        "a misprint, not a measurement: 83 % of 180 to 182 mAh/g is 150 mAh/g",
    ),
    _claim(
        "2.4",
        "diverging-over-rate",
        "kroeger-nmc532",
        "diverging particles after cycling: 8 % (1C), 15 % (2C) and 10 % (3C, fewer than 2C), 11 % after 50 "
        "cycles",
        Kind.PREDICTION,
        f"{_CYCLES}; the order 1C < 3C < 2C would need contact loss that grows with rate and cracks that "
        "add wetted area and bring particles back at 3C",
        "single-particle ICP-OES after cycling",
    ),
    _claim(
        "2.9",
        "full-particles-lack-carbon",
        "kroeger-nmc532",
        "particles that gave no lithium have little carbon on them, partly emptied ones have cracks inside",
        Kind.QUALITATIVE,
        "two particles on one section, and carbon-binder is homogenised here: every particle is wired "
        "unless a case isolates it",
    ),
    _claim(
        "4.2",
        "severity-classes",
        "yang-2019",
        "shares of least, mildly and severely damaged particles after 10 and 50 cycles",
        Kind.CALIBRATION,
        "the axis of the radar chart cannot be read, so that there is nothing to fit the two thresholds of "
        "the classes to",
        "tomography",
    ),
    _claim(
        "4.8",
        "detachment-follows-fracture",
        "yang-2019",
        "gap between particle and matrix larger where fracture is worse",
        Kind.PREDICTION,
        "particles are bonded to the matrix for ever: a gap needs a cohesive law at the interface",
    ),
    _claim(
        "4.9",
        "network-denser",
        "yang-2019",
        "network of severely damaged particles denser after 50 than after 10 cycles",
        Kind.PREDICTION,
        f"edge lengths are not in the text, and {_CYCLES}",
        "tomography, three nearest severe neighbours",
    ),
    _claim(
        "4.10",
        "wide-cracks-oxidised",
        "yang-2019",
        "nickel oxidised at the faces of wide cracks, not at fine ones",
        Kind.PREDICTION,
        "particles have no cracks in the model: it needs cracks that electrolyte enters above a width, and "
        "lithium leaving through their faces",
    ),
    _claim(
        "4.13",
        "gradual-fade",
        "yang-2019",
        "capacity falls and overpotential grows from cycle 1 over 10 to 50",
        Kind.PREDICTION,
        f"curves are in a supplement that is not at hand, and {_CYCLES}",
        "voltage over charge",
    ),
)
