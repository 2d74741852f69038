"""Counting by month, area, population and category, in tallies that add up."""

from indicators.tallies.axes import Axes
from indicators.tallies.tallies import Tallies

__all__ = ["Axes", "Tallies"]
