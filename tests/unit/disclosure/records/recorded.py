"""A small protected table, and what was hidden in it."""

from __future__ import annotations

import pandas as pd

from indicators.disclosure.record import AuditSummary, PolicyLimits, RecordContext
from indicators.table import COLUMNS, KEY

LIMITS = PolicyLimits(hidden_up_to=4, minimum_mean=5, minimum_median=5, minimum_rate=5)
ATTACK = AuditSummary(hidden=3, recovered=0, problems=1200)


def row(indicator: str, area: str, category: str, part: float | None, base: float | None, **more):
    status = "suppressed" if part is None else "normal"
    value = None if part is None or not base else 100 * part / base
    return {
        "indicator": indicator, "statistic": "value", "month": "2022-02", "area": area,
        "population": "residents", "dimension": "sex", "category": category, "numerator": part,
        "denominator": base, "value": value, "low": None, "high": None, "unit": "percent",
        "status": status, "series_break": None, "source": "register", "vintage": "2022-03-01",
    } | more  # fmt: skip


def protected() -> pd.DataFrame:
    rows = [
        row("activation_rate", "KU316", "men", None, None),
        row("activation_rate", "KU316", "women", None, None),
        row("activation_rate", "KU316", "total", 20, 60),
        row("activation_rate", "KU398", "men", 6, 300),
        row("activation_rate", "KU398", "women", 0, 200),
        row("activation_rate", "KU398", "total", 300, 300, month="2022-03"),
        row("plan_coverage", "KU398", "men", None, None, unit="persons"),
        row("plan_coverage", "KU398", "women", 80, 100, status="provisional"),
        row("unemployment_share", "KU398", "total", None, 40, source="statfin"),
        row("unemployment_share", "KU316", "total", 5, 40, source="statfin"),
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype({"status": "category"})


def hidden() -> pd.DataFrame:
    table = protected()
    own = table[(table["status"] == "suppressed") & (table["source"] == "register")]
    rules = ["primary numerator", "secondary", "published before"]
    return own[list(KEY)].assign(rule=rules)


def facts(**more) -> RecordContext:
    given = {"table": "register-2022-02.csv", "sha256": "0f" * 32, "policy": "tyonv5"}
    return RecordContext(**{**given, "limits": LIMITS, "attack": ATTACK, "seconds": 1.234, **more})
