"""The particle-resolved model: finite elements on the particles and the matrix between them."""
