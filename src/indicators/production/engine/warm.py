"""The engine as Papermill knows it: ``papermill --engine warm`` or ``engine_name="warm"``."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from jupyter_core.utils import ensure_event_loop
from nbclient.exceptions import CellTimeoutError
from papermill.engines import NBClientEngine, papermill_engines

from indicators.production.engine import processes

NAME = "warm"


class WarmEngine(NBClientEngine):  # type: ignore[misc]
    """Executes a notebook in a process forked from a warm one, with nbclient's own rules."""

    @classmethod
    def execute_managed_notebook(
        cls, nb_man: Any, kernel_name: str, *, memory: int | None = None, **options: Any
    ) -> None:
        """Execute a notebook.

        Where no process can be forked, or for a notebook that is not Python, a kernel does it.

        Args:
            nb_man: Papermill's notebook and what it notes of it.
            kernel_name: The kernel that would execute it.
            memory: Bytes that the cells may take.
            options: As Papermill's own engine takes them.

        Raises:
            CellTimeoutError: A cell took too long; ``cell_line`` is where it was, if known.
            DeadKernelError: The process ended.
        """
        language = nb_man.nb.metadata.get("kernelspec", {}).get("language", "python")
        if not processes.can_fork() or language != "python":
            super().execute_managed_notebook(nb_man, kernel_name, **options)
            return
        # Papermill loads this module whenever it is imported; a kernel's libraries can wait.
        from indicators.production.engine.manager import ForkManager

        manager = ForkManager(memory)
        execute = super().execute_managed_notebook

        def work() -> None:
            try:
                execute(nb_man, kernel_name, km=manager, **options)
            except CellTimeoutError as error:
                error.cell_line = manager.line()  # type: ignore[attr-defined]
                raise
            finally:
                manager.end()

        _without_loop(work)


def _without_loop(work: Callable[[], None]) -> None:
    """Call a function where no event loop runs: in a notebook, say, this thread has one."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        work()
        return

    def apart() -> None:
        # The loop that Jupyter's own functions will take in this thread.
        loop = ensure_event_loop()
        try:
            work()
        finally:
            left = asyncio.all_tasks(loop)
            for task in left:
                task.cancel()
            loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
            loop.close()

    with ThreadPoolExecutor(1) as thread:
        thread.submit(apart).result()


def register() -> None:
    """Make the engine known to Papermill, where the package's entry point has not done so."""
    papermill_engines.register(NAME, WarmEngine)
