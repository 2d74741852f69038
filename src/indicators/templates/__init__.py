"""What ``indicators new`` writes: files that work as they stand, to be changed."""
