"""The release store: a register's months, each protected once and kept for ever."""
