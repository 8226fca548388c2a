"""`ratedsl import`: the beginnings of a plan from what another system says of it."""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path

from ratedsl.cli.problem import Problem

HELP = "begin a plan from a TM Forum offering"
EXAMPLES = """\
examples:
  ratedsl import tmf620 offering.json --timezone Europe/Lisbon --output plans/offer.rate
  ratedsl import tmf620 offering.json prices.json"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the standard, the files, and what the plan is called."""
    parser.epilog = EXAMPLES
    standards = parser.add_subparsers(dest="standard", metavar="STANDARD", required=True)
    catalog = standards.add_parser("tmf620", help="a product offering with its prices")
    catalog.add_argument(
        "files",
        metavar="FILE",
        nargs="+",
        type=Path,
        help="JSON of the offering, and of its prices if they stand in others",
    )
    catalog.add_argument("--offering", metavar="ID", default="", help="which, if there are several")
    catalog.add_argument("--plan", metavar="ID", default="", help="the plan's id")
    catalog.add_argument("--timezone", metavar="ZONE", default="UTC", help="default UTC")
    catalog.add_argument("--currency", metavar="CUR", default="", help="default as its prices")
    catalog.add_argument("--output", metavar="FILE", type=Path, help="a new file; default stdout")


def run(arguments: argparse.Namespace) -> int:
    """Print the plan; 0 unless the offering cannot be read."""
    from ratedsl.imports.draft import draft  # noqa: PLC0415
    from ratedsl.imports.json_reader import WrongJson, read_json  # noqa: PLC0415
    from ratedsl.imports.tmf620 import read_offering  # noqa: PLC0415

    _judge(arguments)
    documents = []
    for path in arguments.files:
        try:
            documents.append(read_json(path))
        except OSError as error:
            reason = (error.strerror or "it cannot be read").lower()
            raise Problem(f"cannot read {path}: {reason}") from error
        except WrongJson as error:
            raise Problem(f"{path}: {error}") from error
    try:
        offering = read_offering(documents, arguments.offering)
    except WrongJson as error:
        names = ", ".join(str(path) for path in arguments.files)
        raise Problem(f"{names}: {error}") from error
    target: Path = arguments.output or Path("offering.rate")
    text = draft(
        offering,
        path=target,
        plan_id=arguments.plan,
        timezone=arguments.timezone,
        currency=arguments.currency,
    )
    if arguments.output is None:
        sys.stdout.write(text)
        return 0
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        # Never over a file that is there.
        with target.open("x", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
    except FileExistsError:
        raise Problem(f"{target} is there already; name another --output") from None
    except OSError as error:
        reason = (error.strerror or "it cannot be written").lower()
        raise Problem(f"cannot write {target}: {reason}") from error
    filled = text.count("fill in")
    sys.stderr.write(f"written {target}; {filled} places say `fill in`\n")
    return 0


def _judge(arguments: argparse.Namespace) -> None:
    from zoneinfo import ZoneInfo  # noqa: PLC0415

    from ratedsl.plan.currencies import CURRENCIES  # noqa: PLC0415

    if arguments.plan and not re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", arguments.plan):
        raise Problem(f"`{arguments.plan}` is no id; write small letters, digits and `-`")
    if arguments.currency and arguments.currency not in CURRENCIES:
        raise Problem(f"`{arguments.currency}` is no ISO 4217 currency")
    try:
        ZoneInfo(arguments.timezone)
    except (ValueError, OSError, KeyError):
        raise Problem(
            f"`{arguments.timezone}` is no time zone; write it as Europe/Lisbon"
        ) from None
