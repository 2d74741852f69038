"""How each indicator is counted, one small module a family."""
