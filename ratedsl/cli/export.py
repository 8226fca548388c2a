"""`ratedsl export`: an invoice as the resources that other systems exchange."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from ratedsl.cli.problem import Problem

HELP = "write an invoice as TM Forum resources"


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the standard and the invoice."""
    parser.add_argument("standard", choices=("tmf678",), help="TMF678 is customer bills")
    parser.add_argument(
        "file", metavar="FILE", type=Path, help="an invoice that `rate --format json` wrote"
    )


def run(arguments: argparse.Namespace) -> int:
    """Print the resources; 0 unless the file holds no invoice."""
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
