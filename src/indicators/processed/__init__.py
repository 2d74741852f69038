"""``data/processed/YYYY-MM/<vintage>/``: the protected tables a month's notebooks read."""

from indicators.processed.model import (
    CONTEXT,
    INDICATORS,
    REGISTER,
    FromRegister,
    Processed,
    Source,
    areas_of,
    register_window,
)
from indicators.processed.placing import Placed
from indicators.processed.publishing import publish, publish_vintage
from indicators.processed.reading import is_made_up, read
from indicators.processed.revised import Revisions
from indicators.processed.vintages import folder_of

__all__ = [
    "CONTEXT",
    "INDICATORS",
    "REGISTER",
    "FromRegister",
    "Placed",
    "Processed",
    "Revisions",
    "Source",
    "areas_of",
    "folder_of",
    "is_made_up",
    "publish",
    "publish_vintage",
    "read",
    "register_window",
]
