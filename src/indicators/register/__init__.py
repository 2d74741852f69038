"""The canonical register: what its tables are, how they are stored and checked."""
