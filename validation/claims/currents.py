"""Conductive AFM: current over charge and place, and silent particles (rows 1.3 and 1.4)."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from chemomech.materials import matrix
from chemomech.validation.calibration.indentation_fit import CHARGES
from chemomech.validation.claims.claim import Assessment, Claim, Finding, Kind, Row
from chemomech.validation.claims.criteria import above, below, descends, exceeds, judged
from chemomech.validation.claims.evidence import Evidence
from chemomech.validation.claims.image_wiring import path_resistances, read_wiring_table
from chemomech.validation.claims.states import AXIS, CYCLE, LABELS, rested
from chemomech.validation.instruments import ConductiveAfm
from chemomech.validation.instruments.reading import clustered_reading
from chemomech.validation.pictures import MEASURED, PREDICTED, Bars, Order, Picture, Statement

_PAPER = "jetybayeva-2022"
_NANO = 1e9
_DRAWS = 40
"""Electrodes whose paths are drawn from the table of an image."""


def _current(evidence: Evidence) -> Assessment:
    instrument = ConductiveAfm()
    read = [evidence.read(instrument, rested(evidence, charge), "1.3") for charge in CHARGES]
    means = tuple(_NANO * r.mean.value for r in read)
    empty = read[0]
    edge = empty.section_fraction > 0.7
    boundary, centre = (
        clustered_reading(empty.current[where], empty.particle[where], "A") for where in (edge, ~edge)
    )
    areas = (empty.conducting, read[2].conducting)
    rows = (
        *(
            Row(f"mean current on particles, SOC {n}", "nA", m, None, _NANO * r.mean.uncertainty)
            for n, m, r in zip(LABELS, means, read, strict=True)
        ),
        descends(
            "mean current with charge", "nA", means, _NANO * max(float(r.mean.uncertainty) for r in read)
        ),
        exceeds("boundary less centre, SOC 0", "nA", boundary, centre, _NANO),
        judged(
            "conducting share, SOC 100 % less SOC 0",
            "-",
            areas[1].value - areas[0].value,
            below(0.0),
            sampling=float(np.hypot(areas[0].uncertainty, areas[1].uncertainty)),
            expected="below 0",
        ),
    )
    needed = instrument.bias / empty.mean.value
    return Assessment(
        Finding(rows, f"the current changes by a factor of {means[2] / means[0]:.2g} from SOC 0 to 100 %"),
        picture=Picture(
            (
                Order(MEASURED, LABELS, (3.0, 2.0, 1.0), "current on particles", AXIS),
                Bars(PREDICTED, LABELS, means, label="mean current [nA]", axis=AXIS, logarithmic=True),
            )
        ),
        remark=(
            "The conductivity of the lattice rises by decades on delithiation, and with it the current. "
            f"For the current to fall, contacts in series must have at least {needed:.1g} Ohm at SOC 100 %, "
            "more than all of the lattice at SOC 0: films on the surface that grow with charge, or carbon "
            "paths that are cut (the samples are embedded, which interrupts the wiring). A path resistance "
            "per particle and a film law are what the model would need; the state has room for the first."
        ),
    )


def _silent(evidence: Evidence) -> Assessment:
    if evidence.wiring is None:
        return Assessment(
            untestable=(
                "carbon-binder is homogenised in the simulations and touches every particle; paths must come "
                "from an image in which it is resolved (--wiring), and none may be shipped"
            )
        )
    table = read_wiring_table(evidence.wiring)
    state, rng = rested(evidence, 0.5), evidence.rng("1.4")
    full = float(matrix("carbon-binder").contact_conductance)
    area = 4.0 * np.pi * state.radii**2
    shares = []
    for _ in range(_DRAWS):
        wired = replace(state, path_resistance=path_resistances(table, area, full, rng))
        shares.append(evidence.read(ConductiveAfm(), wired, "1.4").silent_particles.value)
    share, error = float(np.mean(shares)), float(np.std(shares, ddof=1) / np.sqrt(_DRAWS))
    rows = (
        judged(
            "silent particles on a section, SOC 50 %",
            "-",
            share,
            above(2.0 * error),
            sampling=error,
            expected="above 0 by two standard errors",
        ),
        Row("particles of the image without a path to the collector", "-", float(np.mean(~table.wired))),
        Row("particles of the image", "-", float(len(table.wired))),
    )
    return Assessment(
        Finding(rows, f"{100 * share:.1f} % of the particles on a section show no current"),
        picture=Picture(
            (
                Statement("At least one particle shows a strain amplitude but no current."),
                Bars(PREDICTED, ("silent",), (share,), (error,), "share of particles [-]"),
            )
        ),
        remark=(
            "Paths over binder and touching particles as the image shows them, drawn for the particles of "
            "the section. What is thinner than a voxel is not seen, and where the binder of the image was "
            "generated the generator decides who is cut off. The sample was embedded, which cuts paths as "
            "well."
        ),
    )


CLAIMS = (
    Claim(
        "1.3",
        "current-falls",
        _PAPER,
        "conductive AFM current falls with charge, is higher at particle boundaries, conducting area shrinks",
        "virtual conductive AFM at 4 V of the rested states on a random cut",
        Kind.QUALITATIVE,
        "all three as stated",
        (CYCLE,),
        _current,
    ),
    Claim(
        "1.4",
        "silent-particle",
        _PAPER,
        "at least one particle is electrochemically active but does not conduct",
        "share of particles without a current on random cuts, paths drawn from an image with carbon-binder",
        Kind.PREDICTION,
        "above 0 by two standard errors",
        (CYCLE,),
        _silent,
    ),
)
