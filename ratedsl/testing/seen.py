"""What the usage of a test and its bills come to, in one replay."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from ratedsl.billing.assemble import Billed
from ratedsl.billing.bill import bill_cycles
from ratedsl.billing.invoice import Invoice
from ratedsl.billing.margin import Margin
from ratedsl.billing.settlement import Settlement, settle
from ratedsl.billing.sides import as_corrected, sides_of
from ratedsl.billing.since import first_of
from ratedsl.plan.model import Plan
from ratedsl.rating.authorise import Authorisation
from ratedsl.rating.events import Event
from ratedsl.rating.parts import RatedEvent
from ratedsl.rating.prepaid import authorise
from ratedsl.rating.reference import AccountRater
from ratedsl.rating.several import SeveralRater
from ratedsl.rating.tables import PlanTables
from ratedsl.testing.scene import Scene


@dataclass
class Seen:
    """What a test's usage came to, its bills by the day on which they close, and the next one."""

    plan: Plan
    rated: list[RatedEvent]
    raters: dict[str, AccountRater]
    invoices: dict[date, Invoice]
    margins: dict[date, Margin]
    settlements: dict[date, Settlement]
    bills: dict[date, Billed]
    next_cycle: date
    at_once: list[Invoice]
    authorised: Authorisation | None = None
    several: tuple[AccountRater, ...] = ()

    @classmethod
    def of(
        cls, tables: PlanTables, scene: Scene, bills: Iterable[date], *, authorises: bool = False
    ) -> Seen:
        """Rate the events and make the bills of a scene in one replay.

        With `authorises` the last event is requested before it happens.
        """
        rated: list[RatedEvent] = []
        invoices: dict[date, Invoice] = {}
        margins: dict[date, Margin] = {}
        settlements: dict[date, Settlement] = {}
        made: dict[date, Billed] = {}
        at_once: list[Invoice] = []
        wanted = set(bills)
        asked: list[Authorisation] = []

        # Facts are told apart by their lines: a correction makes another event of one.
        seen: set[str] = set()

        def request(several: SeveralRater, event: Event) -> None:
            seen.add(event.id)
            if authorises and event.id == scene.events[-1].id:
                asked.append(authorise(several.rater_for(event), event))

        if wanted:
            billed = None
            for billed in bill_cycles(
                scene.plans,
                scene.account,
                scene.events,
                scene.cycles,
                prepare=scene.prepare,
                heard=rated.append,
                requested=request,
                invoiced=scene.invoiced,
            ):
                day = billed.invoice.end
                if billed.invoice.at_once:
                    at_once.append(billed.invoice)
                elif day in wanted:
                    made[day] = billed
                    invoices[day] = billed.invoice
                    if billed.margin is not None:
                        margins[day] = billed.margin
                    if tables.plan.parties:
                        settlements[day] = settle(tables, billed.parts[-1].cycle, billed.costs)
            assert billed is not None
            rater = billed.several
        else:
            cycle = scene.cycles[0]
            sides = sides_of(scene.plans, scene.account)
            rater = SeveralRater(sides, first_of(sides, scene.events, cycle))
            rater.advance(cycle)
            scene.prepare(rater.holding_on(cycle.start))
        # What comes after the last bill, or arrives after it, is rated all the same.
        events = as_corrected(scene.plans, scene.account, scene.events)
        for event in [one for one in events if one.id not in seen]:
            request(rater, event)
            rated.append(rater.rate(event)[1])
        for one in rater.raters:
            rated += [*one.closed, *one.close_cycle()]
            one.wallets.advance(scene.last)
        raters = {one.plan.id: one for one in rater.raters}
        return cls(
            *(tables.plan, rated, raters, invoices, margins, settlements, made, scene.next_cycle),
            at_once=at_once,
            authorised=asked[0] if asked else None,
            several=tuple(rater.raters),
        )

    def rater_of(self, record: str, line: str = "") -> tuple[AccountRater | None, str]:
        """The state of the plan of a record, which may be `PLAN/RECORD`, and its id alone.

        Of a plan that keeps the prices of signup it is that of the version which the line (the
        first one where none is named) took up last.
        """
        plan, slash, name = record.rpartition("/")
        of_plan = [one for one in self.several if one.plan.id == (plan if slash else self.plan.id)]
        return max(of_plan, key=lambda one: one.tenure.taken_up(line), default=None), name

    def of_line(self, line: str) -> list[RatedEvent]:
        """The rated events of a line; of all where none is named."""
        return [one for one in self.rated if line in ("", one.event.line)]
