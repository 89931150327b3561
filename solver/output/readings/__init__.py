"""Numbers read off a computed state: per cell, per particle, along the depth, on a cut."""
