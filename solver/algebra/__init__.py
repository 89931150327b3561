"""Compiled forms, Newton's iteration and the linear solvers; nothing here knows a battery."""
