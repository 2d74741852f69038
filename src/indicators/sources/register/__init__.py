"""The jobseeker register's own layout into canonical tables: ``import_register``."""
