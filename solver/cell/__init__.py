"""The discrete half cell: its unknowns, the page of its balances, and how it takes a step."""
