"""Words and names as reports show them: safe to print, subscriber numbers masked."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from ratedsl.billing.invoice import Invoice
from ratedsl.billing.portfolio import PlanTotals
from ratedsl.report.safe import safe_text
from ratedsl.usage.privacy import mask_name, mask_text, mask_words

# Enough of a content hash to tell any two plans apart by eye.
HASH_SHOWN = 12


def shown(text: str) -> str:
    """A name or id from usage: one line, harmless, and without a whole number in it."""
    return safe_text(mask_text(text))


def shown_words(text: str) -> str:
    """Words that tell of amounts and quantities: one line, harmless, E.164 numbers masked.

    Long runs of bare digits stay, since a quantity of bytes is one.
    """
    return safe_text(mask_words(text))


def owner_words(invoice: Invoice) -> str:
    """Whose invoice it is: the account's id with its name, both masked."""
    return f"{shown(invoice.account)}  {safe_text(mask_name(invoice.account_name))}".rstrip()


def line_names(invoice: Invoice) -> dict[str, str]:
    """What each line of the invoice is called in print: masked, yet no two alike."""
    rows = (*invoice.items, *invoice.after_tax)
    holders = [use.holder for use in invoice.allowances]
    holders += [use.holder for use in invoice.balances]
    return distinct([*(row.line for row in rows), *holders])


def distinct(names: Iterable[str]) -> dict[str, str]:
    """Each name masked; names that look alike then get `~2`, `~3` in their order."""
    named: dict[str, str] = {}
    taken: set[str] = set()
    for name in names:
        if name in named:
            continue
        masked = mask_text(name)
        candidate, number = masked, 1
        while candidate in taken:
            number += 1
            candidate = f"{masked}~{number}"
        taken.add(candidate)
        named[name] = candidate
    return named


def period(start: date, end: date) -> str:
    """A cycle by its first and last day, as people say it; `end` is exclusive."""
    return f"{start} to {end - timedelta(days=1)}"


def bill_period(invoice: Invoice) -> str:
    """What time a bill is of; one at once by the day on which it was made."""
    if invoice.at_once:
        return f"Bill at once of {invoice.end - timedelta(days=1)}"
    return period(invoice.start, invoice.end)


def plan_name(of: Invoice | PlanTotals) -> str:
    """The plan's title with its id."""
    if of.plan_title in {"", of.plan}:
        return safe_text(of.plan)
    return safe_text(f"{of.plan_title} ({of.plan})")


def other_plans(invoice: Invoice) -> list[tuple[str, str]]:
    """The names of the invoice's other plans, each with its hash."""
    return [
        (
            safe_text(one.plan if one.title in ("", one.plan) else f"{one.title} ({one.plan})"),
            safe_text(one.plan_hash[:HASH_SHOWN]),
        )
        for one in invoice.others
    ]


def move_words(invoice: Invoice) -> list[str]:
    """The changes of plan of the cycle in words, one a line of the account."""
    names = line_names(invoice)
    return [
        safe_text(
            f"line {names.get(one.line, mask_text(one.line))} changed from {one.left} to "
            f"{one.joined} on {one.day}"
        )
        for one in invoice.moves
    ]


def outcome_words(events: int, rated: int, free: int, covered: int, rejected: int) -> str:
    """How the events ended, as the sum that it is."""
    return (
        f"{events:,} events = {rated:,} rated + {free:,} free + {covered:,} covered"
        f" + {rejected:,} rejected"
    )


def reason_words(reasons: Iterable[tuple[str, int]]) -> str:
    """Why parts of events were rejected, with how often; empty if none was."""
    return ", ".join(f"{shown_words(reason)} {many:,}" for reason, many in reasons)
