"""What a spell of unemployment ended by: five causes, and not known."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

CAUSES = ("open_market", "subsidised", "services", "studies", "outside", "unknown")

#: Service groups of the register (contract, section 2).
OF_SERVICE: Mapping[str, str] = {
    "subsidised": "subsidised",
    "study": "studies",
    **dict.fromkeys(("training", "coaching", "trial", "alternation", "rehabilitative"), "services"),
}
#: Employment codes that may follow; 07 and 08 say no more than the service beside them.
OF_CODE: Mapping[str, str] = {
    **dict.fromkeys(("01", "04", "09"), "open_market"),
    "00": "subsidised",
    "07": "services",
    "08": "studies",
    **dict.fromkeys(("05", "06"), "outside"),
}
#: End reasons of employment codes and job searches (tymsyy, hapkd).
OF_REASON: Mapping[str, str] = {
    **dict.fromkeys(("01", "02", "03", "16"), "open_market"),
    "00": "subsidised",
    **dict.fromkeys(("04", "11", "12"), "services"),
    **dict.fromkeys(("08", "13"), "studies"),
    **dict.fromkeys(("05", "07", "09", "14", "15"), "outside"),
}


def causes(
    spells: pd.DataFrame, codes: pd.DataFrame, services: pd.DataFrame, searches: pd.DataFrame
) -> pd.Series:
    """Cause of each spell's end; empty where it goes on.

    The first that says something: a service that covers the day after, the employment code that
    begins on it, the reason by which the code ended, the reason by which the job search ended
    that day. What a person does tells more than the reason on record, which is often missing.

    Args:
        spells: ``person_id``, ``end``, ``end_reason`` of the last code.
        codes: Employment codes other than unemployment: ``person_id``, ``code``, ``start``.
        services: ``person_id``, ``group``, ``start``, ``end``.
        searches: Job searches: ``person_id``, ``end``, ``end_reason``.
    """
    after = spells["end"] + pd.Timedelta(days=1)
    ended = spells[["person_id"]].assign(after=after, end=spells["end"])
    causes_by_source = [
        _service(ended, services),
        _joined(ended, codes.rename(columns={"start": "after"}), "after", "code", OF_CODE),
        spells["end_reason"].map(OF_REASON),
        _joined(ended, searches, "end", "end_reason", OF_REASON),
    ]
    cause = pd.Series(np.nan, index=spells.index, dtype=object)
    for cause_of_source in causes_by_source:
        cause = cause.where(cause.notna(), cause_of_source)
    return cause.fillna("unknown").where(spells["end"].notna(), "").astype(str)


def _service(ended: pd.DataFrame, services: pd.DataFrame) -> pd.Series:
    """Cause by the service that covers the day after, the first in the order above of several."""
    pairs = ended.reset_index().merge(services, on="person_id", suffixes=("", "_service"))
    covers = pairs["start"] <= pairs["after"]
    covers &= pairs["end_service"].isna() | (pairs["end_service"] >= pairs["after"])
    found = pairs[covers].assign(cause=lambda frame: frame["group"].map(OF_SERVICE))
    found["rank"] = found["cause"].map(CAUSES.index)
    first = found.sort_values("rank", kind="stable").drop_duplicates("index").set_index("index")
    return first["cause"].reindex(ended.index)


def _joined(
    ended: pd.DataFrame, rows: pd.DataFrame, day: str, column: str, of: Mapping[str, str]
) -> pd.Series:
    """Cause by the row of the same person and day."""
    known = rows[["person_id", day, column]].dropna(subset=[day])
    known = known.drop_duplicates(["person_id", day], keep="last")
    found = ended.reset_index().merge(known, on=["person_id", day], how="left").set_index("index")
    return found[column].map(of).reindex(ended.index)
