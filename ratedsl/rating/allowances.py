"""What an account's allowances cover of an event, and what becomes of the rest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from ratedsl.lang.source import Span
from ratedsl.plan.calendar import BillCycle
from ratedsl.plan.model import Allowance, Covers
from ratedsl.rating.balance_book import BalanceBook
from ratedsl.rating.balances import (
    is_money,
)
from ratedsl.rating.choice import Chosen
from ratedsl.rating.events import Account, Event
from ratedsl.rating.holders import Pools
from ratedsl.rating.parts import ZERO, FeeCharged, Outcome, Part
from ratedsl.rating.pieces import Piece, rejected, take
from ratedsl.rating.pricing import cost, exact, increments_in
from ratedsl.rating.sessions import Session
from ratedsl.rating.spans import Held
from ratedsl.rating.tables import PlanTables


@dataclass(frozen=True, slots=True)
class Slowed:
    """That a holder's usage goes on slowed from an instant on, its allowance being used up."""

    allowance: str
    holder: str
    instant: int
    speed: str
    at: Span


class AllowanceBook(BalanceBook):
    """What the balances of one account's allowances cover, charge and leave to be slowed."""

    def __init__(self, tables: PlanTables, account: Account, lines: Held, pools: Pools) -> None:
        super().__init__(tables, account, lines, pools)
        self.slowed: list[Slowed] = []
        self._is_slowed: set[tuple[str, str]] = set()
        self._charged: set[tuple[str, str, str]] = set()
        self._capped: dict[tuple[str, str, str], Fraction] = {}

    def open_cycle(self, cycle: BillCycle) -> None:
        """Roll over what lives on, and grant what the cycle brings."""
        self.slowed = []
        self._is_slowed.clear()
        self._charged.clear()
        self._capped.clear()
        super().open_cycle(cycle)

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
        holder = self.grants.holder(allowance, event.line) or ""
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
        holder = self.grants.holder(allowance, event.line) or ""
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
