"""Separators: one a module, each a constant ``MATERIAL`` that is found by its name."""
