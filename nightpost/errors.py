"""The one root of Nightpost's errors.

Each room derives its own from here. A message says what happened, to what, and what to do next, on one line: the
command line prints it as it is and exits with 1.
"""


class NightpostError(Exception):
    """Something that a person can act on went wrong; the message says what to do."""


class ConfigurationError(NightpostError):
    """A setting, a site file or a layout cannot be used as it stands."""


class UnavailableError(NightpostError):
    """A server or program that Nightpost needs (Tor, Elasticsearch, Redis, a disk) cannot be used right now."""
