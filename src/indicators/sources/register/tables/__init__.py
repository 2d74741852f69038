"""One module a family of canonical tables: the register's rows in, canonical rows out."""
