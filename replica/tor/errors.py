"""What can go wrong with the private Tor network."""

from nightpost.errors import UnavailableError


class PrivateTorError(UnavailableError):
    """The private Tor network could not be started, or one of its parts stopped."""
