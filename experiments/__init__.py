"""Protocols, cases and the runner: what is to be simulated, in the words of people who cycle cells."""
