"""``data/processed/YYYY-MM/<vintage>/``: the protected tables a month's notebooks read."""
