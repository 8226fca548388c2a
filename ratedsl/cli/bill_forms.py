"""What bills are printed as: invoices, margins, and the reasons for their rows."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from ratedsl.cli.problem import Problem

if TYPE_CHECKING:
    from ratedsl.billing.assemble import Billed
    from ratedsl.billing.invoice import Invoice


def write_invoices(invoices: list[Invoice], form: str, colour: bool) -> None:
    """Print invoices; as JSON they are a list where there are several."""
    from ratedsl.report.invoice import render_invoice  # noqa: PLC0415

    if form == "html":
        from ratedsl.report.invoice_html import render_html  # noqa: PLC0415
        from ratedsl.report.page import PageError  # noqa: PLC0415

        try:
            sys.stdout.write(render_html(invoices))
        except PageError as error:
            raise Problem(str(error)) from error
        return
    shown = [render_invoice(one, form, colour=colour, width=shown_width()) for one in invoices]
    if form == "json" and len(shown) > 1:
        sys.stdout.write("[\n" + ",\n".join(text.rstrip() for text in shown) + "\n]\n")
    else:
        sys.stdout.write("\n".join(shown))


def write_margins(billed: list[Billed], form: str, colour: bool) -> None:
    """Print the margins of bills instead of them."""
    from ratedsl.report.margin import render_margins  # noqa: PLC0415

    margins = [one.margin for one in billed if one.margin is not None]
    if not margins:
        raise Problem(f"plan `{billed[0].invoice.plan}` has no costs; add a `cost` record")
    sys.stdout.write(render_margins(margins, form, colour=colour, width=shown_width()))


def write_traces(billed: list[Billed], colour: bool) -> None:
    """Explain every row of each bill."""
    from ratedsl.billing.why import explain_row  # noqa: PLC0415
    from ratedsl.report.trace_text import render_trace  # noqa: PLC0415

    for one in billed:
        invoice = one.invoice
        keys = [row.key for row in invoice.items] + [tax.key for tax in invoice.taxes]
        keys += [row.key for row in invoice.after_tax]
        for key in keys:
            why = explain_row(one, one.parts[-1].tables, key)
            if why is not None:
                sys.stdout.write(
                    "\n" + render_trace(why, invoice.currency, colour=colour, width=shown_width())
                )


def shown_width() -> int:
    """How many cells the terminal is wide."""
    from shutil import get_terminal_size  # noqa: PLC0415

    return get_terminal_size((80, 24)).columns


def write_findings(billed: list[Billed], form: str) -> int:
    """Say on stderr, apart from what a customer reads, what was found of each bill."""
    from ratedsl.billing.lint import lint_bill  # noqa: PLC0415
    from ratedsl.report.lint import render_findings  # noqa: PLC0415

    found = [(one.invoice, lint_bill(one)) for one in billed]
    sys.stderr.write(render_findings(found, form))
    return sum(len(findings) for _, findings in found)
