"""The radial model: one lithium problem along the radius of each particle, on an electrolyte resolved in depth."""
