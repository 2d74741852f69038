"""The canonical register: what its tables are, how they are stored and checked."""

from indicators.register.schema import TABLES, Column, Table, arrow_schema
from indicators.register.store import Register, open_register, write_meta, write_table

__all__ = [
    "TABLES",
    "Column",
    "Register",
    "Table",
    "arrow_schema",
    "open_register",
    "write_meta",
    "write_table",
]
