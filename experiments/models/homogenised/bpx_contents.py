"""What the reader of BPX files makes of each entry of the format, named as the package ``bpx`` does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from chemomech.experiments.models.representation import (
    FOR_PEOPLE,
    REPRESENTED,
    LeftOut,
    Limited,
    Representation,
    Treatment,
    alike,
)

_ISOTHERMAL: Final = "the half cell has one temperature"
_METAL: Final = "the half cell has lithium metal on the other side"
_START: Final = "the half cell starts at the maximum stoichiometry, or where our own entry says"
_ONE_CURVE: Final = "the half cell has one open-circuit curve"


def _entry(parsed: Any, place: str) -> Any:
    """Return an entry by its place, None where the file has none."""
    for name in place.split("."):
        parsed = getattr(parsed, name, None)
    return parsed


def _stated(*places: str) -> Callable[[Any], bool]:
    return lambda parsed: any(_entry(parsed, place) is not None for place in places)


def _branches(parsed: Any) -> str:
    electrode = "parameterisation.positive_electrode"
    if not _stated(f"{electrode}.ocp_lith", f"{electrode}.ocp_delith")(parsed):
        return ""
    return (
        "the BPX file states an OCP of lithiation or delithiation and the half cell has one open-circuit "
        "curve for both; leave these out, so that the OCP between them counts."
    )


def _degraded(name: str) -> Callable[[Any], str]:
    def failure(parsed: Any) -> str:
        lost = _entry(parsed, f"state.degradation.{name}")
        if not lost:
            return ""
        return (
            f"state.degradation.{name} = {lost:g} of the BPX file and the half cell is as made; set it to 0, "
            "or state the stoichiometries and fractions of the aged electrode."
        )

    return failure


def _all(section: str, *names: str) -> tuple[str, ...]:
    return tuple(f"{section}.{name}" for name in names)


_ELECTRODE: Final = "parameterisation.positive_electrode"
_STATE: Final = "state.initial_conditions"

_KEYS: Final[dict[str, Treatment[Any]]] = {
    **alike(FOR_PEOPLE, *_all("header", "bpx", "title", "description", "references", "model")),
    **alike(
        REPRESENTED,
        *_all("parameterisation.cell", "electrode_area", "number_of_electrodes", "nominal_cell_capacity"),
        *_all(
            "parameterisation.cell", "lower_voltage_cutoff", "upper_voltage_cutoff", "reference_temperature"
        ),
        *_all("parameterisation.electrolyte", "cation_transference_number", "diffusivity", "conductivity"),
        *_all("parameterisation.electrolyte", "diffusivity_activation_energy"),
        *_all("parameterisation.electrolyte", "conductivity_activation_energy"),
        *_all("parameterisation.separator", "thickness", "porosity", "transport_efficiency"),
        *_all(_ELECTRODE, "thickness", "porosity", "transport_efficiency", "conductivity", "ocp", "dudt"),
        *_all(_ELECTRODE, "minimum_stoichiometry", "maximum_stoichiometry", "maximum_concentration"),
        *_all(_ELECTRODE, "particle_radius", "surface_area_per_unit_volume", "diffusivity"),
        *_all(_ELECTRODE, "diffusivity_activation_energy", "reaction_rate_constant"),
        *_all(_ELECTRODE, "reaction_rate_constant_activation_energy"),
        *_all(_STATE, "initial_temperature", "initial_electrolyte_concentration"),
    ),
    **alike(
        LeftOut(_ISOTHERMAL, _stated(*_all("parameterisation.cell", "density", "specific_heat_capacity"))),
        *_all(
            "parameterisation.cell", "external_surface_area", "volume", "density", "specific_heat_capacity"
        ),
    ),
    **alike(Limited(_branches), *_all(_ELECTRODE, "ocp_lith", "ocp_delith")),
    f"{_ELECTRODE}.gamma_hys": LeftOut(_ONE_CURVE, _stated(f"{_ELECTRODE}.gamma_hys")),
    f"{_STATE}.initial_soc": LeftOut(_START, _stated(f"{_STATE}.initial_soc")),
    f"{_STATE}.initial_hysteresis_state_positive": LeftOut(
        _ONE_CURVE, _stated(f"{_STATE}.initial_hysteresis_state_positive")
    ),
    f"{_STATE}.initial_hysteresis_state_negative": LeftOut(
        _METAL, _stated(f"{_STATE}.initial_hysteresis_state_negative")
    ),
    **alike(
        LeftOut(_ISOTHERMAL, _stated("state.thermal_environment")),
        *_all("state.thermal_environment", "ambient_temperature", "heat_transfer_coefficient"),
    ),
    **{f"state.degradation.{name}": Limited(_degraded(name)) for name in ("lli", "lam_positive")},
    "state.degradation.lam_negative": LeftOut(_METAL, _stated("state.degradation.lam_negative")),
    "parameterisation.negative_electrode.*": LeftOut(_METAL, _stated("parameterisation.negative_electrode")),
}

BPX_FILE: Final[Representation[Any]] = Representation("the reader of BPX files", _KEYS, {})
"""A parsed BPX file."""
