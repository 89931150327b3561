"""The radial model: one lithium problem along the radius of each particle, on fields along the depth."""
