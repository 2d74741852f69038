"""Figures of the evaluation report."""
