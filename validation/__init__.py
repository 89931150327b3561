"""Comparisons of computed results with references and measurements; works on results only."""
