"""The only door to anything published: internal table in, protected table out."""

from indicators.disclosure.door import protect

__all__ = ["protect"]
