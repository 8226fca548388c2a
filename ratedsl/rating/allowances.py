"""What an account's allowances hold, span by span, and what they cover of an event."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from ratedsl.lang.source import Span
from ratedsl.plan.calendar import BillCycle
from ratedsl.plan.model import Allowance, Covers, Proration
from ratedsl.plan.proration import PartPeriod, share_of
from ratedsl.rating.balances import (
    Amount,
    Balance,
    Bucket,
    grant_on,
    granted_units,
    is_money,
)
from ratedsl.rating.choice import Chosen
from ratedsl.rating.events import Account, Event, Move
from ratedsl.rating.holders import Pools, scope_of, span_of
from ratedsl.rating.parts import ZERO, FeeCharged, Outcome, Part
from ratedsl.rating.pieces import Piece, rejected, take
from ratedsl.rating.pricing import cost, exact, increments_in
from ratedsl.rating.sessions import Session
from ratedsl.rating.spans import Held
from ratedsl.rating.tables import PlanTables

BY_DAY = Proration(method="day", counting="first")
"""How a change prorates an allowance that does not say it."""


@dataclass(frozen=True, slots=True)
class Slowed:
    """That a holder's usage goes on slowed from an instant on, its allowance being used up."""

    allowance: str
    holder: str
    instant: int
    speed: str
    at: Span


class AllowanceBook:
    """The balances of one account's allowances, by allowance and holder.

    The holder is a line, a pool, or empty where all the account's lines share the balance.
    """

    def __init__(self, tables: PlanTables, account: Account, lines: Held, pools: Pools) -> None:
        self.tables = tables
        self.account = account
        self.lines = lines
        self.pools = pools
        self.balances: dict[tuple[str, str], Balance] = {}
        held = [(line.id, one) for line in account.lines for one in line.subscriptions]
        self._joined = {(name, one.start): one.joined for name, one in held if one.joined}
        self._left = {(name, one.end): one.left for name, one in held if one.left}
        self.slowed: list[Slowed] = []
        self._is_slowed: set[tuple[str, str]] = set()
        self._charged: set[tuple[str, str, str]] = set()
        self._capped: dict[tuple[str, str, str], Fraction] = {}

    # ---- cycles and spans ---------------------------------------------------------------------

    def open_cycle(self, cycle: BillCycle) -> None:
        """Roll over what lives on, and grant what the cycle brings."""
        self.slowed = []
        self._is_slowed.clear()
        self._charged.clear()
        self._capped.clear()
        for allowance in self.tables.plan.allowances:
            if _follows_cycle(allowance):
                self._open_cycle(allowance, cycle)
            else:
                self._continue_cycle(allowance, cycle)

    def _open_cycle(self, allowance: Allowance, cycle: BillCycle) -> None:
        grants: dict[str, list[tuple[Amount, int]]] = {}
        for holder, line, start, end in self._holders(allowance, cycle):
            granted = self._grant(allowance, cycle, line, start, end)
            grants.setdefault(holder, []).append(granted)
        for holder, found in grants.items():
            self._balance(allowance, holder).open_cycle(found)
        for balance in self._idle(allowance, grants):
            balance.open_cycle([])
            balance.carried_in = 0

    def _continue_cycle(self, allowance: Allowance, cycle: BillCycle) -> None:
        """Turn the statement over; open the spans that a day of the cycle's start lies in."""
        holders = dict.fromkeys(one[0] for one in self._holders(allowance, cycle))
        for balance in self._idle(allowance, holders):
            balance.continue_cycle()
            balance.carried_in = 0
        for holder in holders:
            balance = self._balance(allowance, holder)
            balance.continue_cycle()
            if allowance.span == "day" and allowance.count == 1:
                # A day is opened when it is used: nobody asks for what was left of idle days.
                balance.open_span(cycle.start, cycle.start, 0)
                balance.carried_in = 0
                continue
            for _, _, start, _ in sorted(self._holders(allowance, cycle)):
                if not balance.is_open(start):
                    self._open_span(allowance, holder, balance, start)

    def _idle(self, allowance: Allowance, holders: Container[str]) -> list[Balance]:
        """The balances that nobody holds in this cycle. What lives on grows older in it, and no
        statement tells of it."""
        return [
            balance
            for (name, holder), balance in self.balances.items()
            if name == allowance.id and holder not in holders
        ]

    def _balance(self, allowance: Allowance, holder: str) -> Balance:
        key = (allowance.id, holder)
        balance = self.balances.get(key)
        if balance is None:
            balance = self.balances[key] = Balance(allowance)
        return balance

    def _open_span(self, allowance: Allowance, holder: str, balance: Balance, day: date) -> None:
        """Open the span that holds a day: a grant, or one of each line where they are pooled."""
        starts = [
            start
            for line, periods in self._held(allowance).items()
            if self._holder(allowance, line) == holder
            for start, end in periods
            if start <= day and (end is None or day < end)
        ]
        if not starts:
            return
        first, until = span_of(allowance, min(starts), day, self.tables.cycles_of(self.account))
        units = granted_units(grant_on(allowance, day))
        balance.open_span(first, until, units * (len(starts) if allowance.pooled else 1))

    def _holders(
        self, allowance: Allowance, cycle: BillCycle
    ) -> Iterator[tuple[str, str, date, date]]:
        """Who holds the allowance in a cycle, by which line, from when until when; a pool for
        each member."""
        parts = []
        for line, periods in self._held(allowance).items():
            holder = self._holder(allowance, line)
            if holder is None:
                continue
            for start, end in periods:
                first = max(start, cycle.start)
                last = cycle.end if end is None else min(end, cycle.end)
                if first < last:
                    parts.append((holder, line, first, last))
        if scope_of(allowance) == "line" or allowance.pooled:
            yield from parts
        elif parts:
            holder, line, start, _ = min(parts, key=lambda part: part[2])
            yield holder, line, start, max(part[3] for part in parts)

    def _holder(self, allowance: Allowance, line: str) -> str | None:
        return self.pools.holder(scope_of(allowance), allowance.pool, line)

    def _grant(
        self, allowance: Allowance, cycle: BillCycle, line: str, start: date, end: date
    ) -> tuple[Amount, int]:
        """The units granted for a part of a cycle, and the instant from which they are there."""
        whole = granted_units(grant_on(allowance, start))
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
        units = whole * share if is_money(allowance) else int(whole * share)
        if joined is not None and start > cycle.start and self._takes_over(allowance, line, joined):
            units = 0
        return units, cycle.start_ms if start == cycle.start else self.tables.calendar.midnight(
            start
        )

    def _takes_over(self, allowance: Allowance, line: str, move: Move) -> bool:
        """Whether the allowance goes on with what there was before, without a grant."""
        if move.paused is not None:
            # A pause from the cycle's first day on leaves nothing of the cycle to go on with.
            cycle = self.tables.cycles_of(self.account).on(move.paused)
            return move.allowances == "kept" and cycle.start < move.paused and cycle.end > move.day
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

    def drawn_on(self, allowance: Allowance, line: str, day: date) -> Balance | None:
        """The balance that a line draws on that day, its span open; None where it has none."""
        plain = not allowance.pool and not allowance.pooled and allowance.scope == "line"
        holder = line if plain else self._holder(allowance, line)
        if holder is None:
            return None
        balance = self.balances.get((allowance.id, holder))
        if balance is not None and not _follows_cycle(allowance) and not balance.is_open(day):
            self._open_span(allowance, holder, balance, day)
        return balance

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

    # ---- events -------------------------------------------------------------------------------

    def cover(
        self,
        event: Event,
        chosen: Chosen,
        pieces: list[Piece],
        day: date,
        session: Session | None = None,
    ) -> tuple[list[Part], bool, tuple[FeeCharged, ...]]:
        """Draw what allowances cover; `pieces` keep what is left, and what comes after for them.

        Of a session whole steps and a last event that is covered whole go on from leg to leg.
        Says too whether the setup fee is due as far as allowances go, and what they charge.
        """
        parts: list[Part] = []
        charged = False
        fees: tuple[FeeCharged, ...] = ()
        for allowance, covers in chosen.allowances:
            if is_money(allowance):
                continue
            balance = self.drawn_on(allowance, event.line, day)
            if balance is None:
                continue
            any_drawn = False
            for piece in pieces:
                by = self.fitting(covers, piece, chosen) if piece.billed > 0 else None
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
                    any_drawn = True
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
            if any_drawn and allowance.charges:
                due = self.charges_of(allowance, event, day)
                fees += due if session is None else session.fees_due(due)
        return parts, charged or not parts, fees

    def charges_of(self, allowance: Allowance, event: Event, day: date) -> tuple[FeeCharged, ...]:
        """What the allowance costs a line that draws on it first in an event, a day, a cycle."""
        found = []
        for one in allowance.charges:
            if not one.period.holds(day):
                continue
            span = {"day": day.isoformat(), "cycle": "cycle"}.get(one.span, "")
            key = (allowance.id, event.line, span)
            if not span or key not in self._charged:
                self._charged.add(key)
                found.append(FeeCharged("setup", exact(one.amount), one.at, allowance.id))
        return tuple(found)

    def after(self, pieces: Sequence[Piece], event: Event, day: date) -> list[Part]:
        """What is left of the pieces for which an exhausted allowance says what happens."""
        parts: list[Part] = []
        for piece in pieces:
            if piece.after and piece.billed > 0:
                parts += self._after(piece, event, day)
        return parts

    def _after(self, piece: Piece, event: Event, day: date) -> list[Part]:
        """What is left of a piece, as the exhausted allowance that covered it says."""
        assert piece.after is not None
        allowance, then = piece.after
        price = then.price
        if then.kind == "slowed":
            self._slow(allowance, event)
            words = f"slowed to {then.speed}"
            return [
                Part(
                    *(Outcome.FREE, piece.billed, allowance.id, then.at, piece.window, words),
                    reason="slowed",
                )
            ]
        if then.kind == "blocked" or price is None:
            return [rejected(piece, allowance.id, then.at, "blocked")]
        amount = cost(price, piece.billed)
        part = Part(
            Outcome.RATED if price.amount else Outcome.FREE,
            piece.billed,
            allowance.id,
            then.at,
            piece.window,
            price.text,
            amount,
        )
        if then.capped is None or not amount:
            return [part]
        span = {"day": day.isoformat(), "event": event.id}.get(then.span, "cycle")
        holder = self._holder(allowance, event.line) or ""
        key = (allowance.id, holder, span)
        spent = self._capped.get(key, ZERO)
        left = max(exact(then.capped) - spent, ZERO)
        self._capped[key] = spent + min(amount, left)
        if amount <= left:
            return [part]
        paid = int(piece.billed * left / amount)
        free = part._replace(
            outcome=Outcome.FREE, units=piece.billed - paid, amount=ZERO, reason="capped"
        )
        return [part._replace(units=paid, amount=left), free] if left else [free]

    def _slow(self, allowance: Allowance, event: Event) -> None:
        holder = self._holder(allowance, event.line) or ""
        if (allowance.id, holder) not in self._is_slowed:
            self._is_slowed.add((allowance.id, holder))
            then = allowance.after
            self.slowed.append(Slowed(allowance.id, holder, event.start, then.speed, then.at))

    def fitting(self, covers: tuple[Covers, ...], piece: Piece, chosen: Chosen) -> Covers | None:
        """The first of the matching `covers` whose window is open where the piece starts."""
        for one in covers:
            if not one.window:
                return one
            if chosen.timeline and one.window in chosen.timeline.names:
                if one.window == piece.window:
                    return one
                continue
            alone = self.tables.timelines.of((one.window,))
            if alone is not None and alone.at(piece.start)[0] == one.window:
                return one
        return None


def _earlier(one: date | None, other: date | None) -> date | None:
    return min((day for day in (one, other) if day is not None), default=None)


def _follows_cycle(allowance: Allowance) -> bool:
    return allowance.span == "cycle" and allowance.count == 1
