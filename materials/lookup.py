"""The five kinds of materials, each found by name with a call and listed with ``.names()``."""

from chemomech.materials.kinds.active_material import ActiveMaterial
from chemomech.materials.kinds.carbon_binder_matrix import CarbonBinderMatrix
from chemomech.materials.kinds.electrolyte import Electrolyte
from chemomech.materials.kinds.lithium_metal import LithiumMetal
from chemomech.materials.kinds.separator import Separator
from chemomech.materials.registry import Registry

active_material: Registry[ActiveMaterial] = Registry(
    "active material", "chemomech.materials.active_materials"
)
electrolyte: Registry[Electrolyte] = Registry("electrolyte", "chemomech.materials.electrolytes")
matrix: Registry[CarbonBinderMatrix] = Registry("matrix", "chemomech.materials.matrices")
separator: Registry[Separator] = Registry("separator", "chemomech.materials.separators")
lithium: Registry[LithiumMetal] = Registry("lithium electrode", "chemomech.materials.lithium_metals")
