"""Claims that are held against 10 to 100 cycles with damage, in place of the first charge."""
