"""Whole random plans, as texts of records in any order.

A plan has one or two services and a handful of the language's features, so that what fails stays
small. Each is chosen so that the plan has no error, and apart from the others, so that a plan
that breaks a property shrinks to the records that matter.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import count
from typing import Any

from hypothesis import strategies as st

from tests.strategies import balances, money
from tests.strategies.services import SERVICES
from tests.strategies.words import CENTS, Feature, maybe, one_of

PLACES = """\
zone landline "Landlines"
  prefix    +351
zone mobile "Mobile"
  prefix    +35191
window peak
  hours     mon-fri 08:00-20:00
window night
  hours     daily 22:00-06:00
window rest
  hours     otherwise
"""
HEAD = """\
plan random "Random"
  currency  EUR
  timezone  Europe/Lisbon
  cycle     monthly on day {day}
  rounding  half-up 0.01 EUR per item
  rounding  half-even 0.01 EUR per tax per invoice
"""
CYCLES = [
    "monthly on day 1",
    "monthly on day 15",
    "monthly on day 28",
    "monthly on day 31, or the last day",
    "quarterly on day 10",
    "monthly from activation",
    "every 28 days from activation",
]
EXTRAS = ["fees", "commitment", "discounts", "taxes", "parties", "cap", "wallets", "money"]
LIVES = ["suspend", "change", "keeps", "trial", "cancel", "at once", "subscriber"]


@dataclass
class RandomPlan:
    """A plan as records, its frame first; its files; and what lives in it, for its accounts.

    `other` is a second plan, which the lines can change to.
    """

    records: list[str]
    files: dict[str, str] = field(default_factory=dict)
    services: tuple[str, ...] = ()
    lives: frozenset[str] = frozenset()
    other: str = ""

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(repr(self))

    def __repr__(self) -> str:
        files = "".join(f"--- {name}\n{text}" for name, text in self.files.items())
        return "\n" + "\n".join(self.records) + files + self.other


@st.composite
def plans(draw: st.DrawFn, *, rounded: bool = True) -> RandomPlan:
    """A plan of a few features. Without `rounded` nothing rounds an event or an item."""
    lives = frozenset(draw(st.lists(st.sampled_from(LIVES), max_size=2, unique=True)))
    shared = "keeps" not in lives
    services = draw(
        st.lists(st.sampled_from(sorted(SERVICES)), min_size=1, max_size=2, unique=True)
    )
    found = [
        draw(SERVICES[one](shared=shared) if one == "data" else SERVICES[one]()) for one in services
    ]
    names = [name for one in found for name in one.names]
    order = count(1)
    extras = draw(st.lists(st.sampled_from(EXTRAS), max_size=3, unique=True))
    for service in balances.COVERED:
        if service in services and draw(st.booleans()):
            found.append(draw(balances.allowance(service, next(order), shared=shared)))
    covered = [one for one in services if one in balances.COVERED]
    if "money" in extras and covered:
        found.append(draw(balances.money(covered[0], next(order))))
    if "wallets" in extras:
        found.append(draw(balances.wallets(shared=shared)))
    if "cap" in extras:
        found.append(draw(balances.cap(shared=shared)))
    if "fees" in extras or "commitment" in extras:
        found.append(draw(money.fees(shared=shared)))
    if "commitment" in extras:
        found.append(draw(money.commitment(shared=shared)))
    if "discounts" in extras:
        found.append(draw(money.discounts()))
    if "taxes" in extras or "wallets" in extras:
        found.append(draw(money.taxes()))
    if "parties" in extras:
        found.append(draw(money.parties(names)))
    found.append(draw(frame(lives)))
    facts = [fact for one in found for fact in one.facts]
    if rounded and not any("per event" in one for one in facts):
        facts += maybe(draw, "rounding  up 0.001 EUR per event")
    if "per event" not in " ".join(facts) and ("wallets" in extras or "money" in extras):
        facts.append("rounding  up 0.001 EUR per event")
    head = "\n".join(['plan random "Random"', *(f"  {fact}" for fact in facts)]) + "\n"
    files = {name: text for one in found for name, text in one.files.items()}
    pools = {text: None for one in found for text in one.records}
    other = draw(second(services, names)) if "change" in lives else ""
    return RandomPlan([head, PLACES, *pools], files, tuple(services), lives, other)


@st.composite
def frame(draw: st.DrawFn, lives: frozenset[str]) -> Feature:
    """The facts of the plan itself."""
    zone = one_of(draw, "Europe/Lisbon", "America/New_York", "UTC")
    if "subscriber" in lives:
        zone = f"subscriber, else {zone}"
    facts = [
        "currency  EUR",
        f"timezone  {zone}",
        f"cycle     {draw(st.sampled_from(CYCLES))}",
        "rounding  half-up 0.01 EUR per item",
        f"rounding  half-even 0.01 EUR per tax per {one_of(draw, 'invoice', 'item')}",
        *maybe(draw, f"rounding  {one_of(draw, 'down', 'up')} 0.05 EUR per invoice"),
    ]
    if "suspend" in lives:
        left = one_of(draw, "kept", "prorated")
        facts.append(f"suspend   charging {one_of(draw, 'fees', 'nothing')}, allowances {left}")
    if "change" in lives:
        left = one_of(draw, "reset", "kept", "prorated")
        credit = one_of(draw, "crediting unused", "without credit")
        when = one_of(draw, "at once", "at cycle end")
        facts.append(f"change    {when} {credit}, allowances {left}")
    if "keeps" in lives:
        facts.append(f"keeps     price of signup{one_of(draw, '', ' for 1 months')}")
        facts += maybe(draw, "moves     to current on 2026-03-20")
    if "trial" in lives:
        facts.append(f"trial     10 days, usage {one_of(draw, 'free', 'charged')}")
    if "cancel" in lives:
        facts.append(f"cancel    {one_of(draw, 'crediting unused', 'without credit')}")
    if "at once" in lives:
        facts.append(f"bills     at once when usage >= {draw(CENTS)}1 EUR")
    return Feature(facts=facts)


@st.composite
def second(draw: st.DrawFn, services: list[str], names: list[str]) -> str:
    """A plan that the lines can change to: the same with another price, or nothing else."""
    text = 'use "random.rate"\n\nplan other "Other"\n  extends   random\n'
    if "texts" in names and "texts-b" not in names and draw(st.booleans()):
        text += f"override rate texts\n  price     {draw(CENTS)} EUR per message from 2025-01-01\n"
    return text
