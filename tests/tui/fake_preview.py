"""A preview of a few lines of Python, so that the app's tests need no compiler and no files.

Each line `price NAME AMOUNT` makes an item, `fee NAME AMOUNT` a fee, and a tax of 10 % stands
on both. A line `oops` is an error and `hm` a warning. `boom` raises.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

from ratedsl.billing.delta import compare
from ratedsl.billing.invoice import (
    AllowanceUse,
    Invoice,
    InvoiceItem,
    InvoiceTax,
    Outcomes,
    Section,
)
from ratedsl.lang.diagnostics import Diagnostic
from ratedsl.lang.source import Span
from ratedsl.preview import ALONE, Around, Bill, Checked, Cycle
from ratedsl.rating.events import Account, Event, Line, Subscription
from ratedsl.rating.trace import EventRow, Step, Why
from tui.services import Services, UsageTrouble

__all__ = ["UsageTrouble", "services"]

NOON = datetime(2026, 5, 31, 15, 2, 13, tzinfo=UTC)
CYCLES = (
    Cycle("2026-04", date(2026, 4, 1), date(2026, 5, 1)),
    Cycle("2026-05", date(2026, 5, 1), date(2026, 6, 1)),
)
ACCOUNTS = [
    Account(
        f"A-10{number}",
        (Line(f"L{number}", "+351912345678", (Subscription("gold", date(2026, 1, 1)),)),),
        name,
        "consumer",
    )
    for number, name in ((41, "Ada Example"), (42, "Bo Sample"), (43, "Cy [/x] Odd"))
]


@dataclass(frozen=True)
class Plan:
    path: str
    text: str


def check_text(path: str, text: str) -> Checked:
    found: list[Diagnostic] = []
    for number, line in enumerate(text.split("\n"), 1):
        word = line.strip()
        span = Span(path, number, 1, len(line) + 1)
        if word == "boom":
            raise RuntimeError("boom")
        if word.startswith("oops"):
            found.append(
                Diagnostic("E214", f"cannot read `{word}`", span, help="write something else")
            )
        if word.startswith("hm"):
            found.append(Diagnostic("W031", "rate below the policy floor [/x]", span))
    bad = any(one.is_error for one in found)
    return Checked(None if bad else Plan(path, text), tuple(found))


def cycles_of(
    plan: object, account: Account, events: list[Event], around: Around = ALONE
) -> tuple[Cycle, ...]:
    return CYCLES


def bill_account(
    plan: object,
    account: Account,
    events: list[Event],
    cycle: str,
    cancelled: Callable[[], bool] = lambda: False,
    around: Around = ALONE,
) -> Bill | None:
    assert isinstance(plan, Plan)
    items: list[InvoiceItem] = []
    for number, line in enumerate(plan.text.split("\n"), 1):
        match line.split():
            case ["fee" | "price" as word, name, amount]:
                section = Section.FEES if word == "fee" else Section.USAGE
                items.append(
                    InvoiceItem(
                        key=name,
                        section=section,
                        record=name,
                        title=name.title(),
                        quantity="112 min" if word == "price" else "",
                        unit_price="0.10 EUR per min" if word == "price" else "",
                        supplied=date(2026, 5, 1),
                        amount=Decimal(amount),
                        at=Span(plan.path, number, 1, len(line) + 1),
                    )
                )
    subtotal = sum((item.amount for item in items), Decimal(0))
    at = Span(plan.path, 1, 1, 5)
    tax = InvoiceTax(
        key="vat",
        record="vat",
        title="VAT",
        rate="10%",
        base=subtotal,
        amount=(subtotal / 10).quantize(Decimal("0.01")),
        shown_as="government tax",
        at=at,
    )
    days = next(one for one in CYCLES if one.label == cycle)
    invoice = Invoice(
        plan="gold",
        plan_title="Gold",
        plan_hash=str(hash(tuple((item.key, item.amount) for item in items))),
        account=account.id,
        account_name=account.name,
        currency="EUR",
        start=days.start,
        end=days.end,
        items=tuple(items),
        subtotal=subtotal,
        taxes=(tax,),
        tax_total=tax.amount,
        total=subtotal + tax.amount,
        allowances=(
            AllowanceUse(
                record="v500",
                title="500 minutes",
                holder="L1",
                granted="500 min",
                carried_in="0 min",
                used="412 min",
                left="88 min",
                share=82,
                at=at,
            ),
        ),
        outcomes=Outcomes(
            events=31, rated=20, covered=9, free=1, rejected=1, reasons=(("no zone matches", 1),)
        ),
    )

    def explain(key: str) -> Why | None:
        item = next((one for one in items if one.key == key), None)
        if item is None:
            return None
        return Why(
            item.title,
            item.amount,
            f"{item.amount} = 112 min × 0.10 EUR per min",
            (
                Step("rate `calls` matches voice to national", Span(plan.path, 1, 1, 5)),
                Step("price of today", item.at),
            ),
            (
                EventRow(
                    "e1",
                    "05-03 21:14:09",
                    "+35191•••••78",
                    "61 s",
                    "120 s",
                    "rated",
                    Decimal("0.2200"),
                    (Step("120 s at 0.11", item.at),),
                ),
            ),
            31,
        )

    return Bill(invoice, explain)


def services(**changes: object) -> Services:
    """Services that need nothing but this module."""
    known: dict[str, object] = {
        "check_text": check_text,
        "cycles_of": cycles_of,
        "bill_account": bill_account,
        "compare": compare,
        "plan_root": lambda path: Path(path).resolve().parent,
        "accounts": lambda usage: ACCOUNTS,
        "events": lambda usage, account: [],
        "around": lambda usage, accounts: ALONE,
        "now": lambda: NOON,
    }
    return Services(**{**known, **changes})  # type: ignore[arg-type]
