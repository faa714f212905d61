"""Learning how the pages of a market nobody has seen are built."""
