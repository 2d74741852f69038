"""Whether the register's figures agree with StatFin's, and with each other."""
