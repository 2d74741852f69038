"""A made-up register of any size: nobody in it lives (docs/decisions/0012)."""
