"""A Dask cluster's executor in place of processes of one machine: see ``docs/scale.md``."""

import pytest

from fixtures.registers import adversarial, write_register
from indicators import table
from indicators.measures.register import compute_register

CROWD = 16  # persons
CHUNK_ROWS = 8


def written(frame, path):
    """Bytes of a long table in both of its forms."""
    for suffix in table.SUFFIXES:
        table.write(frame, path.with_suffix(suffix))
    return [path.with_suffix(suffix).read_bytes() for suffix in table.SUFFIXES]


@pytest.fixture(scope="module")
def cluster():
    from distributed import LocalCluster

    quiet = {"dashboard_address": None, "worker_dashboard_address": None, "silence_logs": 50}
    with LocalCluster(n_workers=2, threads_per_worker=1, **quiet) as cluster:
        yield cluster


@pytest.mark.slow
def test_a_cluster_changes_no_byte(cluster, tmp_path):
    from distributed import Client

    made = adversarial(4, CROWD)
    register = write_register(made, tmp_path / "register")
    asked = {"groups": made.groups, "trial_offices": made.trial_offices}
    assert len(register.person_ranges(CHUNK_ROWS)) > 2
    alone = compute_register(register, made.months, **asked)
    with Client(cluster) as client, client.get_executor() as executor:
        shared = compute_register(
            register, made.months, executor=executor, chunk_rows=CHUNK_ROWS, **asked
        )
    assert written(shared, tmp_path / "shared") == written(alone, tmp_path / "alone")
