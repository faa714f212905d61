"""The whole way, through real Tor, by the commands that users type."""
