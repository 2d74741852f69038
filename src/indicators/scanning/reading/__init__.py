"""Readers by type of file: bytes in, texts, cells and further files out."""
