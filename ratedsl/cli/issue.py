"""Issuing bills: each is made with those before it known, and all of them are kept, or none."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace

from ratedsl.billing.assemble import Billed
from ratedsl.billing.bill import bill_cycles
from ratedsl.billing.holding import holdings
from ratedsl.billing.portfolio import add_up_bills
from ratedsl.billing.replay import by_clock_of, cycles_labelled, each_of, on_plans, subscribes
from ratedsl.billing.sides import Plans, cycles_for
from ratedsl.cli.bill_forms import shown_width, write_invoices
from ratedsl.cli.bills import tell
from ratedsl.cli.problem import Problem
from ratedsl.cli.progress import progress
from ratedsl.plan.calendar import BillCycle
from ratedsl.rating.events import Account
from ratedsl.report.paint import wants_colour
from ratedsl.report.portfolio import render_portfolio
from ratedsl.usage.connection import explained, write_transaction
from ratedsl.usage.issued import BillIssuer
from ratedsl.usage.privacy import mask_text
from ratedsl.usage.store import Store


def print_issued(plans: list[Plans], store: Store, arguments: argparse.Namespace) -> None:
    """Issue the bills of a cycle, all or none, and print them, or what they come to."""
    with progress(f"issuing {arguments.plan.name}") as advance:
        issued = issue(plans, store, arguments.cycle, arguments.account, advance)
    billed = dict.fromkeys(one.invoice.account for one in issued)
    tell(plans, [store.account(one) for one in billed])
    colour = wants_colour(sys.stdout)
    if arguments.account:
        write_invoices([one.invoice for one in issued], arguments.format, colour)
    else:
        totals = add_up_bills((one.invoice, one.margin) for one in issued)
        sys.stdout.write(
            render_portfolio(totals, arguments.format, colour=colour, width=shown_width())
        )
    numbers = [mask_text(one.invoice.number) for one in issued]
    which = f"bill {numbers[0]}" if len(numbers) == 1 else f"bills {numbers[0]} to {numbers[-1]}"
    sys.stderr.write(f"issued {which}\n")


def issue(
    groups: list[Plans],
    store: Store,
    cycle: str,
    account: str | None,
    advance: Callable[[int, int], None],
) -> list[Billed]:
    """The bills that were issued, each with its number, in the order of their numbers.

    An account without a line on the plans gets none: a preview may suppose one, a bill not.
    """
    with explained(store.path), write_transaction(store.connection):
        accounts = [store.account(account)] if account else store.accounts()
        issuer = BillIssuer(store.connection)
        found: list[Billed] = []
        for number, one in enumerate(accounts):
            advance(number, len(accounts))
            owner = one
            for plans in groups:
                for billed in _bills(plans, store, owner, cycle, issuer):
                    found.append(billed)
                    owner = replace(owner, owed=(*owner.owed, issuer.owed(billed.invoice)))
        if not found:
            named = ", ".join(f"`{one.plan.id}`" for one in each_of(groups))
            raise Problem(f"no line holds {named} in {cycle}: there is nothing to issue")
        return found


def _bills(
    plans: Plans, store: Store, owner: Account, label: str, issuer: BillIssuer
) -> Iterator[Billed]:
    """Bill one cycle after another, so that each knows what the one before came to."""
    if not _holds(plans, owner):
        return
    plans = by_clock_of(plans, owner)
    held = on_plans(owner, plans)
    names = {line.id for line in held.lines}
    events = [one for one in store.events_of(owner.id) if one.line in names]
    for cycle in cycles_labelled(cycles_for(plans, held), label):
        for made in bill_cycles(plans, held, events, [cycle]):
            invoice = made.invoice
            if not (_held_in(plans, held, cycle) or invoice.items or invoice.after_tax):
                continue
            before = issuer.before(invoice)
            if before and not invoice.at_once:
                raise Problem(
                    f"the bill of account `{mask_text(owner.id)}` for {invoice.start} to"
                    f" {invoice.end} was issued as {mask_text(before)}; what is wrong in it is"
                    " put right by a credit on the next bill"
                )
            if before:
                continue  # a bill at once stands since its day; the one of the cycle knows it
            later = issuer.later(invoice)
            if later:
                raise Problem(
                    f"a later bill of account `{mask_text(owner.id)}` was issued already, as"
                    f" {mask_text(later)}; bills are issued in order of time"
                )
            number = issuer.issue(invoice)
            billed = replace(made, invoice=invoice.model_copy(update={"number": number}))
            held = replace(held, owed=(*held.owed, issuer.owed(billed.invoice)))
            yield billed


def _holds(plans: Plans, account: Account) -> bool:
    return any(subscribes(account, one.plan.id) for one in each_of([plans]))


def _held_in(plans: Plans, account: Account, cycle: BillCycle) -> bool:
    """Whether a line holds one of the plans at any time of the cycle."""
    return any(
        one.start < cycle.end and (one.end is None or one.end > cycle.start)
        for tables in each_of([plans])
        for one in holdings(account, tables.plan.id)
    )
