"""What is told of the chunks while they are counted."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from fixtures.registers import adversarial, write_register
from indicators.measures.register.computing import compute_register

CROWD, CHUNK_ROWS = 12, 8


@pytest.fixture(scope="module")
def chunked(tmp_path_factory):
    case = adversarial(5, CROWD)
    register = write_register(case, tmp_path_factory.mktemp("progress") / "register")
    values = {"groups": case.groups, "trial_offices": case.trial_offices, "chunk_rows": CHUNK_ROWS}
    return register, case.months, values, len(register.person_ranges(CHUNK_ROWS))


def told(chunked, **how):
    register, months, request, _ = chunked
    heard = []
    compute_register(
        register,
        months,
        progress=lambda done, chunks: heard.append((done, chunks)),
        **request,
        **how,
    )
    return heard


def test_every_chunk_is_told_of_as_it_is_done(chunked):
    chunks = chunked[-1]
    every = [(done, chunks) for done in range(1, chunks + 1)]
    assert chunks > 2
    assert told(chunked) == every
    with ThreadPoolExecutor(2) as threads:
        assert told(chunked, executor=threads) == every


def test_processes_tell_of_theirs_until_all_are_done(chunked):
    chunks, heard = chunked[-1], told(chunked, workers=2)
    assert heard == sorted(heard)
    assert heard[-1] == (chunks, chunks)
