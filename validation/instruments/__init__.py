"""Virtual instruments: what a measurement would have read off a state.

Every instrument has ``read(state, rng)`` and returns a record of numbers with units and uncertainties; the
state is an :class:`~.state.ElectrodeState`, whoever computed it. Equations, sources and assumptions:
docs/instruments.md.
"""

from chemomech.validation.instruments.adapter import (
    state_from_cut,
    state_from_function,
    state_from_nodes,
    state_from_result,
)
from chemomech.validation.instruments.conductive_afm import ConductiveAfm
from chemomech.validation.instruments.contact_resonance import ContactResonance
from chemomech.validation.instruments.detection import ElectronYield, FluorescenceYield
from chemomech.validation.instruments.diffraction import Diffractometer
from chemomech.validation.instruments.fields import (
    CloudField,
    PositionField,
    RadialField,
    UniformField,
    mirrored,
)
from chemomech.validation.instruments.indentation_map import IndentationMap
from chemomech.validation.instruments.nanoindentation import Nanoindenter
from chemomech.validation.instruments.nexafs import Nexafs
from chemomech.validation.instruments.omissions import Bias, Omission
from chemomech.validation.instruments.reading import Instrument, Reading, Spread
from chemomech.validation.instruments.registry import INSTRUMENTS, all_omissions, instrument
from chemomech.validation.instruments.sampling import BOTTOM, TOP, Cut, Side
from chemomech.validation.instruments.single_particle_icp import SingleParticleIcp
from chemomech.validation.instruments.state import ElectrodeState, ParticleField
from chemomech.validation.instruments.strain_microscopy import StrainMicroscope
from chemomech.validation.instruments.tomography import Tomograph

__all__ = [
    "BOTTOM",
    "INSTRUMENTS",
    "TOP",
    "Bias",
    "CloudField",
    "ConductiveAfm",
    "ContactResonance",
    "Cut",
    "Diffractometer",
    "ElectrodeState",
    "ElectronYield",
    "FluorescenceYield",
    "IndentationMap",
    "Instrument",
    "Nanoindenter",
    "Nexafs",
    "Omission",
    "ParticleField",
    "PositionField",
    "RadialField",
    "Reading",
    "Side",
    "SingleParticleIcp",
    "Spread",
    "StrainMicroscope",
    "Tomograph",
    "UniformField",
    "all_omissions",
    "instrument",
    "mirrored",
    "state_from_cut",
    "state_from_function",
    "state_from_nodes",
    "state_from_result",
]
