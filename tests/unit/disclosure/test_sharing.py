"""Work shared with other processes: the same results in the same order, whoever made them."""

import os

import pytest

from indicators.disclosure import audit
from indicators.errors import UsageError

ITEMS = list(range(40))


def square_of(item: int) -> tuple[int, int]:
    """A square, and which process made it."""
    return item * item, os.getpid()


def fail_at_seven(item: int) -> int:
    if item == 7:
        raise ValueError("seven")
    return item


def test_several_processes_give_what_one_gives() -> None:
    with audit.worker_map(3, 10_000) as share:
        result = share(square_of, ITEMS, ITEMS)
        again = share(square_of, ITEMS, [1] * len(ITEMS))
    assert [value for value, _ in result] == [value for value, _ in again]
    assert [value for value, _ in result] == [item * item for item in ITEMS]


def test_this_process_works_too_and_alone_if_asked_or_if_there_is_little() -> None:
    with audit.worker_map(2, 10_000) as share:
        assert os.getpid() in {maker for _, maker in share(square_of, ITEMS, ITEMS)}
    for workers, rows in ((1, 10_000), (8, 10)):
        with audit.worker_map(workers, rows) as share:
            assert {maker for _, maker in share(square_of, ITEMS, ITEMS)} == {os.getpid()}


def test_the_largest_is_begun_first() -> None:
    begun = []

    class Later:
        """Stands for work that no other process begins."""

        def __init__(self, item: int) -> None:
            begun.append(item)

        def cancel(self) -> bool:
            return True

    class Pool:
        def submit(self, _: object, item: int) -> Later:
            return Later(item)

    audit._run_on_pool(Pool(), fail_at_seven, [1, 2, 3], [5, 9, 7])  # type: ignore[arg-type]
    assert begun == [2, 3, 1]


def test_what_goes_wrong_is_raised_here_and_ends_the_others() -> None:
    with pytest.raises(ValueError, match="seven"), audit.worker_map(2, 10_000) as share:
        share(fail_at_seven, ITEMS, ITEMS)


def test_no_process_at_all_is_refused() -> None:
    with pytest.raises(UsageError, match="give 1 or more"), audit.worker_map(0, 10):
        pass
