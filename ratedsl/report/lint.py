"""The findings of computed bills, for the operator alone: as text or as JSON."""

from __future__ import annotations

from collections.abc import Sequence

from ratedsl.billing.invoice import Invoice
from ratedsl.lang.diagnostics import Diagnostic
from ratedsl.report.json_text import json_text
from ratedsl.report.safe import safe_text

Findings = Sequence[tuple[Invoice, Sequence[Diagnostic]]]


def render_findings(found: Findings, form: str) -> str:
    """A line for each finding below its bill; as JSON a list, each with its bill's days."""
    if form == "json":
        return json_text(
            [
                {
                    "start": str(invoice.start),
                    "end": str(invoice.end),
                    "code": one.code,
                    "message": one.message,
                    "help": one.help,
                    "at": one.span.place,
                }
                for invoice, findings in found
                for one in findings
            ]
        )
    lines = []
    for invoice, findings in found:
        if not findings:
            continue
        count = f"{len(findings)} finding{'s' if len(findings) > 1 else ''}"
        lines.append(f"bill {invoice.start} to {invoice.end}: {count}, for the operator")
        for one in findings:
            lines.append(f"  [{one.code}] {safe_text(one.message)}")
            lines.append(f"    {safe_text(one.span.place)}: {safe_text(one.help)}")
    return "".join(f"{line}\n" for line in lines)
