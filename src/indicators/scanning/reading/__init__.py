"""One reader a type of file: bytes in, texts, cells and further files out."""
