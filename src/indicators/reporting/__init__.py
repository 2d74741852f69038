"""Reports of protected tables: texts, tables, figures, and the order they stand in."""
