"""Executed notebooks put in place, a month at a time: all of its languages or none."""

from __future__ import annotations

import importlib
from collections import Counter, defaultdict
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from indicators import files
from indicators.errors import IndicatorsError
from indicators.production.notebook import Executed
from indicators.production.outcome import State
from indicators.production.steps import Cache, Step

if TYPE_CHECKING:
    from indicators.scanning.ids import PersonIds


class Publisher:
    """Takes what has been made, and publishes a month when the last of it has come.

    Args:
        steps: All that is to be made.
        register: Folder of the register whose persons must not be told of.
        cache: Is told what stands in place.

    Attributes:
        states: What became of each step.
        seconds: What each month's notebooks took.
        failures: What failed.
    """

    def __init__(self, steps: Sequence[Step], register: Path | None, cache: Cache) -> None:
        self._outstanding = Counter(step.month for step in steps)
        self._register = register
        self._cache = cache
        self._made: dict[str, list[tuple[Step, Executed]]] = {}
        self.states: dict[Step, State] = {}
        self.seconds: defaultdict[str, float] = defaultdict(float)
        self.failures: list[IndicatorsError] = []

    @staticmethod
    def load() -> None:
        """Load what looking through takes; it can be done while others load theirs."""
        importlib.import_module("indicators.scanning")

    def take(self, step: Step, result: Executed | IndicatorsError) -> None:
        """Take what was made, or why it was not."""
        month = step.month
        self._outstanding[month] -= 1
        if isinstance(result, IndicatorsError):
            self._fail(step, result)
        else:
            self._made.setdefault(month, []).append((step, result))
            self.seconds[month] += result.seconds
        if not self._outstanding[month]:
            self._finish(month, self._made.pop(month, []))

    def _finish(self, month: str, results: list[tuple[Step, Executed]]) -> None:
        failed = any(finished_step.month == month for finished_step in self.states)
        self.states.update((step, State.HELD_BACK if failed else State.MADE) for step, _ in results)
        if failed:
            return
        try:
            self._publish(results)
        except IndicatorsError as error:
            for step, _ in results:
                self.states[step] = State.FAILED
            self.failures.append(_of(error, month))

    def _publish(self, results: list[tuple[Step, Executed]]) -> None:
        from indicators.scanning import refuse

        refuse([result.notebook.parent for _, result in results], self._ids)
        for step, result in results:
            with files.replacing_folder(step.target.parent) as aside:
                result.notebook.parent.replace(aside)
            self._cache.done(step)

    @cached_property
    def _ids(self) -> PersonIds | None:
        from indicators.scanning.ids import read_ids

        return None if self._register is None else read_ids(self._register)

    def _fail(self, step: Step, error: IndicatorsError) -> None:
        self.states[step] = State.FAILED
        self.failures.append(_of(error, f"{step.month} {step.language}"))


def _of(error: IndicatorsError, prefix: str) -> IndicatorsError:
    return type(error)(f"{prefix}: {error.message}", error.details)
