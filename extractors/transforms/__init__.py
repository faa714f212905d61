"""Transforms: from what a page says to what a record holds, each named in a layout by ``as``."""
