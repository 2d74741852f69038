"""Names of areas, municipalities over time, and who took part in which trial."""
