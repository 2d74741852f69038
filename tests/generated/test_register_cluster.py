"""A Dask cluster's executor in place of processes of one machine: see ``docs/scale.md``."""

import os
import shutil
import sys
from pathlib import Path

import pytest

from fixtures.registers import adversarial, write_register
from indicators import table, workers
from indicators.cli.main import main
from indicators.errors import UsageError
from indicators.measures.register.computing import compute_register

CROWD = 16  # persons
CHUNK_ROWS = 8
ROOT = Path(__file__).parents[2]


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

    case = adversarial(4, CROWD)
    register = write_register(case, tmp_path / "register")
    values = {"groups": case.groups, "trial_offices": case.trial_offices}
    assert len(register.person_ranges(CHUNK_ROWS)) > 2
    alone = compute_register(register, case.months, **values)
    with Client(cluster) as client, client.get_executor() as executor:
        shared = compute_register(
            register, case.months, executor=executor, chunk_rows=CHUNK_ROWS, **values
        )
    assert written(shared, tmp_path / "shared") == written(alone, tmp_path / "alone")


@pytest.fixture(scope="module")
def register(tmp_path_factory):
    made = adversarial(4, CROWD)
    folder = tmp_path_factory.mktemp("counted") / "register"
    write_register(made, folder)
    return folder, f"{made.months[0]}..{made.months[-1]}"


def compute(register, out, *more):
    folder, months = register
    asked = ["--months", months, "--register", str(folder), "--out", str(out), *more]
    return main(["compute", "--project", str(ROOT), *asked])


@pytest.mark.slow
def test_the_command_makes_the_same_table(cluster, register, tmp_path, monkeypatch):
    here, there = tmp_path / "here.csv", tmp_path / "there.csv"
    assert compute(register, here) == 0
    # The cluster's workers are elsewhere, and may know the register by no name of this folder.
    monkeypatch.chdir(register[0].parent)
    named = (Path(register[0].name), register[1])
    assert compute(named, there, "--scheduler", cluster.scheduler_address) == 0
    assert there.read_bytes() == here.read_bytes()


@pytest.mark.slow
def test_a_damaged_register_is_told_as_if_it_had_been_counted_here(
    cluster, register, tmp_path, capsys
):
    broken = tmp_path / "register"
    shutil.copytree(register[0], broken)
    (broken / "employment_code.parquet").write_bytes(b"PAR1 and no more")
    told = []
    for more in ([], ["--scheduler", cluster.scheduler_address]):
        assert compute((broken, register[1]), tmp_path / "out.csv", *more) == 3
        told.append(capsys.readouterr().err)
    assert told[0] == told[1]


@pytest.mark.slow
def test_workers_that_do_not_see_the_register_are_told(cluster, register, monkeypatch):
    # Seen from here alone: their own working directory is another.
    monkeypatch.chdir(register[0].parent)
    with (
        pytest.raises(UsageError, match="a worker of the cluster cannot read register; let all"),
        workers.cluster(cluster.scheduler_address, Path("register")),
    ):
        raise AssertionError("it was taken")


@pytest.mark.slow
def test_workers_that_are_lost_are_told(cluster, register):
    with (
        pytest.raises(UsageError, match=r"a worker of the cluster was lost \(KilledWorker"),
        workers.cluster(cluster.scheduler_address, register[0]) as executor,
    ):
        executor.submit(os._exit, 1).result()


@pytest.mark.parametrize(
    ("more", "told"),
    [
        (["--workers", "2", "--scheduler", "tcp://127.0.0.1:9"], "give one of the two"),
        (["--scheduler", "tcp://127.0.0.1:9"], "tcp://127.0.0.1:9: no scheduler answers there"),
        (["--scheduler", "nowhere at all"], "nowhere at all: no scheduler answers there"),
        (["--scheduler", "http://127.0.0.1:9"], "no scheduler answers there"),
    ],
)
def test_a_scheduler_that_cannot_be_had_is_wrong_use(more, told, register, capsys, monkeypatch):
    monkeypatch.setattr(workers, "REACHED_SECONDS", 1)
    out = register[0].parent / "out.csv"
    assert compute(register, out, *more) == 2
    said = capsys.readouterr().err
    assert told in said
    assert said.count("\n") == 1
    assert not out.exists()


def test_dask_may_be_missing(register, tmp_path, capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    assert compute(register, tmp_path / "out.csv", "--scheduler", "tcp://127.0.0.1:9") == 2
    assert "install indicators with its extra `dask`" in capsys.readouterr().err
