"""A server on the loopback that answers as public sources do: see ``server.py``."""
