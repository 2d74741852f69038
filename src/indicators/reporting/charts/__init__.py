"""The report's figures: drawn once as SVG, for the page and for print alike."""
