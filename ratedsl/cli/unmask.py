"""`--unmask --reason "…"`: the one way by which a command shows personal data in full."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ratedsl.cli.problem import Problem


def declare(parser: argparse.ArgumentParser) -> None:
    """Give a verb that shows usage the two options."""
    parser.add_argument(
        "--unmask",
        action="store_true",
        help="show numbers and names in full; noted in the database's access log",
    )
    parser.add_argument("--reason", metavar="WORDS", help="with --unmask, why they must be seen")


def judge(arguments: argparse.Namespace) -> None:
    """Refuse one of the two without the other, and a reason that is none, before any work."""
    if arguments.unmask and arguments.reason is None:
        raise Problem('--unmask needs a reason, such as --reason "complaint 4711 about roaming"')
    if arguments.reason is not None and not arguments.unmask:
        raise Problem("--reason says why --unmask is needed; add --unmask, or leave it out")
    if arguments.unmask:
        from ratedsl.usage.access_log import judged  # noqa: PLC0415
        from ratedsl.usage.connection import StoreError  # noqa: PLC0415

        try:
            judged(arguments.reason)
        except StoreError as error:
            raise Problem(str(error)) from error


@contextmanager
def viewing(
    arguments: argparse.Namespace, database: Path, rows: str, fields: str
) -> Iterator[None]:
    """Show what is printed inside in full if the user asked for it; the log is written first."""
    judge(arguments)
    if not arguments.unmask:
        yield
        return
    from ratedsl.usage.access_log import unmasked  # noqa: PLC0415

    with unmasked(database, arguments.reason, rows, fields):
        yield
