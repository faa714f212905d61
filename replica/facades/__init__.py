"""Facades: differently built market pages with known truth, to develop and measure how unseen markets are read.

A facade is how one market's pages look: a folder in ``builds/`` with a template a kind of page and a ``facade.yaml`` of
conventions (how sums, dates and countries are written, what is not shown). No server is behind it.
"""

from replica.facades.conventions import FacadeError, facade_names
from replica.facades.pages import FacadePage, render

__all__ = ["FacadeError", "FacadePage", "facade_names", "render"]
