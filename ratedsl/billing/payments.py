"""What wallets pay of an invoice: fees at the bill's close, and the rows that take it off."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from ratedsl.billing.charge import Charge
from ratedsl.billing.invoice import BalanceUse, Section
from ratedsl.plan.calendar import BillCycle
from ratedsl.plan.model import Plan, Wallet
from ratedsl.rating.reference import AccountRater
from ratedsl.rating.rounding import to_decimal
from ratedsl.rating.trace import Step
from ratedsl.rating.wallets import pays
from ratedsl.rating.words import show_amount

ZERO = Fraction(0)


def pay_charges(charges: Sequence[Charge], rater: AccountRater, cycle: BillCycle) -> list[Charge]:
    """The charges, those that wallets pay at the bill's close apart from the rest of them.

    Usage was paid event by event; fees, and what tiers charge without usage, are paid here.
    """
    if not rater.wallets:
        return list(charges)
    rater.wallets.advance(cycle.end_ms - 1)
    found: list[Charge] = []
    for charge in charges:
        group = {Section.FEES: "fees", Section.USAGE: "usage"}.get(charge.section)
        open_still = group is not None and not charge.payer and not charge.events
        found += _paid(charge, group or "", rater) if open_still else [charge]
    return found


def _paid(charge: Charge, group: str, rater: AccountRater) -> Iterator[Charge]:
    """The charge by who pays it; what no wallet pays is left to the invoice."""
    left = charge.amount
    for wallet in rater.wallets.wallets:
        if left <= 0 or not pays(wallet, charge.record, group):
            continue
        _, purse = rater.wallets.purse(wallet, charge.line or rater.wallets.first_line)
        before = purse.left if purse is not None else ZERO
        amount = purse.draw(left) if purse is not None else ZERO
        if amount:
            left -= amount
            words = f"{show_amount(amount)} paid by `{wallet.id}`, which held {show_amount(before)}"
            yield replace(
                charge,
                key=f"{charge.key}:paid:{wallet.id}",
                detail=with_payer(charge.detail, wallet),
                exact=amount,
                amount=amount,
                net=amount,
                payer=wallet.id,
                steps=(*charge.steps, Step(words, wallet.at)),
            )
        if left and wallet.after != "next wallet":
            break
    if left == charge.amount:
        yield charge
    elif left:
        yield replace(charge, exact=left, amount=left, net=left)


def with_payer(detail: str, wallet: Wallet) -> str:
    """The detail of a row that a wallet pays."""
    return ", ".join(part for part in (detail, f"paid by {wallet.title or wallet.id}") if part)


def payment_rows(plan: Plan, charges: Sequence[Charge], cycle: BillCycle) -> list[Charge]:
    """A row for each wallet and line that takes off the invoice what the wallet has paid."""
    rows: list[Charge] = []
    for wallet in plan.wallets:
        sums: dict[str, Fraction] = {}
        for charge in charges:
            if charge.payer == wallet.id:
                sums[charge.line] = sums.get(charge.line, ZERO) + charge.amount
        for line, amount in sorted(sums.items()):
            if amount:
                rows.append(_row(wallet, line, amount, cycle))
    return rows


def _row(wallet: Wallet, line: str, amount: Fraction, cycle: BillCycle) -> Charge:
    words = f"{to_decimal(amount)} of the charges above was paid by `{wallet.id}`"
    if amount < 0:
        words = f"{to_decimal(-amount)} that `{wallet.id}` had paid is paid otherwise now"
    return Charge(
        key=f"payment:{wallet.id}:{line}",
        section=Section.PAYMENTS,
        record=wallet.id,
        title=f"Paid by {wallet.title or wallet.id}",
        at=wallet.at,
        supplied=cycle.end,
        line=line,
        formula=words,
        exact=-amount,
        amount=-amount,
        net=ZERO,
        steps=(Step(words, wallet.at),),
    )


def balance_uses(rater: AccountRater) -> Iterator[BalanceUse]:
    """What became of each wallet in the cycle, holder by holder, whichever plan it paid for."""
    for (name, holder), purse in sorted(rater.wallets.purses.items()):
        yield BalanceUse(
            record=name,
            title=purse.wallet.title or name,
            holder=holder or rater.account.id,
            opening=_money(purse.opening),
            topped_up=_money(purse.topped_up),
            paid=_money(purse.paid),
            expired=_money(purse.expired),
            closing=_money(purse.left),
            at=purse.wallet.at,
        )


def _money(amount: Fraction) -> Decimal:
    return to_decimal(amount)
