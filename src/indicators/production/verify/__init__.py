"""Is what was published still what was recorded, and does it come out the same again?"""

from indicators.production.verify.verifying import Verified, verify

__all__ = ["Verified", "verify"]
