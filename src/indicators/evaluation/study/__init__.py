"""The analyses of the evaluation on StatFin's figures: results as tidy frames."""
