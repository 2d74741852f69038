"""Public sources over the network into ``data/raw/``: what ``indicators fetch`` does.

No other package opens a connection, and nothing but that command imports this one.
"""
