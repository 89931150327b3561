"""Paper 004: NEXAFS of both faces after 10 cycles (row 4.7)."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from chemomech.experiments.report.damage import CHARGED, state_of
from chemomech.validation.calibration.fit import FittedParameter
from chemomech.validation.claims.claim import Assessment, Claim, Finding, FittedFinding, Kind, Row
from chemomech.validation.claims.criteria import above, judged, near
from chemomech.validation.claims.cycles.simulations import EARLY, RESTED
from chemomech.validation.claims.evidence import Evidence
from chemomech.validation.claims.spectra import admissible, picture_of_sides
from chemomech.validation.instruments import (
    BOTTOM,
    TOP,
    ElectrodeState,
    ElectronYield,
    FluorescenceYield,
    Nexafs,
    Reading,
    state_from_result,
)
from chemomech.validation.instruments.nickel import BULK, BULK_EXHAUSTED, BULK_FULL, RockSalt
from chemomech.validation.instruments.state import Law

Array = npt.NDArray[np.float64]

_SAME_LITHIUM = 0.02
_MORE = 0.1
_SIDES = (TOP, BOTTOM)


class Lithium:
    """In place of a share of Ni2+: the lithium itself, so that a mode reads the x that it sees."""

    def __call__(self, x: Array) -> Array:
        """The stoichiometry."""
        return np.asarray(x, dtype=float)


def rested_state(evidence: Evidence) -> ElectrodeState:
    """The electrode after 10 cycles, charged and rested."""

    def make() -> ElectrodeState:
        result = evidence.result(RESTED)
        return state_from_result(result, float(result.dataset["time"].values[-1]))

    return evidence.shared("after 10 cycles, rested", make)


def wear(evidence: Evidence) -> Array:
    """How much of a reconstructed layer each particle has over the mean [-].

    Its film where the result holds one; else the lithium that its surface lacks at the end of charge 10,
    since
    delithiated surfaces turn to rock salt.
    """

    def make() -> Array:
        data = evidence.result(RESTED).dataset
        if "film_thickness" in data:
            grown = np.asarray(data["film_thickness"].values[-1], dtype=float)
        else:
            grown = 1.0 - np.asarray(data["surface_stoichiometry"].values[state_of(data, EARLY, CHARGED)])
        return grown / grown.mean() if grown.mean() > 0.0 else np.ones_like(grown)

    return evidence.shared("wear after 10 cycles", make)


def _sides(evidence: Evidence) -> Assessment:
    state, worn = rested_state(evidence), wear(evidence)

    def read(detection: object, bulk: Law, layer: float = 0.0) -> list[Reading]:
        """Top and bottom; the same rays for every thickness."""
        shown = replace(state, surface_layer=layer * worn)
        return [
            evidence.read(Nexafs(detection, bulk=bulk, layer=RockSalt(), side=side), shown, "4.7").ni2_share  # type: ignore[arg-type]
            for side in _SIDES
        ]

    lithium = read(FluorescenceYield(incidence=30.0), Lithium())

    def electron(layer: float) -> tuple[Row, ...]:
        top, bottom = read(ElectronYield(), BULK, layer)
        return (
            judged(
                "Ni2+ in electron yield, top less bottom",
                "-",
                top.value - bottom.value,
                above(_MORE),
                sampling=float(np.hypot(top.uncertainty, bottom.uncertainty)),
                expected=f"above {_MORE:g}",
            ),
        )

    error = float(np.hypot(lithium[0].uncertainty, lithium[1].uncertainty))
    difference = lithium[0].value - lithium[1].value
    even = judged(
        "lithium in fluorescence yield, top less bottom",
        "-",
        difference,
        near(0.0, _SAME_LITHIUM),
        sampling=error,
        expected=f"within {_SAME_LITHIUM:g} of 0",
    )
    found = admissible(electron)
    # Where no thickness gives the order, the one that comes nearest is shown.
    tried = 1e-9 * np.geomspace(0.2, 30.0, 26)
    best = float(tried[int(np.argmax([electron(float(h))[0].simulated for h in tried]))])
    interval = found or (best, best, best)
    fitted = (*electron(interval[1]), even)
    depth = np.corrcoef(state.centres[:, 2], worn)[0, 1] if np.ptp(worn) > 0.0 else 0.0
    bare = [*read(ElectronYield(), BULK), *read(FluorescenceYield(incidence=30.0), BULK)]
    shown = [
        *read(ElectronYield(), BULK, interval[1]),
        *read(FluorescenceYield(incidence=30.0), BULK, interval[1]),
    ]
    return Assessment(
        Finding(
            (even,), f"lithium differs by {difference:+.4f} between top and bottom in fluorescence yield"
        ),
        FittedFinding(
            fitted,
            f"a layer of {1e9 * interval[1]:.1f} nm on average, distributed as the damage has it "
            f"(correlation "
            f"with the depth {depth:+.2f}), shows {fitted[0].simulated:+.3f} more Ni2+ at the top",
            _parameters(interval, found is not None),
        ),
        picture_of_sides((bare, "no layer"), (shown, "layer by particle, as worn")),
        "That the fluorescence yields agree is predicted, after 10 cycles with damage: what particles pass "
        "between "
        "each other at rest evens lithium out, isolated ones apart. How thick the layer is on average is "
        "fitted; "
        "how it lies over the particles is not, and it has to be thicker at the separator by itself for the "
        "order "
        "to come out.",
    )


def _parameters(interval: tuple[float, float, float], holds: bool) -> tuple[FittedParameter, ...]:
    low, value, high = interval
    kind = "range in which every criterion holds" if holds else "no thickness meets the criterion; the best"
    data = "order of paper 004, Fig. 3e, f: no values can be read"
    return (FittedParameter("mean thickness of the reconstructed layer", "m", value, low, high, kind, data),)


CLAIMS = (
    Claim(
        "4.7",
        "nickel-top-and-bottom",
        "yang-2019",
        "after 10 cycles more Ni2+ at the top in electron yield, none more in fluorescence yield",
        "virtual NEXAFS of both faces after 10 cycles, charged and rested; the layer of each particle as "
        "its film, "
        "or else as the lithium that its surface lacked",
        Kind.CALIBRATION,
        "predicted: lithium in fluorescence yield within 0.02; with the fitted mean thickness the electron "
        "yield "
        "at least 0.1 more at the top",
        (RESTED,),
        _sides,
        relies_on=(BULK_FULL, BULK_EXHAUSTED),
    ),
)
