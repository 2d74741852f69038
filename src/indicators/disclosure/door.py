"""What may pass to a reader."""

from __future__ import annotations

import pandas as pd

from indicators.errors import DisclosureError

# Published by their producers already, hidden cells and all (contract, section 6).
PUBLIC_SOURCES = ("statfin", "kela")


def protect(table: pd.DataFrame, *, made_up: bool = False) -> pd.DataFrame:
    """Let a long table pass if every row is public already, or nobody in it lives.

    Rows counted from persons need disclosure control, which is not built yet: a table that
    holds any is refused whole, so that nothing confidential can leave by mistake.

    Args:
        table: A long table (contract, section 3).
        made_up: Whether it was counted from a made-up register, whose persons have nothing to
            hide.

    Returns:
        The same rows, to be handed to notebooks, reports and the site.

    Raises:
        DisclosureError: The table holds rows of a source that is not public.
    """
    if made_up:
        return table
    source = table["source"]
    others = source[~source.isin(PUBLIC_SOURCES)].astype(object).fillna("no source")
    if not others.empty:
        raise DisclosureError(
            f"the table has rows of {', '.join(sorted(set(others)))}, which are not public; "
            "publish only rows of statfin and kela until they are protected"
        )
    return table
