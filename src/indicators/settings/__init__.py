"""The project's settings: one file, ``indicators.toml``, read and checked as a whole."""
