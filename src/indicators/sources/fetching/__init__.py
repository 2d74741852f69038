"""Public sources over the network into ``data/raw/``: what ``indicators fetch`` does.

No other package asks anybody outside, and nothing but that command imports this one.
"""
