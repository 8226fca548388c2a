"""Corrections of invoiced cycles: what their bills come to now, less what they came to.

A correction foots as the bills do of which it is the difference, in charges, in taxes of their
own dates, and in what stands after the taxes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction

from ratedsl.billing.assemble import Billed
from ratedsl.billing.charge import Charge
from ratedsl.billing.invoice import InvoiceItem, InvoiceTax, Outcomes, Section
from ratedsl.billing.margin import margin_of
from ratedsl.plan.model import Plan
from ratedsl.rating.parts import Outcome, RatedEvent
from ratedsl.rating.trace import Step, Why

NOTHING = Decimal(0)


def corrected(billed: Billed, changes: Sequence[tuple[Billed, Billed]], plan: Plan) -> Billed:
    """The bill with the corrections of earlier ones, each given as it was and as it is now."""
    invoice = billed.invoice
    whys: dict[str, Why] = {}
    items, after, taxes = list(invoice.items), list(invoice.after_tax), list(invoice.taxes)
    sums = dict.fromkeys(("subtotal", "tax_total", "included_tax", "total"), NOTHING)
    charges: list[Charge] = []
    for before, now in changes:
        was, comes_to = before.invoice, now.invoice
        period = f"correction of {was.start} to {was.end - timedelta(days=1)}"
        mark = f"late:{was.start}"
        items += _items(was.items, comes_to.items, mark, period)
        after += _items(was.after_tax, comes_to.after_tax, mark, period)
        taxes += _taxes(was.taxes, comes_to.taxes, mark, period)
        charges += _charges(before.charges, now.charges, mark)
        for name in sums:
            sums[name] += getattr(comes_to, name) - getattr(was, name)
        step = Step(f"late usage by correction: the bill of {was.end} made again", plan.at)
        rows = [*_amounts(was), *_amounts(comes_to)]
        now_of, was_of = dict(_amounts(comes_to)), dict(_amounts(was))
        titles = {one.key: one.title for bill in (was, comes_to) for one in _rows(bill)}
        for key, _ in rows:
            new, old = now_of.get(key, NOTHING), was_of.get(key, NOTHING)
            title = f"{titles[key]} {period}"
            formula = f"{new} now − {old} billed"
            whys[f"{mark}:{key}"] = Why(title, new - old, formula, (step,))
    update = {name: getattr(invoice, name) + amount for name, amount in sums.items()}
    made = invoice.model_copy(
        update={
            "items": tuple(items),
            "after_tax": tuple(after),
            "taxes": tuple(taxes),
            **update,
        }
    )
    found = replace(billed, invoice=made, whys={**billed.whys, **whys})
    if billed.margin is not None:
        tables = [part.tables for part in billed.parts]
        own = [charge for part in billed.parts for charge in part.charges]
        found.margin = margin_of(tables, made, [*own, *charges], billed.costs)
    return found


def count_late(billed: Billed, came: Sequence[RatedEvent]) -> Billed:
    """The bill with late events among its outcomes, and with what they cost."""
    out = billed.invoice.outcomes
    counts = Counter(rated.outcome for rated in came)
    reasons = Counter(dict(out.reasons))
    for rated in came:
        reasons.update(p.reason for p in rated.parts if p.outcome is Outcome.REJECTED)
        if billed.margin is not None:
            billed.costs.add(rated)
    outcomes = Outcomes(
        events=out.events + len(came),
        rated=out.rated + counts[Outcome.RATED],
        free=out.free + counts[Outcome.FREE],
        covered=out.covered + counts[Outcome.COVERED],
        rejected=out.rejected + counts[Outcome.REJECTED],
        reasons=tuple(sorted(reasons.items())),
    )
    invoice = billed.invoice.model_copy(update={"outcomes": outcomes})
    found = replace(billed, invoice=invoice)
    if billed.margin is not None:
        tables = [part.tables for part in billed.parts]
        charges = [charge for part in billed.parts for charge in part.charges]
        found.margin = margin_of(tables, invoice, charges, billed.costs)
    return found


def with_balances(billed: Billed, changes: Sequence[tuple[Billed, Billed]]) -> Billed:
    """The bill with balances that open as the bill before closed, as that was made.

    What late usage has drawn since is paid on this bill. A balance that was stated anew in the
    cycle opens as stated.
    """
    uses = billed.invoice.balances
    if not uses or not changes:
        return billed
    was, now = ({(one.record, one.holder): one for one in bill.invoice.balances}
                for bill in changes[-1])  # fmt: skip
    found = []
    for use in uses:
        key = (use.record, use.holder)
        old, new = was.get(key), now.get(key)
        if old is not None and new is not None and use.opening == new.closing:
            lost = sum((_expired(b, key) - _expired(a, key) for a, b in changes), NOTHING)
            paid = use.paid + old.closing - new.closing - lost
            update = {"opening": old.closing, "paid": paid, "expired": use.expired + lost}
            found.append(use.model_copy(update=update))
        else:
            found.append(use)
    invoice = billed.invoice.model_copy(update={"balances": tuple(found)})
    return replace(billed, invoice=invoice)


def _expired(billed: Billed, key: tuple[str, str]) -> Decimal:
    uses = billed.invoice.balances
    return sum((one.expired for one in uses if (one.record, one.holder) == key), NOTHING)


def _rows(invoice: object) -> Iterable[InvoiceItem | InvoiceTax]:
    for name in ("items", "after_tax", "taxes"):
        yield from getattr(invoice, name)


def _amounts(invoice: object) -> Iterable[tuple[str, Decimal]]:
    return [(one.key, one.amount) for one in _rows(invoice)]


def _items(
    was: Iterable[InvoiceItem], now: Iterable[InvoiceItem], mark: str, period: str
) -> Iterable[InvoiceItem]:
    """What items come to beyond what they came to; rows that are as they were are left out."""
    before, after = {one.key: one for one in was}, {one.key: one for one in now}
    for key in {**before, **after}:
        old, new = before.get(key), after.get(key)
        row = new or old
        assert row is not None
        amount = (new.amount if new else NOTHING) - (old.amount if old else NOTHING)
        if amount:
            yield row.model_copy(
                update={
                    "key": f"{mark}:{key}",
                    "section": Section.CORRECTIONS
                    if row.section is not Section.AFTER_TAX
                    else row.section,
                    "detail": ", ".join(part for part in (row.detail, period) if part),
                    "quantity": "",
                    "unit_price": "",
                    "events": 0,
                    "original": "",
                    "amount": amount,
                }
            )


def _taxes(
    was: Iterable[InvoiceTax], now: Iterable[InvoiceTax], mark: str, period: str
) -> Iterable[InvoiceTax]:
    before, after = {one.key: one for one in was}, {one.key: one for one in now}
    for key in {**before, **after}:
        old, new = before.get(key), after.get(key)
        row = new or old
        assert row is not None
        found = {
            name: (getattr(new, name) if new else NOTHING)
            - (getattr(old, name) if old else NOTHING)
            for name in ("base", "exempt", "amount", "computed")
        }
        if any(found.values()):
            title = f"{row.title}, {period}"
            yield row.model_copy(update={"key": f"{mark}:{key}", "title": title, **found})


def _charges(was: Sequence[Charge], now: Sequence[Charge], mark: str) -> Iterable[Charge]:
    """The charges behind a correction, whose net is what their margin counts."""
    before, after = {one.key: one for one in was}, {one.key: one for one in now}
    for key in {**before, **after}:
        old, new = before.get(key), after.get(key)
        row = new or old
        assert row is not None
        nothing = Fraction(0)
        amount = (new.amount if new else nothing) - (old.amount if old else nothing)
        net = (new.net if new else nothing) - (old.net if old else nothing)
        if amount or net:
            yield replace(row, key=f"{mark}:{key}", amount=amount, net=net, exact=amount, rated=[])
