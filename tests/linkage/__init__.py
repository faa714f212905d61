"""Linkage: accounts to sellers."""
