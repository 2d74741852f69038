"""What was revised between two vintages, and how much newest months usually change."""
