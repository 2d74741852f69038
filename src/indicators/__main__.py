"""``python -m indicators`` is the command ``indicators``."""

import sys

from indicators.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
