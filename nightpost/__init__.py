"""The ground that every room stands on: errors, the clock, settings, the workspace. It imports no room."""

__version__ = "0.1.0"
