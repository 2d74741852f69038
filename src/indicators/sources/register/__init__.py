"""The jobseeker register's own layout into canonical tables: ``import_register``."""

from indicators.sources.register.importing import import_register
from indicators.sources.register.progress import Progress
from indicators.sources.register.report import ImportReport

__all__ = ["ImportReport", "Progress", "import_register"]
