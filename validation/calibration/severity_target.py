"""What the growth of surface cracks is fitted to: the pooled share of severe particles after 10 cycles."""

POOLED = 0.25
"""Share [-]."""

RANGE = (0.14, 0.35)
"""Shares between which it counts as met [-] (assumed: the axis of the chart cannot be read)."""

INTERVAL = "range that makes 14 to 35 % severe"
DATA = "pooled share of severe particles after 10 cycles, 0.25 of 0.14 to 0.35 (assumed; yang-2019, Fig. 2g)"
