"""Keys of a case that belong to images and to contact rules, by the last part of their name."""

IMAGE = (
    "stack", "voxel_size", "active", "pore", "binder", "layer", "crop", "margin", "bin", "neck_ratio",
    "smoothing", "fragment", "thickness_axis", "collector_last", "dataset",
)  # fmt: skip
CONTACTS = ("farthest_move", "cut", "neck_ratio", "neck_radius", "reach", "listed_reach")
