"""The command ``indicators``: what it takes, and nothing of what it does."""

from indicators.cli.main import main

__all__ = ["main"]
