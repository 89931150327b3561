"""What a case is: read, checked, and prepared for a model."""

from chemomech.experiments.case.case import Case, parse_assignment, shipped_cases

__all__ = ["Case", "parse_assignment", "shipped_cases"]
