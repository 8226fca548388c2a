"""`python -m ratedsl` is the `ratedsl` command."""

from __future__ import annotations

from ratedsl.cli.main import enter

if __name__ == "__main__":
    enter()
