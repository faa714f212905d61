"""Seeded worlds of practice markets: sellers, listings and reviews whose truth is known."""

from replica.world.world import DEFAULT_START, World, WorldError

__all__ = ["DEFAULT_START", "World", "WorldError"]
