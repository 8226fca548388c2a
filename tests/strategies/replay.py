"""What a random case comes to: its plans compiled, and its bills."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from ratedsl.billing.assemble import Billed
from ratedsl.billing.bill import Plans, bill_cycles
from ratedsl.billing.replay import by_clock_of, cycles_held
from ratedsl.plan.calendar import BillCycle
from ratedsl.plan.load import load
from ratedsl.plan.model import Plan
from ratedsl.rating.events import Account, Event
from ratedsl.rating.parts import RatedEvent
from ratedsl.rating.tables import PlanTables
from tests.strategies.plans import RandomPlan
from tests.strategies.usage import Case

SPAN = (date(2025, 12, 15), date(2026, 5, 31))


def loaded(plan: RandomPlan) -> list[Plan]:
    """The plan, and the one that its lines can change to."""
    with TemporaryDirectory() as folder:
        write(plan, Path(folder))
        return [_load(Path(folder) / name) for name in _files(plan)]


def write(plan: RandomPlan, folder: Path) -> None:
    """The files of a plan."""
    for name, text in plan.files.items():
        (folder / name).write_text(text)
    (folder / "random.rate").write_text("\n".join(plan.records))
    if plan.other:
        (folder / "other.rate").write_text(plan.other)


def _files(plan: RandomPlan) -> list[str]:
    return ["random.rate", *(["other.rate"] if plan.other else [])]


def _load(path: Path) -> Plan:
    found = load(path)
    assert found.ok, found.diagnostics
    assert found.plan is not None
    return found.plan


def plans_of(case: Case) -> Plans:
    """What rates the case: one plan, or two between which its lines move."""
    tables = [PlanTables(plan) for plan in loaded(case.plan)]
    return by_clock_of(tables[0] if len(tables) == 1 else tables, case.account)


def held(plans: Plans, account: Account, events: Sequence[Event]) -> list[BillCycle]:
    """All cycles of the case that have something to bill, without usage too."""
    return cycles_held(plans, account, events, *SPAN)


def bills(case: Case, heard: Callable[[RatedEvent], None] | None = None) -> list[Billed]:
    """The bills of a case, those at once before the ones of their cycles."""
    plans = plans_of(case)
    cycles = held(plans, case.account, case.events)
    return list(bill_cycles(plans, case.account, case.events, cycles, heard=heard))


def with_records(case: Case, records: list[str]) -> Case:
    """The same case by other texts."""
    return replace(case, plan=replace(case.plan, records=records))
