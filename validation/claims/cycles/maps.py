"""Paper 000: whether cracks between grains explain the modulus that is lost (cycle part of 0.1 to 0.3)."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from chemomech.validation.calibration.indentation_fit import CHARGES
from chemomech.validation.claims.claim import Assess, Assessment, FittedFinding, Row
from chemomech.validation.claims.criteria import below, judged
from chemomech.validation.claims.evidence import Evidence
from chemomech.validation.claims.indentation_tables import CLAIMS as WITHOUT_CRACKS
from chemomech.validation.claims.maps import fitted_maps
from chemomech.validation.claims.states import LABELS

LARGEST_DENSITY = 0.20
"""rho after 100 cycles that NMC532 shows [-]: E from 145 to 107 GPa (Xu et al., J. Electrochem. Soc. 164
(2017)
A3333, second-hand); 0.09 after one cycle."""

_SOFTENING = 1.73
"""Of the modulus by cracks that do not interact, 1/(1 + 1.73 rho) (``solver/physics/damage/grains.py``)."""


def density_for(retained: float) -> float:
    """Density of cracks at which a share of the modulus is left [-]; 0 where all of it is.

    Args:
        retained: Share [-].
    """
    return max((1.0 / retained - 1.0) / _SOFTENING, 0.0)


def _with_cracks(evidence: Evidence, assess: Assess) -> Assessment:
    found = assess(evidence)
    assert found.fitted is not None
    retained = [float(value) for value in fitted_maps(evidence).fit.values[: len(CHARGES)]]
    parameters = fitted_maps(evidence).fit.parameters[: len(CHARGES)]
    rows = tuple(
        judged(
            f"density of cracks that the fitted particle asks for, SOC {label}",
            "-",
            density_for(value),
            below(LARGEST_DENSITY),
            # Half of a 95 % interval is two standard deviations.
            sampling=abs(density_for(fit.low) - density_for(fit.high)) / 4.0,
            expected=f"below {LARGEST_DENSITY:g}",
        )
        for label, value, fit in zip(LABELS, retained, parameters, strict=True)
    )
    explained = 100.0 * (1.0 - 1.0 / (1.0 + _SOFTENING * LARGEST_DENSITY))
    informs = Row("modulus that cracks of the largest density seen take away (informs)", "%", explained)
    asked = " / ".join(f"{density_for(value):.1f}" for value in retained)
    return replace(
        found,
        fitted=FittedFinding(
            (*found.fitted.rows, *rows, informs),
            f"{found.fitted.says}; the fitted particles ask for crack densities of {asked}, seen are 0.09 to "
            f"{LARGEST_DENSITY:g}, which explain 14 to {explained:.0f} % of the modulus",
            found.fitted.parameters,
        ),
        remark=f"{found.remark} Cracks between grains of the density that cycled particles show cannot "
        f"stand for "
        "it: non-interacting cracks would have to be five to twenty times as many.",
    )


CLAIMS = tuple(
    replace(
        claim,
        reading=f"{claim.reading}; and the density of grain cracks that the fitted particles ask for",
        agreement=f"{claim.agreement}; the density of cracks that the fitted modulus asks for below "
        f"{LARGEST_DENSITY:g}, the largest seen over 100 cycles",
        assess=partial(_with_cracks, assess=claim.assess),
    )
    for claim in WITHOUT_CRACKS
    if claim.assess is not None
)
