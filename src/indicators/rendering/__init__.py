"""Quarto sources and executed notebooks → a self-contained HTML page and a PDF each."""
