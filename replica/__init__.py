"""Practice: a private Tor network and practice markets with known truth. No room of the product imports it."""
