"""All indicators from a canonical register.

They come from :func:`indicators.measures.register.computing.compute_register`.
"""
