"""Counting by month, area, population and category, in tallies that add up."""
