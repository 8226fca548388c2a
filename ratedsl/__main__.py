"""`python -m ratedsl` is the `ratedsl` command."""

from __future__ import annotations

import sys

from ratedsl.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
