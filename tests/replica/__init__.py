"""Tests of the practice markets and the private Tor network."""
