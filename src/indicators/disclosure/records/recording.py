"""The record of a table that was just protected and written."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from indicators.disclosure import attacking
from indicators.disclosure.policy import policy_of
from indicators.disclosure.protecting import Protected
from indicators.disclosure.records.making import Facts, make_record
from indicators.disclosure.records.model import Attack, Limits, Record
from indicators.provenance import hash_file
from indicators.table import KEY


def record_of(
    written: Path,
    made: Protected,
    attack: attacking.Attack,
    published: Sequence[Path],
    seconds: float,
) -> Record:
    """What a reviewer must know of a protected table.

    Args:
        written: The file that holds the table: its bytes are what is decided on.
        made: The table, and why its rows are hidden.
        attack: What the attack on it came to.
        published: The tables it was protected together with.
        seconds: How long protecting and the attack took.
    """
    policy = policy_of(made.policy)
    hidden = made.rule != ""
    facts = Facts(
        table=written.name,
        sha256=hash_file(written),
        policy=policy.name,
        limits=Limits(
            policy.hidden_up_to,
            policy.minimum_mean,
            policy.minimum_median,
            policy.minimum_rate,
        ),
        attack=Attack(len(attack.cells), attack.recovered, attack.problems),
        published=tuple(path.name for path in published),
        seconds=seconds,
    )
    keys = made.table.loc[hidden, list(KEY)]
    return make_record(made.table, keys.assign(rule=made.rule[hidden]), facts)
