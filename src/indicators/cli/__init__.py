"""The command ``indicators``: what it takes, and nothing of what it does."""
