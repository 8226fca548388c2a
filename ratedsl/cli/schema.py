"""`ratedsl schema`: the JSON Schema of what other programs read."""

from __future__ import annotations

import argparse
import sys

HELP = "print the JSON Schema of what other programs read"


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare which schema."""
    parser.add_argument("what", choices=("invoice", "plan"), help="whose schema")


def run(arguments: argparse.Namespace) -> int:
    """Print the schema; always 0."""
    from ratedsl.report.json_text import json_text  # noqa: PLC0415
    from ratedsl.report.schemas import SCHEMAS  # noqa: PLC0415

    sys.stdout.write(json_text(SCHEMAS[arguments.what]()))
    return 0
