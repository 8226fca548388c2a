"""What the data of accounts say that no bill of these plans takes up: each once, with a count.

A bill is as exact as what it knows. So what is left out of bills, or billed although something
speaks against it, is said to who makes them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from ratedsl.billing.credit import charged_records
from ratedsl.billing.replay import each_of, on_plans, sold_outside
from ratedsl.billing.sides import Plans, cycles_for
from ratedsl.lang.spelling import suggest
from ratedsl.plan.model import Plan
from ratedsl.rating.changes import settle
from ratedsl.rating.events import Account
from ratedsl.rating.tables import PlanTables


@dataclass(slots=True)
class Notice:
    """So many records of accounts of which the same is to say, and the first of them.

    `one` and `many` are what is said of one and of several, `{count}` and `{plans}` in them;
    `owner` is the line or account of the first one, and `day` its day.
    """

    one: str
    many: str
    help: str = ""
    count: int = 0
    plans: set[str] = field(default_factory=set)
    owner: str = ""
    day: date = date.max

    @property
    def words(self) -> str:
        """What is to say, without whose the first one is."""
        names = ", ".join(f"`{name}`" for name in sorted(self.plans))
        text = self.one if self.count == 1 else self.many
        return text.format(count=f"{self.count:,}", plans=names)


def find_notices(
    groups: Sequence[Plans], accounts: Iterable[Account], *, elsewhere: bool = True
) -> list[Notice]:
    """What is to say of accounts that these groups of plans bill, the first found first.

    An account of which no line holds a single plan is billed as if all did, and judged so. What
    lines hold of plans that are not here may be left out.
    """
    found: dict[tuple[str, str], Notice] = {}
    for account in accounts:
        for key, note, plans, owner, day in _notices_of(groups, account, elsewhere=elsewhere):
            notice = found.setdefault(key, note)
            notice.count += 1
            notice.plans.update(plans)
            if (day, owner) < (notice.day, notice.owner or owner):
                notice.day, notice.owner = day, owner
    return list(found.values())


_Found = tuple[tuple[str, str], Notice, Iterable[str], str, date]


def _notices_of(groups: Sequence[Plans], account: Account, *, elsewhere: bool) -> Iterator[_Found]:
    named = {one.plan.id: one for one in each_of(groups)}
    held = {one.plan for line in account.lines for one in line.subscriptions}
    mine = [tables for name, tables in named.items() if name in held]
    alone = len(groups) == 1 and isinstance(groups[0], PlanTables)
    if not mine and not alone:
        return
    yield from _unknown(mine or list(named.values()), account)
    for group in groups:
        for tables in each_of([group]):
            for line, day in sold_outside(account, tables.plan):
                text = "took {plans} up when it was not sold"
                note = Notice(f"a line {text}", f"{{count}} lines {text}")
                yield ("sold", tables.plan.id), note, (tables.plan.id,), line, day
        if not isinstance(group, PlanTables):
            yield from _moves_unsaid(group, account)
    if mine and elsewhere:
        yield from _elsewhere(named, account, alone=alone)


def _unknown(mine: Sequence[PlanTables], account: Account) -> Iterator[_Found]:
    """What names a wallet, a record or an item that none of the account's plans has."""
    plans = [one.plan for one in mine]
    names = [one.id for one in plans]
    lacks = "which {plans} does not have" if len(names) == 1 else "which none of {plans} has"
    wallets = {wallet.id for plan in plans for wallet in plan.wallets}
    for top_up in account.top_ups:
        if top_up.wallet not in wallets:
            note = _misnamed(
                "top-up", "name", top_up.wallet, wallets, f"{lacks}: it is not counted"
            )
            owner = top_up.line or account.id
            yield ("wallet", top_up.wallet), note, names, owner, mine[0].day(top_up.at)
    records = {name for plan in plans for name in charged_records(plan)}
    for credit in account.credits:
        if credit.record not in records:
            note = _misnamed("credit", "name", credit.record, records, f"{lacks}: it is not given")
            owner = credit.line or account.id
            yield ("record", credit.record), note, names, owner, credit.day
    items = {name for plan in plans for name in _items(plan)}
    for line in account.lines:
        for item in line.items:
            if item.item not in items:
                note = _misnamed("line", "hold", item.item, items, f"{lacks}: nothing is charged")
                yield ("item", item.item), note, names, line.id, item.start


def _misnamed(noun: str, verb: str, name: str, known: set[str], rest: str) -> Notice:
    near = suggest(name, sorted(known))
    several = rest.replace(": it is", ": they are")
    return Notice(
        f"a {noun} {verb}s `{name}`, {rest}",
        f"{{count}} {noun}s {verb} `{name}`, {several}",
        f"did you mean `{near}`?" if near else "",
    )


def _items(plan: Plan) -> Iterator[str]:
    """What a line may hold so many of: what fees are charged for, add-ons, and coupons."""
    yield from (fee.item for fee in plan.fees if fee.scope == "item")
    yield from (allowance.id for allowance in plan.allowances if allowance.addon)
    yield from (discount.code for discount in plan.discounts if discount.code)


def _moves_unsaid(group: Sequence[PlanTables], account: Account) -> Iterator[_Found]:
    """Moves to plans of the group that do not say what a change means."""
    plans = {one.plan.id: one.plan for one in group}
    if all(plan.change is not None for plan in plans.values()):
        return
    own = on_plans(account, group)
    if not own.lines:
        return
    for line in settle(own, plans, cycles_for(group, own)).lines:
        before = None
        for one in sorted(line.subscriptions, key=lambda one: one.start):
            if one.plan not in plans:
                continue
            moved = before is not None and before.plan != one.plan and before.end == one.start
            if moved and plans[one.plan].change is None:
                text = "moved to {plans}, which does not say what a change means"
                note = Notice(
                    f"a line {text}",
                    f"{{count}} lines {text}",
                    f"add a `change` fact to `{one.plan}`; until then allowances start anew, and "
                    "fees in advance end as if the line had left",
                )
                yield ("change", one.plan), note, (one.plan,), line.id, one.start
            before = one


def _elsewhere(named: dict[str, PlanTables], account: Account, *, alone: bool) -> Iterator[_Found]:
    """What lines hold of plans that are not here, and that is billed by none of these."""
    for line in account.lines:
        others = [one for one in line.subscriptions if one.plan not in named]
        own = [one for one in line.subscriptions if one.plan in named]
        if not others or (alone and not own):
            continue
        if own:
            text = "also held {plans}, which is not among the plans given: no bill here has that"
            remedy = "name the folder that holds all of their plans"
        else:
            text = "holds {plans}, which is not among the plans given: no bill here has that"
            remedy = ""
        many = text.replace("holds ", "hold ").replace("which is", "which are")
        note = Notice(f"a line {text}", f"{{count}} lines {many}", remedy)
        first = min(others, key=lambda one: one.start)
        yield (
            ("elsewhere", "moved" if own else ""),
            note,
            {one.plan for one in others},
            (line.id),
            first.start,
        )
