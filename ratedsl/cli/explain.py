"""`ratedsl explain`: what a code means, by wrong and right, or how a record is written."""

from __future__ import annotations

import argparse
import sys

from ratedsl.cli.problem import Problem

HELP = "say what a finding's code means and how to mend it, or how a record is written"


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the code or record and the form of its explanation."""
    parser.add_argument(
        "code",
        metavar="CODE|RECORD",
        nargs="?",
        help="a code such as E204, or a kind of record such as `rate`; none lists all codes",
    )
    parser.add_argument("--format", choices=("text", "json"), default="text")


def run(arguments: argparse.Namespace) -> int:
    """Print the explanation of one code, the facts of a kind of record, or a list of all codes."""
    from ratedsl.checks.codes import (  # noqa: PLC0415
        BILL_CODES,
        CHANGE_CODES,
        CODES,
        BillCode,
        ChangeCode,
        Code,
    )
    from ratedsl.lang.forms import forms_of  # noqa: PLC0415
    from ratedsl.lang.spelling import suggest  # noqa: PLC0415
    from ratedsl.lang.vocabulary import KINDS  # noqa: PLC0415
    from ratedsl.report.codes import render_code, render_codes, render_forms  # noqa: PLC0415

    codes: dict[str, Code | BillCode | ChangeCode] = {**CODES, **BILL_CODES, **CHANGE_CODES}
    if arguments.code in KINDS:
        forms = forms_of(arguments.code)
        sys.stdout.write(render_forms(arguments.code, forms, arguments.format))
        return 0
    if arguments.code is None:
        sys.stdout.write(render_codes(codes, arguments.format))
        return 0
    code = codes.get(arguments.code.upper())
    if code is None:
        near = suggest(arguments.code.upper(), codes) or suggest(arguments.code, KINDS)
        hint = f"did you mean {near}?" if near else "`ratedsl explain` lists them all"
        raise Problem(f"there is no code or record `{arguments.code}`; {hint}")
    sys.stdout.write(render_code(code, arguments.format))
    return 0
