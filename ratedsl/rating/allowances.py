"""What an account's allowances hold, cycle by cycle, and what they cover of an event."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from ratedsl.plan.calendar import BillCycle
from ratedsl.plan.model import Allowance, Covers, Proration
from ratedsl.plan.proration import PartPeriod, share_of
from ratedsl.rating.balances import Balance, Bucket, grant_on
from ratedsl.rating.events import Account, Event, Move
from ratedsl.rating.parts import Outcome, Part
from ratedsl.rating.pieces import Piece, rejected, take
from ratedsl.rating.pricing import cost, increments_in
from ratedsl.rating.sessions import Session
from ratedsl.rating.spans import Held
from ratedsl.rating.tables import Chosen, PlanTables

BY_DAY = Proration(method="day", counting="first")
"""How a change prorates an allowance that does not say it."""


class AllowanceBook:
    """The balances of one account's allowances, by allowance and holder.

    The holder is a line, or empty where the account's lines share the balance.
    """

    def __init__(self, tables: PlanTables, account: Account, lines: Held) -> None:
        self.tables = tables
        self.account = account
        self.lines = lines
        self.balances: dict[tuple[str, str], Balance] = {}
        held = [(line.id, one) for line in account.lines for one in line.subscriptions]
        self._joined = {(name, one.start): one.joined for name, one in held if one.joined}
        self._left = {(name, one.end): one.left for name, one in held if one.left}

    def open_cycle(self, cycle: BillCycle) -> None:
        """Roll over what lives on, and grant what the cycle brings."""
        for allowance in self.tables.plan.allowances:
            grants: dict[str, list[tuple[int, int]]] = {}
            for holder, line, start, end in self._holders(allowance, cycle):
                granted = self._grant(allowance, cycle, line, start, end)
                grants.setdefault(holder, []).append(granted)
            for holder, found in grants.items():
                key = (allowance.id, holder)
                balance = self.balances.get(key)
                if balance is None:
                    balance = self.balances[key] = Balance(allowance)
                balance.open_cycle([] if allowance.span == "day" else found)

    def _holders(
        self, allowance: Allowance, cycle: BillCycle
    ) -> Iterator[tuple[str, str, date, date]]:
        """Who holds the allowance in a cycle, by which line, from when until when; a pool for
        each member."""
        parts = []
        for line, periods in self._held(allowance).items():
            for start, end in periods:
                first = max(start, cycle.start)
                last = cycle.end if end is None else min(end, cycle.end)
                if first < last:
                    parts.append((line, first, last))
        if allowance.pooled:
            yield from (("", *part) for part in parts)
        elif allowance.scope == "account":
            if parts:
                line, start, _ = min(parts, key=lambda part: part[1])
                yield "", line, start, max(part[2] for part in parts)
        else:
            yield from ((part[0], *part) for part in parts)

    def _grant(
        self, allowance: Allowance, cycle: BillCycle, line: str, start: date, end: date
    ) -> tuple[int, int]:
        """The units granted for a part of a cycle, and the instant from which they are there."""
        grant = grant_on(allowance, start)
        proration = allowance.proration
        joined, left = self._joined.get((line, start)), self._left.get((line, end))
        first, last = start, end
        if joined is not None and (
            joined.allowances == "reset" or (joined.paused and joined.allowances == "kept")
        ):
            first = cycle.start
        if left is not None and left.allowances != "prorated":
            last = cycle.end
        if any(move is not None and move.allowances == "prorated" for move in (joined, left)):
            proration = proration or BY_DAY
        part = PartPeriod(first, last, cycle.start, cycle.end)
        share, _ = share_of(part, proration, self.tables.calendar)
        units = int(grant.quantity * share) if grant else 0
        if joined is not None and start > cycle.start and self._takes_over(allowance, line, joined):
            units = 0
        return units, cycle.start_ms if start == cycle.start else self.tables.calendar.midnight(
            start
        )

    def _takes_over(self, allowance: Allowance, line: str, move: Move) -> bool:
        """Whether the allowance goes on with what there was before, without a grant."""
        if move.paused is not None:
            return move.allowances == "kept" and self.tables.cycles.on(move.paused).end > move.day
        if all(name != allowance.id for name, _ in move.kept):
            return False
        return not allowance.addon or any(
            one.item == allowance.id and one.start < move.day
            for held in self.account.lines
            if held.id == line
            for one in held.items
        )

    def _held(self, allowance: Allowance) -> Held:
        """When each line holds the allowance: with the plan, or an add-on of its own dates."""
        if not allowance.addon:
            return self.lines
        return {
            line.id: tuple(
                (max(one.start, start), _earlier(one.end, end))
                for one in line.items
                if one.item == allowance.id
                for start, end in self.lines.get(line.id, ())
            )
            for line in self.account.lines
        }

    # ---- moves to other plans ---------------------------------------------------------------

    def leave(self, line: str, day: date, *, at_turn: bool) -> dict[tuple[str, str], list[Bucket]]:
        """Take away what is left for a line that leaves the plan: its buckets by allowance.

        A balance that lines share goes with the last of them. `at_turn` says that the day starts
        a cycle, into which only rolled-over units come.
        """
        stay = any(
            start <= day and (end is None or day < end)
            for name, periods in self.lines.items()
            if name != line
            for start, end in periods
        )
        taken = {}
        for (name, holder), balance in self.balances.items():
            if holder == line or (not holder and not stay):
                instant = self.tables.calendar.midnight(day)
                taken[name, holder] = balance.empty(instant, at_turn=at_turn)
        return taken

    def take_over(
        self, kept: Mapping[str, str], taken: Mapping[tuple[str, str], list[Bucket]], instant: int
    ) -> None:
        """Go on with what another plan has left; `kept` gives its allowance for each of these."""
        for (name, holder), balance in self.balances.items():
            buckets = taken.get((kept.get(name, ""), holder))
            if buckets:
                balance.receive(buckets, instant)

    def cover(
        self,
        event: Event,
        chosen: Chosen,
        pieces: list[Piece],
        session: Session | None = None,
    ) -> tuple[list[Part], bool]:
        """Draw what allowances cover; `pieces` keep what is left, and what comes after for them.

        Of a session whole steps and a last event that is covered whole go on from leg to leg.
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
                    piece.actual if actual else piece.billed,
                    by,
                    event.line,
                    event.start,
                    session.drawn(allowance.id, by) if session is not None else None,
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


def _earlier(one: date | None, other: date | None) -> date | None:
    return min((day for day in (one, other) if day is not None), default=None)


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
