"""Laws of damage in single particles over cycles: one law a file, all NumPy, vectorised over particles.

- ``growth``: a surface crack that jumps to where it arrests, and its growth by fatigue;
- ``toughness``: the memory of the toughness for what a particle has borne;
- ``wetting``: what cracks that electrolyte fills change of reaction and diffusion;
- ``grains``: cracks between grains that do not hang together, and what they change;
- ``debonding``: the share of the interface that still holds under the misfit of a particle;
- ``contact``: conductance of what is left of a contact, spreading in the particle included;
- ``isolation``: whether any of the spots that carry electrons is left.
"""
