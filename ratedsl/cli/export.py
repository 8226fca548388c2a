"""`ratedsl export`: plans and bills as the resources that other systems exchange."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from ratedsl.cli.problem import Problem

HELP = "write a plan or an invoice as TM Forum resources"
SHOWN = 8


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the standard and the file."""
    standards = parser.add_subparsers(dest="standard", metavar="STANDARD", required=True)
    catalog = standards.add_parser("tmf620", help="a plan as a product offering with its prices")
    catalog.add_argument("file", metavar="PLAN", type=Path, help="the plan's file")
    bill = standards.add_parser("tmf678", help="an invoice as a customer bill with its rates")
    bill.add_argument(
        "file", metavar="FILE", type=Path, help="an invoice that `rate --format json` wrote"
    )


def run(arguments: argparse.Namespace) -> int:
    """Print the resources; 0 unless the file is not what is asked for."""
    return {"tmf620": _catalog, "tmf678": _bill}[arguments.standard](arguments)


def _catalog(arguments: argparse.Namespace) -> int:
    from ratedsl.cli.plans import load_plan  # noqa: PLC0415
    from ratedsl.export.exact_json import exact_json  # noqa: PLC0415
    from ratedsl.export.tmf620 import product_catalog  # noqa: PLC0415
    from ratedsl.report.safe import safe_text  # noqa: PLC0415

    catalog = product_catalog(load_plan(arguments.file))
    sys.stdout.write(exact_json(catalog.resources()))
    if catalog.lost:
        sys.stderr.write(
            f"TMF620 has no field for {len(catalog.lost)} facts, listed in `notCarried`:\n"
        )
        for one in catalog.lost[:SHOWN]:
            sys.stderr.write(f"  {safe_text(one.words)}\n")
        if len(catalog.lost) > SHOWN:
            sys.stderr.write(f"  and {len(catalog.lost) - SHOWN} more\n")
    return 0


def _bill(arguments: argparse.Namespace) -> int:
    from pydantic import ValidationError  # noqa: PLC0415

    from ratedsl.billing.invoice import Invoice  # noqa: PLC0415
    from ratedsl.export.exact_json import exact_json  # noqa: PLC0415
    from ratedsl.export.tmf678 import customer_bill  # noqa: PLC0415

    try:
        invoice = Invoice.model_validate_json(arguments.file.read_bytes())
    except OSError as error:
        raise Problem(f"cannot read {arguments.file}: {error.strerror}") from error
    except ValidationError as error:
        raise Problem(
            f"{arguments.file} is no invoice; write one with `ratedsl rate ... --format json`"
        ) from error
    sys.stdout.write(exact_json(customer_bill(invoice)))
    return 0
