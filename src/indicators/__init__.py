"""Monitoring of the Finnish municipal employment trials (työllisyyden kuntakokeilut)."""

__version__ = "0.1.0"
