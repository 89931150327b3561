"""Instruments by name, each with the settings of the papers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from chemomech.errors import unknown_name
from chemomech.validation.instruments.conductive_afm import ConductiveAfm
from chemomech.validation.instruments.contact_resonance import ContactResonance
from chemomech.validation.instruments.diffraction import Diffractometer
from chemomech.validation.instruments.indentation_map import IndentationMap
from chemomech.validation.instruments.nexafs import Nexafs
from chemomech.validation.instruments.omissions import Omissions
from chemomech.validation.instruments.reading import Instrument
from chemomech.validation.instruments.single_particle_icp import SingleParticleIcp
from chemomech.validation.instruments.strain_microscopy import StrainMicroscope
from chemomech.validation.instruments.tomography import Tomograph

INSTRUMENTS: Mapping[str, Callable[..., Instrument[Any]]] = MappingProxyType(
    {
        "conductive-afm": ConductiveAfm,
        "contact-resonance": ContactResonance,
        "diffraction": Diffractometer,
        "nanoindentation": IndentationMap,
        "nexafs": Nexafs,
        "single-particle-icp": SingleParticleIcp,
        "strain-microscopy": StrainMicroscope,
        "tomography": Tomograph,
    }
)
"""What makes each instrument; called without arguments it has its default settings."""


def instrument(name: str, **settings: Any) -> Instrument[Any]:
    """The instrument of that name.

    Args:
        name: One of ``INSTRUMENTS``.
        **settings: Its settings, where they differ from the default.

    Raises:
        InputError: If there is none.
    """
    if name not in INSTRUMENTS:
        raise unknown_name("instrument", name, INSTRUMENTS)
    return INSTRUMENTS[name](**settings)


def all_omissions() -> dict[str, Omissions]:
    """What every instrument leaves out with its default settings, by name, for a page to print."""
    return {name: kind().omissions for name, kind in INSTRUMENTS.items()}
