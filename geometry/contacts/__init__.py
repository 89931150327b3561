"""What becomes of spheres that overlap, touch, nearly touch or leave the box, before they are meshed."""

from __future__ import annotations

from .fuse import Fuse
from .meshable import require_meshable
from .minimum_gap import MinimumGap
from .necks import Neck, necks_of
from .registry import CONTACT_RULES, contact_rule
from .report import ContactReport
from .rule import Contacted, ContactRule
from .shapes import ParticleShapes, equivalent_radii, particle_shapes
from .shrink import Shrink

__all__ = [
    "CONTACT_RULES",
    "ContactReport",
    "ContactRule",
    "Contacted",
    "Fuse",
    "MinimumGap",
    "Neck",
    "ParticleShapes",
    "Shrink",
    "contact_rule",
    "equivalent_radii",
    "necks_of",
    "particle_shapes",
    "require_meshable",
]
