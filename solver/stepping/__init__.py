"""The loop over time and all it needs of a cell, apart from any mesh."""
