"""NMC532 with the 9th-order voltage curve of Xu et al. (2019), everything else as in nmc532."""

import dataclasses

from chemomech.materials.active_materials import nmc532
from chemomech.materials.laws import xu_2019_nmc532

MATERIAL = dataclasses.replace(
    nmc532.MATERIAL,
    name="nmc532-xu",
    description="NMC532 with the 9th-order voltage curve of Xu 2019 (x >= 0.30); all else as nmc532.",
    open_circuit_voltage=xu_2019_nmc532.open_circuit_voltage().paired_with(
        float(nmc532.MATERIAL.maximum_concentration),
        "2.1 % larger, so that only the voltage differs from nmc532",
    ),
)
