"""The only door to anything published: internal table in, protected table out."""
