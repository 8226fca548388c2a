"""The beginnings of a plan from an offering: it checks clean, and says what has to be filled in.

A guess that the language asks for is marked `fill in`. What cannot be said with what the
offering tells stands in comments, so nothing of it is lost from sight.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from pathlib import Path

from ratedsl.imports.begun import Begun
from ratedsl.imports.offering import Offering
from ratedsl.imports.record import FILL_IN, Record, aligned, comment, dated, plain, slug, title
from ratedsl.imports.records import records_of
from ratedsl.report.money import minor_digits


def draft(
    offering: Offering, *, path: Path, plan_id: str = "", timezone: str = "UTC", currency: str = ""
) -> str:
    """The text of a plan file for `path` that `check` has nothing against."""
    from ratedsl.plan.load import load  # noqa: PLC0415

    begun = Begun(offering, currency)
    records = records_of(begun, offering)
    head = _head(offering, begun, plan_id or slug(offering.id or offering.name, set()), timezone)
    for _ in range(len(records) + 1):
        text, places = _text(head, records)
        wrong = [one for one in load(path, {path.resolve(): text}).diagnostics if one.is_error]
        if not wrong:
            return text
        for one in wrong:
            record = places.get(one.span.line)
            if record is not None and not record.left_out:
                record.left_out = f"{one.message} ({one.code})"
    return text


def _text(head: Sequence[str], records: Iterable[Record]) -> tuple[str, dict[int, Record]]:
    lines = list(head)
    places: dict[int, Record] = {}
    for record in records:
        lines.append("")
        for line in record.lines():
            lines.append(line)
            places[len(lines)] = record
    return "\n".join(lines) + "\n", places


def _head(offering: Offering, begun: Begun, plan_id: str, timezone: str) -> list[str]:
    """The comments about the offering, and the plan's own record."""
    words = [f"{plain(offering.name)}: begun from a product offering of TMF620."]
    words.append(
        "The standard does not say by which clock and on which day bills close, how amounts"
        " are rounded, how usage is counted in steps, what becomes of part periods, and what"
        " comes after an allowance. Lines that say `fill in` hold a guess."
    )
    if offering.description and not offering.description.startswith("Not carried"):
        words.append(offering.description[:500])
    if offering.unread:
        words.append(f"Fields of the offering that are not here: {', '.join(offering.unread)}.")
    unread = sorted({name for one in offering.prices for name in one.unread})
    if unread:
        words.append(f"Fields of its prices that are not here: {', '.join(unread)}.")
    if offering.missing:
        names = ", ".join(plain(name) for name in offering.missing[:20])
        words.append(f"Prices that it names, and that were not given: {names}.")
    lines = [line for text in words for line in comment(text)]
    if offering.description.startswith("Not carried"):
        lines += ["#"]
        lines += [
            line for text in offering.description.split("; ") for line in comment(text, indent="  ")
        ]
    digits = minor_digits(begun.currency)
    quantum = Decimal(1).scaleb(-digits)
    name = title(offering.name)
    lines += [
        "",
        f'plan {plan_id} "{name}"',
        f"  {aligned(f'currency {begun.currency}')}"
        + ("" if begun.known_currency else f" {FILL_IN} no price names one"),
        f"  {aligned(f'timezone {timezone}')} {FILL_IN} the clock of its days",
    ]
    if offering.start or offering.end:
        lines.append(f"  {aligned('sold' + dated(offering.start, offering.end))}")
    lines += [
        f"  {aligned('cycle monthly on day 1')} {FILL_IN} when bills close",
        f"  {aligned(f'rounding half-up {quantum:f} {begun.currency} per item')} {FILL_IN}"
        " where and how it rounds",
    ]
    if begun.taxes:
        text = f"rounding half-up {quantum:f} {begun.currency} per tax per invoice"
        lines.append(f"  {aligned(text)} {FILL_IN} likewise")
    return lines
