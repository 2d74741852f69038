"""Output records: what was hidden in a table and why, by rule, in counts alone."""
