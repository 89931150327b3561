"""How figures look: colours, sizes and scales, for reports, studies and the scoreboard."""
