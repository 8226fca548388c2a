"""The invoice: what one account owes for one cycle, to the last cent.

An invoice foots: the amounts of `items` add up to `subtotal`, those of `taxes` that are not
included in them to `tax_total`, and both with `after_tax` to `total`. Amounts are
exact decimals, already rounded where the plan says so, so adding what is printed gives what is
printed.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Final, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, WithJsonSchema

from ratedsl.lang.source import Span

SCHEMA: Final = "ratedsl.invoice/1"


def _from_place(value: object) -> object:
    if isinstance(value, str):
        path, _, line = value.rpartition(":")
        return Span(path, int(line), 1, 2)
    return value


# The clause behind a row. An invoice read from JSON has it as `file:line`, the line's start.
Clause = Annotated[
    Span,
    BeforeValidator(_from_place),
    WithJsonSchema({"type": "string", "pattern": "^.*:[0-9]+$", "description": "file:line"}),
]


class Section(StrEnum):
    """The part of the invoice in which an item stands, in the order of print."""

    FEES = "fees"
    USAGE = "usage"
    CREDITS = "credits"
    CORRECTIONS = "corrections"
    COMMITMENTS = "commitments"
    DISCOUNTS = "discounts"
    PAYMENTS = "payments"
    LATE = "late payment"
    DEPOSIT = "deposit"
    ROUNDING = "rounding"
    AFTER_TAX = "after tax"


class Frozen(BaseModel):
    """Base of what an invoice is made of."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class InvoiceItem(Frozen):
    """One row of the charges.

    `key` names the row from one run to the next, so that two invoices can be compared.
    `record` is the id of the plan record that made the row and `at` its clause. `plan` is the
    plan's id on an invoice of several plans, and empty where there is only one. `detail`
    tells rows of one record apart (the window and the zone). `category` and `description` say
    what kind of charge it is, where the plan does; `provider` is the third party for which it
    is charged, and empty for a charge of the issuer's own. Usage has its `service`.
    `quantity` and `unit_price` are text ready to print, such as `112 min` and
    `0.10 EUR per min`; empty where the row has none. `events` counts the usage events behind
    the row. A row that was exchanged from another currency has in `original` what it was
    there, and at which rate.
    """

    key: str
    section: Section
    record: str
    title: str
    plan: str = ""
    line: str = ""
    detail: str = ""
    quantity: str = ""
    unit_price: str = ""
    events: int = 0
    supplied: date
    service: str = ""
    category: str = ""
    description: str = ""
    provider: str = ""
    amount: Decimal
    original: str = ""
    at: Clause


class InvoiceTax(Frozen):
    """One tax of the invoice at one rate. `rate` is text such as `23%` or `1.11 USD per line`.

    `base` is what it stands on and `exempt` what it would stand on but for an exemption; of a
    fixed amount, what it would have charged. `amount` is what the invoice charges and
    `computed` what the tax comes to: they differ for a `reverse_charge`, which the customer
    accounts for, and for a tax that is not billed. An `included` one is part of the items.
    """

    key: str
    record: str
    title: str
    rate: str
    base: Decimal
    exempt: Decimal = Decimal(0)
    amount: Decimal
    computed: Decimal = Decimal(0)
    included: bool = False
    reverse_charge: bool = False
    level: str = ""
    places: tuple[str, ...] = ()
    shown_as: Literal["government tax", "carrier charge", "not billed"]
    at: Clause


class PlanNamed(Frozen):
    """A plan that an invoice bills beside the one that leads."""

    plan: str
    title: str
    plan_hash: str


class PlanMove(Frozen):
    """That a line changed from one plan to another on a day of the cycle, or at its close."""

    line: str
    day: date
    left: str
    joined: str


class AllowanceUse(Frozen):
    """What an allowance granted and what was drawn from it in the cycle, for one holder.

    Quantities are text ready to print in the allowance's own unit. `holder` is the line, or
    the account where the allowance is shared. `share` is the used part, in whole percent,
    rounded down.
    """

    record: str
    title: str
    holder: str
    granted: str
    carried_in: str
    used: str
    left: str
    share: int
    at: Clause


class BalanceUse(Frozen):
    """What became of a wallet in the cycle, for one holder: the amounts add up.

    `opening` and `topped_up` less `paid` and `expired` is `closing`.
    """

    record: str
    title: str
    holder: str
    opening: Decimal
    topped_up: Decimal
    paid: Decimal
    expired: Decimal
    closing: Decimal
    at: Clause


class Outcomes(Frozen):
    """How the events of the cycle ended, each counted once: the four add up to `events`.

    An event of which some part was charged counts as rated, else one of which some part was
    drawn from an allowance as covered, else one of which some part was free as free, else
    as rejected. `reasons` counts the rejected parts by reason, also those of rated events.
    """

    events: int = 0
    rated: int = 0
    free: int = 0
    covered: int = 0
    rejected: int = 0
    reasons: tuple[tuple[str, int], ...] = ()


class Alert(Frozen):
    """A threshold that was reached, in words, with the local time at which it was."""

    record: str
    words: str
    when: str
    at: Clause


class InvoiceIssuer(Frozen):
    """Who sends the invoice, as its head says it; `id` names the series of its numbers."""

    id: str = ""
    name: str
    address: str = ""
    contact: str = ""
    tax_number: str = ""


class PaymentRow(Frozen):
    """A payment since the last bill, and the earlier bills it went to, oldest first.

    What `applied` leaves of the amount is credit for later bills. A `deposit` was held before
    as a security; `reference` is what the payer wrote.
    """

    day: date
    amount: Decimal
    deposit: bool = False
    reference: str = ""
    applied: tuple[tuple[date, Decimal], ...] = ()


class Statement(Frozen):
    """The account beside this invoice: `previous` less `payments` with the invoice's total is
    what is to be paid now, `amount_due`; below zero it is a credit. `held` is what is held of
    deposits at the bill's close, and `autopay` that the account pays by standing order then;
    neither counts."""

    previous: Decimal
    payments: tuple[PaymentRow, ...] = ()
    amount_due: Decimal
    held: Decimal = Decimal(0)
    autopay: bool = False


class Invoice(Frozen):
    """One account's invoice. `start` and `end` bound the usage cycle; `end` is exclusive
    and the day on which the bill closes; a bill `at_once` was made before the
    cycle's own. `plan_hash` names the exact plan content.

    The plan is the one that a line took up last; `others` are the ones that lines have moved
    from, or that other lines hold. `moves` are the changes of plan of the cycle. `due` is the
    day by which to pay, where the plan says it. `statement` is there if earlier bills or
    payments are known. `number` is that of the bill as it was issued, and empty before."""

    invoice_schema: Literal["ratedsl.invoice/1"] = SCHEMA
    number: str = ""
    plan: str
    plan_title: str
    plan_hash: str
    others: tuple[PlanNamed, ...] = ()
    moves: tuple[PlanMove, ...] = ()
    account: str
    account_name: str = ""
    issuer: InvoiceIssuer | None = None
    currency: str
    start: date
    end: date
    due: date | None = None
    at_once: bool = False
    items: tuple[InvoiceItem, ...] = ()
    subtotal: Decimal
    taxes: tuple[InvoiceTax, ...] = ()
    tax_total: Decimal
    included_tax: Decimal = Decimal(0)
    after_tax: tuple[InvoiceItem, ...] = ()
    total: Decimal
    statement: Statement | None = None
    allowances: tuple[AllowanceUse, ...] = ()
    balances: tuple[BalanceUse, ...] = ()
    alerts: tuple[Alert, ...] = ()
    outcomes: Outcomes = Outcomes()
