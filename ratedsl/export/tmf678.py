"""An invoice as TM Forum's TMF678 resources: a CustomerBill and its applied billing rates.

The rates without tax add up to the bill's amount without tax, and the tax items to what the
bill with tax has more. Numbers of subscribers are masked.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from ratedsl.billing.invoice import Invoice, InvoiceItem, InvoiceTax
from ratedsl.report.invoice_json import masked

_PERCENT = re.compile(r"(\d+(?:\.\d+)?)%")


def customer_bill(invoice: Invoice) -> dict[str, Any]:
    """The bill and its rates, ready for `exact_json`."""
    invoice = masked(invoice)
    made = invoice.end - timedelta(days=1) if invoice.at_once else invoice.end
    number = invoice.number or f"{invoice.account}-{made}"
    account = {"id": invoice.account, "@type": "BillingAccountRef"}
    due = invoice.statement.amount_due if invoice.statement else invoice.total
    without = invoice.total - invoice.tax_total - invoice.included_tax
    bill = {
        "id": number,
        "billNo": number,
        "billDate": _instant(made),
        "billingAccount": account,
        "billingPeriod": _period(invoice),
        "amountDue": _money(due, invoice),
        "remainingAmount": _money(due, invoice),
        "taxExcludedAmount": _money(without, invoice),
        "taxIncludedAmount": _money(invoice.total, invoice),
        "taxItem": [_tax(one, invoice) for one in invoice.taxes if one.amount],
        "runType": "offCycle" if invoice.at_once else "onCycle",
        "state": "new",
        "@type": "CustomerBill",
    }
    if invoice.due is not None:
        bill["paymentDueDate"] = _instant(invoice.due)
    rates = [_rate(one, number, invoice) for one in (*invoice.items, *invoice.after_tax)]
    return {"customerBill": bill, "appliedCustomerBillingRate": rates}


def _rate(item: InvoiceItem, number: str, invoice: Invoice) -> dict[str, Any]:
    facts = {
        "line": item.line,
        "quantity": item.quantity,
        "unitPrice": item.unit_price,
        "provider": item.provider,
        "clause": item.at.place,
        "planHash": invoice.plan_hash,
    }
    return {
        "id": item.key,
        "date": _instant(item.supplied),
        "name": item.title,
        "description": ", ".join(one for one in (item.description, item.detail) if one),
        "type": item.section.value,
        "isBilled": True,
        "bill": {"id": number, "@type": "BillRef"},
        "billingAccount": {"id": invoice.account, "@type": "BillingAccountRef"},
        "periodCoverage": _period(invoice),
        "characteristic": [
            {"name": name, "valueType": "string", "value": value}
            for name, value in facts.items()
            if value
        ],
        "taxExcludedAmount": _money(item.amount, invoice),
        "@type": "AppliedCustomerBillingRate",
    }


def _tax(one: InvoiceTax, invoice: Invoice) -> dict[str, Any]:
    found: dict[str, Any] = {
        "taxCategory": one.title,
        "taxAmount": _money(one.amount, invoice),
        "@type": "TaxItem",
    }
    percent = _PERCENT.fullmatch(one.rate)
    if percent is not None:
        found["taxRate"] = Decimal(percent[1])
    return found


def _money(amount: Decimal, invoice: Invoice) -> dict[str, Any]:
    return {"unit": invoice.currency, "value": amount}


def _period(invoice: Invoice) -> dict[str, str]:
    return {"startDateTime": _instant(invoice.start), "endDateTime": _instant(invoice.end)}


def _instant(day: date) -> str:
    return f"{day.isoformat()}T00:00:00Z"
