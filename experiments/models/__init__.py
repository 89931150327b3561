"""Models of a case, each in a folder of its own: particle by particle, or homogenised."""
