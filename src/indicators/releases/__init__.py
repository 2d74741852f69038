"""A register's months, protected once each and kept for ever: the only figures of persons told."""
