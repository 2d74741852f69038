"""A known effect in made-up data, to see whether the estimators find it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from indicators.errors import UsageError


def plant(
    frame: pd.DataFrame, treated: pd.Series, cause: str, ratio: float, seed: int
) -> pd.DataFrame:
    """Person-months in which the treated leave more often by a cause.

    Args:
        frame: Of :func:`person_months`, made up.
        treated: Whether each row is treated.
        cause: The cause.
        ratio: The treated's hazard of the cause becomes so many times what it is, at every
            duration; above 1.
        seed: Of the draw.

    Returns:
        The frame with some months in which nothing happened made ends by the cause, and what
        would have come after them left out.

    Raises:
        UsageError: The ratio is not above 1.
    """
    if ratio <= 1:
        raise UsageError("ratio: only a ratio above 1 can be planted")
    chosen = treated.to_numpy(dtype=bool)
    by_duration = frame.groupby([frame["duration"], chosen])["event"]
    hazard = by_duration.transform(lambda event: (event == cause).mean())
    quiet = by_duration.transform(lambda event: (event == "").mean())
    chance = ((ratio - 1) * hazard / quiet.where(quiet > 0, 1)).clip(upper=1)
    drawn = np.random.default_rng(seed).random(len(frame)) < chance
    new = drawn & chosen & (frame["event"] == "")
    ended = new.groupby(frame["spell"]).cumsum() - new > 0
    planted: pd.DataFrame = frame.assign(event=frame["event"].mask(new, cause))[~ended]
    return planted.reset_index(drop=True)
