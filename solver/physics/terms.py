"""Named residual terms and the discrete time derivative they share."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import reduce
from operator import add

import ufl
from dolfinx import fem

Terms = dict[str, ufl.Form]


@dataclass(frozen=True)
class TimeDerivative:
    """d/dt of one field as ``rate * field + history`` (any linear multistep method).

    Attributes:
        rate: Leading coefficient over the step size [1/s].
        history: Weighted sum of past values over the step size [field unit / s].
    """

    rate: fem.Constant
    history: fem.Function

    def of(self, field: fem.Function) -> ufl.core.expr.Expr:
        """Discrete time derivative of the field."""
        return self.rate * field + self.history


@dataclass(frozen=True)
class Balance:
    """The balance of one unknown.

    Attributes:
        transport: All terms but storage.
        storage: Terms ``rate * unknown``, linear in the unknown of the balance and in the leading coefficient
            of the time formula.
        rate: Discrete time derivative in the storage; None for a balance without storage.
    """

    transport: Terms
    storage: Terms = field(default_factory=dict)
    rate: TimeDerivative | None = None

    @property
    def terms(self) -> Terms:
        """All terms by name."""
        return {**self.storage, **self.transport}


def total(*balances: Terms) -> ufl.Form:
    """Sum of all terms of the given balances."""
    return reduce(add, (term for balance in balances for term in balance.values()))
