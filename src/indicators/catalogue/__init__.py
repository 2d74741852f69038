"""What each indicator is, as data in three languages.

The definitions are TOML files in ``definitions/``, one an indicator; ``load()`` reads and checks
them all.
"""
