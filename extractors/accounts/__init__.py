"""Accounts on other markets: names of markets in a text, and what says that the writer sells there."""
