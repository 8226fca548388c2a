"""`ratedsl explain`: what a finding's code means, with an example of wrong and right."""

from __future__ import annotations

import argparse
import sys

from ratedsl.cli.problem import Problem

HELP = "say what a finding's code means and how to mend it"


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the code and the form of its explanation."""
    parser.add_argument("code", metavar="CODE", nargs="?", help="such as E204; none lists them all")
    parser.add_argument("--format", choices=("text", "json"), default="text")


def run(arguments: argparse.Namespace) -> int:
    """Print the explanation of one code, or a list of all codes."""
    from ratedsl.checks.codes import CODES  # noqa: PLC0415
    from ratedsl.lang.spelling import suggest  # noqa: PLC0415
    from ratedsl.report.codes import render_code, render_codes  # noqa: PLC0415

    if arguments.code is None:
        sys.stdout.write(render_codes(CODES, arguments.format))
        return 0
    code = CODES.get(arguments.code.upper())
    if code is None:
        near = suggest(arguments.code.upper(), CODES)
        hint = f"did you mean {near}?" if near else "`ratedsl explain` lists them all"
        raise Problem(f"there is no code `{arguments.code}`; {hint}")
    sys.stdout.write(render_code(code, arguments.format))
    return 0
