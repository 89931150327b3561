"""LiPF6 in EC:EMC 3:7 after Landesfeind and Gasteiger, the default."""

from chemomech.materials.kinds.electrolyte import Electrolyte
from chemomech.materials.laws import landesfeind
from chemomech.materials.laws.salt import one_molar

MATERIAL = Electrolyte(
    name="lipf6-ec-emc-3-7",
    description="LiPF6 in EC:EMC 3:7 (w); all four properties from one source (Landesfeind 2019).",
    diffusivity=landesfeind.diffusivity(),
    conductivity=landesfeind.conductivity(),
    transference_number=landesfeind.transference_number(),
    thermodynamic_factor=landesfeind.thermodynamic_factor(),
    initial_concentration=one_molar(),
)
