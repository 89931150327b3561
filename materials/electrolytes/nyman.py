"""LiPF6 in EC:EMC 3:7 after Nyman, Behm and Lindbergh."""

import dataclasses

from chemomech.materials.kinds.electrolyte import Electrolyte
from chemomech.materials.laws import landesfeind, nyman
from chemomech.materials.laws.salt import one_molar
from chemomech.materials.provenance import Source

_FACTOR = landesfeind.thermodynamic_factor()

MATERIAL = Electrolyte(
    name="lipf6-ec-emc-3-7-nyman",
    description="LiPF6 in EC:EMC 3:7 (w) ; transport after Nyman 2008, thermodynamic factor after "
    "Landesfeind 2019.",
    diffusivity=nyman.diffusivity(),
    conductivity=nyman.conductivity(),
    transference_number=nyman.transference_number(),
    # Nyman's activity polynomial circulates without saying whether it includes the "1 +", and the
    # ideal value 1 contradicts every measurement, so the factor measured on the same solution is used.
    thermodynamic_factor=dataclasses.replace(
        _FACTOR,
        source=Source(
            f"{_FACTOR.source.reference}; paired with Nyman's transport because Nyman's own polynomial is "
            "ambiguous",
            ("second-hand", "assumed"),
        ),
        temperature=nyman.SAME_TRANSFERENCE,
    ),
    initial_concentration=one_molar(),
)
