"""What breaks in and around particles over cycles: one state by particle for every model that has particles.

- ``cell``: what a model shows of its particles, and what damage changes in it;
- ``mechanisms``: one a file; each follows a half cycle, evolves at its end and has its part in the effects;
- ``particle_damage``: all of them as one internal state of a cell (``chemomech.solver.stepping.cell``).
"""
