"""Practice markets: web sites over a `replica.world.World`, in three families of templates."""

from replica.markets.app import PASSWORD, SESSION_COOKIE, STOREFRONTS, USERNAME, market_app

__all__ = ["PASSWORD", "SESSION_COOKIE", "STOREFRONTS", "USERNAME", "market_app"]
