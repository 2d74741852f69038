"""Entry point: arguments in, exit status out (contract, section 5)."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from indicators.cli.parser import make_parser
from indicators.errors import IndicatorsError

INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command.

    Args:
        arguments: What stands behind ``indicators``; the process's own if not given.

    Returns:
        0 done, 2 wrong use, 3 bad input data, 4 disclosure check failed, 5 a notebook failed,
        6 rendering failed; an error is told on stderr in a line or two.
    """
    options = make_parser().parse_args(arguments)
    try:
        options.run(options)
    except IndicatorsError as error:
        if options.debug:
            raise
        print(f"indicators: {error}", file=sys.stderr)
        return error.exit_status
    except KeyboardInterrupt:
        print("indicators: stopped; nothing half-done was published", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        # The reader of a pipe left early (`| head`): no fault of anybody's.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0
