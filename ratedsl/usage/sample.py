"""A made-up operator's usage, the same for the same seed on every machine.

Every account has a random source of its own, seeded by its id, so that no account depends
on another's events. Nobody's data went into it, and numbers are in ranges for fiction where
a country keeps one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from random import Random

from ratedsl.rating.events import Line, Subscription
from ratedsl.usage.batches import Batch, Totals, open_batch
from ratedsl.usage.sample_recipe import Market, Recipe, accounts_by_market, fill, load_recipe
from ratedsl.usage.sample_traffic import Traffic
from ratedsl.usage.store import Store, StoreError

UNTIL = date(2026, 10, 1)  # the day after the last one; fixed, so that the sample is
ACCOUNTS = 300
MONTHS = 3
SEED = 1
MOST_ACCOUNTS = 5_000  # the ranges of numbers for fiction hold no more lines
MOST_MONTHS = 60
FILE = "sample"

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Sample:
    """What was asked for; the same one is the same rows."""

    accounts: int = ACCOUNTS
    months: int = MONTHS
    seed: int = SEED

    @property
    def first(self) -> date:
        """The first day with usage."""
        months = UNTIL.year * 12 + UNTIL.month - 1 - self.months
        return date(months // 12, months % 12 + 1, 1)

    @property
    def sha256(self) -> str:
        """What the batch carries as its content's hash: the sample's identity, not its rows."""
        words = f"accounts={self.accounts} months={self.months} seed={self.seed} until={UNTIL}"
        return hashlib.sha256(words.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Made:
    """The batch of the sample. `new` is false where the database held it already."""

    totals: Totals
    new: bool


class _HeldAlready(Exception):
    """Leaves the transaction: the database holds this very sample."""

    def __init__(self, totals: Totals) -> None:
        super().__init__()
        self.totals = totals


def make_sample(
    path: Path, sample: Sample, progress: Progress = lambda _done, _total: None
) -> Made:
    """Fill a database with the sample, at once or not at all; never touch other usage.

    `StoreError` where the database holds usage that is not this sample. `progress` gets
    accounts done and accounts in all.
    """
    recipe = load_recipe()
    at = f"{UNTIL.isoformat()}T00:00:00+00:00"
    try:
        with (
            Store.open(path, create=True) as store,
            open_batch(store, FILE, recipe.sha256, at) as batch,
        ):
            _require_room(store, sample, recipe)
            batch.content_sha256 = sample.sha256
            for done, _ in enumerate(_fill(batch, sample, recipe), 1):
                progress(done, sample.accounts)
            return Made(batch.finish(), True)
    except _HeldAlready as held:
        return Made(held.totals, False)


def _require_room(store: Store, sample: Sample, recipe: Recipe) -> None:
    sql = """SELECT id, read, stored, duplicate, rejected FROM batches
        WHERE content_sha256 = ? AND mapping_sha256 = ? AND stored > 0"""
    found = store.connection.execute(sql, (sample.sha256, recipe.sha256)).fetchone()
    if found is not None:
        raise _HeldAlready(Totals(*found))
    for table in ("usage", "accounts"):
        if store.connection.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchone() is not None:  # noqa: S608 - our own names
            raise StoreError(
                f"`{store.path}` holds other {table} already; name a new file for the sample"
            )


def _fill(batch: Batch, sample: Sample, recipe: Recipe) -> Iterator[str]:
    for market, accounts in zip(
        recipe.markets, accounts_by_market(recipe, sample.accounts), strict=True
    ):
        traffic = Traffic(market)
        used = 0  # own numbers given so far
        for number in range(1, accounts + 1):
            account = f"{market.code}-{number:04}"
            random = Random(f"{sample.seed}/{account}")
            batch.add_account(account, f"{market.name} {number}", market.segment, market.timezone)
            lines = random.choice(market.lines)
            numbers = [_own_number(market, used + index) for index in range(lines)]
            used += lines
            for index, own in enumerate(numbers, 1):
                mates = [mate for mate in numbers if mate != own]
                line = Line(f"{account}-{index}", own, (_held(random, market, sample, recipe),))
                batch.add_line(account, line)
                size = random.choice(recipe.sizes) * random.randint(70, 130) // 100
                for row in traffic.of_line(random, line, mates, size, _days(line, sample)):
                    batch.add(row)
            yield account


def _days(line: Line, sample: Sample) -> range:
    """The days (ordinals) of the period on which the line is held."""
    (held,) = line.subscriptions
    first = max(held.start, sample.first)
    return range(first.toordinal(), min(held.end or UNTIL, UNTIL).toordinal())


def _held(random: Random, market: Market, sample: Sample, recipe: Recipe) -> Subscription:
    """A subscription from long ago, or one that starts or ends within the period."""
    length = (UNTIL - sample.first).days
    luck = random.randrange(100)
    day = sample.first + timedelta(days=random.randint(5, length - 5))
    before = sample.first - timedelta(days=random.randrange(recipe.late_months * 30))
    if luck < recipe.starting:
        return Subscription(market.plan, day)
    if luck < recipe.starting + recipe.ending:
        return Subscription(market.plan, before, day)
    return Subscription(market.plan, before)


def _own_number(market: Market, number: int) -> str:
    """The n-th number of the market's own ranges, spread over all of them."""
    if not market.own:
        return ""
    template = market.own[number % len(market.own)]
    return fill(template, number // len(market.own))
