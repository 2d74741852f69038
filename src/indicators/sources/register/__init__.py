"""The jobseeker register's own layout into canonical tables: ``import_register``."""

from indicators.sources.register.importing import Progress, import_register
from indicators.sources.register.report import ImportReport

__all__ = ["ImportReport", "Progress", "import_register"]
