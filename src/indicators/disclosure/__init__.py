"""The only door to anything published: internal table in, protected table out."""

from indicators.disclosure.door import admit, protect

__all__ = ["admit", "protect"]
