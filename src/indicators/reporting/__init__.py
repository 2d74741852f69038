"""How protected tables are told: words, tables, figures, and the order they stand in."""
