"""Kela's open data on unemployment benefits: its forms, read and checked."""
