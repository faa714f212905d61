"""Sketches: roughly drawn pages of markets that do not exist, as unlike each other as markets are.

A facade (`replica.facades`) is one market built with care; of sketches there are hundreds, each with its own words,
classes, addresses, menus and arrangement of parts, so that what is learned from them leans on no one market's build.
"""

from training.sketches.kinds import sketch_market
from training.sketches.market import Sketch

__all__ = ["Sketch", "sketch_market"]
