"""What the papers say that goes into the simulation: the input is held against the statement, no more."""

from __future__ import annotations

import numpy as np

from chemomech.geometry import Layout, shipped_layout
from chemomech.materials import active_material, matrix
from chemomech.validation.claims.claim import Assess, Assessment, Claim, Finding, Kind, Row
from chemomech.validation.claims.criteria import Between, below, judged, near
from chemomech.validation.claims.evidence import Evidence
from chemomech.validation.instruments import SingleParticleIcp
from chemomech.validation.measurements import measurements

LAYOUT = "rve-52"
_CONTENTS = (0.2, 0.4, 0.6, 0.8, 1.0)


def the_layout(evidence: Evidence) -> Layout:
    """The layout of the shipped cases."""
    return evidence.shared(f"layout {LAYOUT}", lambda: shipped_layout(LAYOUT))


def _fraction(layout: Layout) -> float:
    """Volume fraction of whole spheres [-]."""
    return float(4.0 / 3.0 * np.pi * np.sum(np.asarray(layout.radii) ** 3) / np.prod(layout.box))


def _sizes(evidence: Evidence) -> Assessment:
    radii = np.asarray(the_layout(evidence).radii)
    diameter = 2e6 * float(np.cbrt(np.mean(radii**3)))
    row = judged(
        "diameter of the particle of mean volume", "um", diameter, Between(5.0, 10.0), expected="5 to 10"
    )
    return Assessment(
        Finding((row,), f"{diameter:.1f} um; grains and roughness are not resolved"),
        by_input=f"the sizes of the layout {LAYOUT}",
    )


def _composition(evidence: Evidence) -> Assessment:
    layout, table = the_layout(evidence), measurements("yang-2019")
    binder, active = matrix("carbon-binder"), active_material("nmc622")
    fraction, thickness = _fraction(layout), float(layout.box[2])
    loading = 100.0 * fraction * thickness * float(active.density)  # 1 kg/m2 is 100 mg/cm2
    wanted = {
        key: table.number(key).value
        for key in (
            "active-volume-fraction",
            "electrolyte-volume-fraction",
            "matrix-porosity",
            "electrode-thickness",
            "mass-loading",
        )
    }
    rows = tuple(
        judged(what, unit, value, near(wanted[key], width), measured=wanted[key])
        for what, unit, value, key, width in (
            ("volume fraction of active material", "-", fraction, "active-volume-fraction", 0.01),
            (
                "volume fraction of electrolyte",
                "-",
                (1.0 - fraction) * float(binder.porosity),
                "electrolyte-volume-fraction",
                0.01,
            ),
            ("porosity of the matrix", "-", float(binder.porosity), "matrix-porosity", 0.01),
            ("thickness of the electrode", "um", 1e6 * thickness, "electrode-thickness", 0.4),
            ("active material", "mg/cm2", loading, "mass-loading", 0.4),
        )
    )
    return Assessment(
        Finding(rows, f"{100 * fraction:.1f} % active material and {loading:.2f} mg/cm2"),
        by_input=f"the layout {LAYOUT} and the porosity of the matrix",
    )


def _volume(evidence: Evidence) -> Assessment:
    layout = the_layout(evidence)
    count = measurements("yang-2019").number("model-particles").value
    rows: tuple[Row, ...] = (
        judged("particles in the layout", "-", float(len(layout)), near(count, 0.5), measured=count),
        *(
            judged(
                f"edge of the box along {axis}", "um", 1e6 * float(edge), near(wanted, 0.2), measured=wanted
            )
            for axis, edge, wanted in zip("xyz", layout.box, (20.0, 20.0, 40.0), strict=True)
        ),
    )
    return Assessment(
        Finding(rows, f"{len(layout)} particles"), by_input=f"the layout {LAYOUT}, packed to this number"
    )


def _linear(evidence: Evidence) -> Assessment:
    """Lithium read off particles of known content, against a straight line through zero."""

    def make() -> tuple[tuple[float, ...], float]:
        instrument = SingleParticleIcp(particles=20000)
        read = [
            instrument.read_particles(np.full(4, content), np.ones(4), evidence.rng("2.7")).centre
            for content in _CONTENTS
        ]
        return tuple(float(value) for value in read), instrument.relative_width / np.sqrt(20000.0)

    read, scatter = evidence.shared("contents read by ICP", make)
    known, values = np.array(_CONTENTS), np.array(read)
    slope = float(known @ values / (known @ known))
    departure = float(np.max(np.abs(values / (slope * known) - 1.0)))
    row = judged(
        "largest departure of the ratio from a straight line through zero",
        "-",
        departure,
        below(0.02),
        sampling=float(scatter),
        expected="linear (below 2 %)",
    )
    return Assessment(
        Finding((row,), f"within {100 * departure:.1f} % of a straight line"),
        by_input="the sensitivity of the instrument, which does not depend on the content",
    )


def _input(
    id: str, name: str, paper: str, measured: str, reading: str, agreement: str, assess: Assess
) -> Claim:
    return Claim(id, name, paper, measured, reading, Kind.INPUT, agreement, (), assess)


CLAIMS = (
    _input(
        "0.9",
        "particle-sizes",
        "hausen-2024",
        "secondary particles of 5 to 10 um, primary ones of 100 to 250 nm, heights of 1 to 2 um",
        "sizes of the layout",
        "the particle of mean volume between 5 and 10 um",
        _sizes,
    ),
    _input(
        "2.7",
        "ratio-linear",
        "kroeger-nmc532",
        "I(Li)/I(Mn) linear in the degree of lithiation",
        "virtual single-particle ICP-OES of particles of known content",
        "within 2 % of a straight line through zero",
        _linear,
    ),
    _input(
        "4.11",
        "electrode-composition",
        "yang-2019",
        "volume fractions 40 or 41 / 30 / 30 %, matrix porosity 0.5, 8 mg/cm2, 40 um",
        "layout and matrix of the case",
        "fractions and porosity within 0.01, thickness within 1 %, loading within 5 %",
        _composition,
    ),
    _input(
        "4.12",
        "representative-volume",
        "yang-2019",
        "more than 1000 particles seen; 52 spheres in 20 x 20 x 40 um modelled",
        "layout of the case",
        "the same number in the same box, edges within 0.2 um",
        _volume,
    ),
)
