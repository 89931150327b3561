"""Mechanisms of damage, one a file: each has a table of ``[damage]`` and a state by particle."""
