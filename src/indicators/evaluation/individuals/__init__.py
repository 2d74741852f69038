"""Comparisons within and between areas: triple difference, matched persons."""
