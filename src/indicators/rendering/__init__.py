"""Quarto sources and executed notebooks → one self-contained HTML page and one PDF each."""
