"""Why a row is hidden."""

PRIMARY_NUMERATOR = "primary numerator"
PRIMARY_DENOMINATOR = "primary denominator"
MINIMUM = "minimum"
PUBLISHED_BEFORE = "published before"
SECONDARY = "secondary"

RULES = (PRIMARY_NUMERATOR, PRIMARY_DENOMINATOR, MINIMUM, PUBLISHED_BEFORE, SECONDARY)
"""A row has one rule, the first of them that applies."""
