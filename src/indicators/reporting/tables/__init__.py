"""The report's tables, as HTML that both renderers read."""
