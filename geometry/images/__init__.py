"""From image stacks to layouts: reading, segmentation, separation, measuring, wiring.

Importing this package loads scikit-image and tifffile, so `chemomech.geometry` does not import it.
"""

from __future__ import annotations

from .conductance import ElectronicContacts, contacts_from_coverage, contacts_from_wiring
from .extraction import Extraction, extract_from_labels, extract_from_phases, layout_of
from .grey import GaussianFilter, MedianFilter, segment_grey
from .label_image import LabelImage, crop_labels, read_labels
from .memory import MemoryLimit
from .merging import MergeRule, NeckRatio, PeakDepth
from .orientation import Orientation
from .particles import ParticleTable, measure_particles
from .phases import PhaseStack, PhaseValues, read_phases
from .readers import STACK_READERS, open_stack
from .reducing import bin_stack, crop_stack, majority_of_block, mean_of_block, reduced
from .separation import Separated, SeparationRule, separate
from .stack import ImageStack, three_edges
from .surfaces import (
    SURFACE_ESTIMATORS,
    SurfaceEstimate,
    surface_by_crofton,
    surface_by_faces,
    surface_by_mesh,
)
from .wiring import PorePaths, Wiring, follow_pores, require_paths, wire

__all__ = [
    "STACK_READERS",
    "SURFACE_ESTIMATORS",
    "Extraction",
    "GaussianFilter",
    "ImageStack",
    "LabelImage",
    "MedianFilter",
    "MemoryLimit",
    "MergeRule",
    "NeckRatio",
    "Orientation",
    "ElectronicContacts",
    "ParticleTable",
    "PeakDepth",
    "PhaseStack",
    "PhaseValues",
    "PorePaths",
    "Separated",
    "SeparationRule",
    "SurfaceEstimate",
    "Wiring",
    "bin_stack",
    "contacts_from_coverage",
    "contacts_from_wiring",
    "crop_labels",
    "crop_stack",
    "extract_from_labels",
    "extract_from_phases",
    "follow_pores",
    "layout_of",
    "majority_of_block",
    "mean_of_block",
    "measure_particles",
    "open_stack",
    "read_labels",
    "read_phases",
    "reduced",
    "require_paths",
    "segment_grey",
    "separate",
    "surface_by_crofton",
    "surface_by_faces",
    "surface_by_mesh",
    "three_edges",
    "wire",
]
