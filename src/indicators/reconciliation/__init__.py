"""Whether the register's figures agree with StatFin's, and with each other."""

from indicators.reconciliation.gaps import reconcile
from indicators.reconciliation.identities import check_identities
from indicators.reconciliation.outcomes import Identities
from indicators.reconciliation.report import Reconciliation, is_made_up

__all__ = ["Identities", "Reconciliation", "check_identities", "is_made_up", "reconcile"]
