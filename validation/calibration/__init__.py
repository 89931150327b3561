"""Parameters fitted to what they are compared with: visible, with the data and confidence intervals."""
