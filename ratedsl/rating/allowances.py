"""What an account's allowances hold, cycle by cycle, and what they cover of an event."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from ratedsl.plan.calendar import BillCycle
from ratedsl.plan.model import Allowance, Covers
from ratedsl.plan.proration import PartPeriod, share_of
from ratedsl.rating.balances import Balance, grant_on
from ratedsl.rating.events import Account, Event
from ratedsl.rating.parts import Outcome, Part
from ratedsl.rating.pieces import Piece, rejected, take
from ratedsl.rating.pricing import cost, increments_in
from ratedsl.rating.spans import Held
from ratedsl.rating.tables import Chosen, PlanTables


class AllowanceBook:
    """The balances of one account's allowances, by allowance and holder.

    The holder is a line, or empty where the account's lines share the balance.
    """

    def __init__(self, tables: PlanTables, account: Account, lines: Held) -> None:
        self.tables = tables
        self.account = account
        self.lines = lines
        self.balances: dict[tuple[str, str], Balance] = {}

    def open_cycle(self, cycle: BillCycle) -> None:
        """Roll over what lives on, and grant what the cycle brings."""
        for allowance in self.tables.plan.allowances:
            grants: dict[str, list[tuple[int, int]]] = {}
            for holder, start, end in self._holders(allowance, cycle):
                grants.setdefault(holder, []).append(self._grant(allowance, cycle, start, end))
            for holder, granted in grants.items():
                key = (allowance.id, holder)
                balance = self.balances.get(key)
                if balance is None:
                    balance = self.balances[key] = Balance(allowance)
                balance.open_cycle([] if allowance.span == "day" else granted)

    def _holders(self, allowance: Allowance, cycle: BillCycle) -> Iterator[tuple[str, date, date]]:
        """Who holds the allowance in a cycle, from when until when; a pool for each member."""
        parts = []
        for line, periods in self._held(allowance).items():
            for start, end in periods:
                first = max(start, cycle.start)
                last = cycle.end if end is None else min(end, cycle.end)
                if first < last:
                    parts.append((line, first, last))
        if allowance.pooled:
            yield from (("", first, last) for _, first, last in parts)
        elif allowance.scope == "account":
            if parts:
                yield "", min(part[1] for part in parts), max(part[2] for part in parts)
        else:
            yield from parts

    def _grant(
        self, allowance: Allowance, cycle: BillCycle, start: date, end: date
    ) -> tuple[int, int]:
        """The units granted for a part of a cycle, and the instant from which they are there."""
        grant = grant_on(allowance, start)
        part = PartPeriod(start, end, cycle.start, cycle.end)
        share, _ = share_of(part, allowance.proration, self.tables.calendar)
        units = int(grant.quantity * share) if grant else 0
        return units, cycle.start_ms if start == cycle.start else self.tables.calendar.midnight(
            start
        )

    def _held(self, allowance: Allowance) -> Held:
        """When each line holds the allowance: with the plan, or an add-on of its own dates."""
        if not allowance.addon:
            return self.lines
        return {
            line.id: tuple((one.start, one.end) for one in line.items if one.item == allowance.id)
            for line in self.account.lines
        }

    def cover(self, event: Event, chosen: Chosen, pieces: list[Piece]) -> tuple[list[Part], bool]:
        """Draw what allowances cover; `pieces` keep what is left, and what comes after for them.

        Says too whether the setup fee is due as far as allowances go.
        """
        parts: list[Part] = []
        charged = False
        for allowance, covers in chosen.allowances:
            balance = self.balances.get(
                (
                    allowance.id,
                    "" if allowance.pooled or allowance.scope == "account" else event.line,
                )
            )
            if balance is None:
                continue
            if allowance.span == "day":
                balance.open_day(self.tables.day(event.start))
            for piece in pieces:
                by = self._fitting(covers, piece, chosen) if piece.billed > 0 else None
                if by is None:
                    continue
                before = balance.left
                actual = allowance.draws == "actual"
                drawn = balance.cover(
                    piece.actual if actual else piece.billed, by, event.line, event.start
                )
                if drawn:
                    taken = take(piece, drawn, increments_in(chosen.rate, piece.window), actual)
                    parts.append(
                        Part(
                            Outcome.COVERED,
                            taken,
                            allowance.id,
                            allowance.at,
                            piece.window,
                            before=before,
                        )
                    )
                    charged = charged or allowance.setup == "charged"
                if piece.billed > 0 and not piece.after and allowance.after.kind != "own rate":
                    piece.after = (allowance, allowance.after)
        return parts, charged or not parts

    def _fitting(self, covers: tuple[Covers, ...], piece: Piece, chosen: Chosen) -> Covers | None:
        """The first of the matching `covers` whose window is open where the piece starts."""
        for one in covers:
            if not one.window:
                return one
            if chosen.timeline and one.window in chosen.timeline.names:
                if one.window == piece.window:
                    return one
                continue
            alone = self.tables.timeline((one.window,))
            if alone is not None and alone.at(piece.start)[0] == one.window:
                return one
        return None


def after_allowance(piece: Piece) -> Part:
    """What is left of a piece, as the exhausted allowance that covered it says."""
    assert piece.after is not None
    allowance, then = piece.after
    price = then.price
    if then.kind == "blocked" or price is None:
        return rejected(piece, allowance.id, then.at, "blocked")
    return Part(
        Outcome.RATED if price.amount else Outcome.FREE,
        piece.billed,
        allowance.id,
        then.at,
        piece.window,
        price.text,
        cost(price, piece.billed),
    )
