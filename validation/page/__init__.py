"""The page of the scoreboard: one file, figures included."""
