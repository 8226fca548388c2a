"""`ratedsl tui`: edit a plan with its findings and an account's invoice beside it."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from ratedsl.cli.problem import Problem

HELP = "edit a plan with its findings and an account's invoice beside it"


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's arguments."""
    parser.add_argument(
        "plan",
        nargs="?",
        type=Path,
        metavar="PLAN",
        help="the .rate file, or a folder; default: the first plan in plans/ or here",
    )
    parser.add_argument(
        "--usage",
        type=Path,
        metavar="DB",
        help="the usage database; default: .ratedsl/demo.db if it is there",
    )


def run(arguments: argparse.Namespace) -> int:
    """Run the app until the user quits."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise Problem("the app needs a terminal; `ratedsl rate` prints invoices without one")
    from tui.collector import no_collection  # noqa: PLC0415

    with no_collection():  # it would walk half-loaded libraries again and again
        from ratedsl.lang.textfile import FileTrouble  # noqa: PLC0415
        from tui.app import run as run_app  # noqa: PLC0415

    try:
        return run_app(arguments.plan, arguments.usage)
    except FileTrouble as trouble:
        raise Problem(str(trouble)) from trouble
