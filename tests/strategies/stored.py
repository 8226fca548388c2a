"""A random case as CSV files of rows in any order, imported into a database."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random

from ratedsl.rating.events import Account, Event
from ratedsl.usage.importers.csv_import import import_csv
from ratedsl.usage.importers.kinds import KINDS
from ratedsl.usage.importers.load import load_csv
from ratedsl.usage.mapping_checks import load_mapping
from ratedsl.usage.store import Store
from tests.strategies.usage import Case

MAPPING = """\
[record]
id = "id"
[time]
column = "start"
format = "epoch-milliseconds"
[line]
column = "line"
[service]
column = "service"
values = {{ {services} }}
{quantities}
[numbers]
called = "called"
[visited]
column = "visited"
[attributes]
{attributes}
"""
UNITS = {"data": ("B", 1), "sms": ("message", 1), "mms": ("message", 1), "voice": ("s", 1000)}
NAMES = ("session", "connector", "parking", "worth", "kind")

Row = Sequence[object]


def store_shuffled(case: Case, folder: Path, shuffle: Random) -> Store:
    """A database with all that the case has; rows shuffled, some of them twice."""
    store = Store.open(folder / "usage.db", create=True)
    for kind, header, rows in account_rows(case.account):
        rows = shuffled(list(rows), shuffle)
        if rows:
            file = write(folder / f"{kind}.csv", header, rows)
            totals = load_csv(store, file, KINDS[kind])
            assert not totals.rejected, kind
    usage = shuffled([event_row(one) for one in case.events], shuffle)
    services = sorted({one.service for one in case.events})
    rules = folder / "usage.toml"
    rules.write_text(
        MAPPING.format(
            services=", ".join(f'{one} = "{one}"' for one in services),
            quantities="\n".join(
                f'[quantity.{one}]\ncolumn = "quantity"\nunit = "{UNITS.get(one, ("unit",))[0]}"'
                for one in services
            ),
            attributes="\n".join(f'{one} = "{one}"' for one in NAMES),
        )
    )
    mapping = load_mapping(rules)
    assert mapping.mapping is not None, mapping.problems
    cut = shuffle.randint(0, len(usage))
    # The second file has some rows of the first once more.
    for number, part in enumerate((usage[:cut], usage[max(cut - 3, 0) :])):
        if part:
            header = ("id", "line", "service", "start", "quantity", "called", "visited", *NAMES)
            file = write(folder / f"usage-{number}.csv", header, part)
            totals = import_csv(store, file, mapping.mapping, mapping.sha256)
            assert not totals.rejected, totals
    return store


def shuffled(rows: list[Row], shuffle: Random) -> list[Row]:
    shuffle.shuffle(rows)
    return rows


def write(path: Path, header: Row, rows: Sequence[Row]) -> Path:
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([header, *rows])
    return path


def event_row(event: Event) -> Row:
    size = UNITS.get(event.service, ("unit", 1))[1]
    whole, rest = divmod(event.quantity, size)
    quantity = f"{whole}.{rest:03}" if rest else str(whole)
    values = [event.attributes.get(name, "") for name in NAMES]
    return (
        *(event.id, event.line, event.service, event.start, quantity),
        *(event.called, event.visited, *values),
    )


def account_rows(account: Account) -> Iterator[tuple[str, Row, Iterator[Row] | list[Row]]]:
    """Each kind of file with its header and its rows."""
    mine = account.id
    zone = account.timezone or "Europe/Lisbon"
    yield "accounts", ("account", "segment", "timezone"), [(mine, account.segment, zone)]
    yield "lines", ("line", "account"), [(one.id, mine) for one in account.lines]
    yield (
        "subscriptions",
        ("line", "plan", "start", "end"),
        [(line.id, one.plan, one.start, one.end or "")
         for line in account.lines for one in line.subscriptions],
    )  # fmt: skip
    yield (
        "suspensions",
        ("line", "start", "end"),
        [(line.id, one.start, one.end or "")
         for line in account.lines for one in line.suspensions],
    )  # fmt: skip
    yield (
        "items",
        ("line", "item", "quantity", "start"),
        [(line.id, one.item, one.quantity, one.start)
         for line in account.lines for one in line.items],
    )  # fmt: skip
    yield (
        "attributes",
        ("line", "name", "value"),
        [(line.id, *pair) for line in account.lines for pair in line.attributes.items()],
    )
    yield (
        "top-ups",
        ("id", "wallet", "amount", "at", "line"),
        [(f"t{number}", one.wallet, one.amount, at_utc(one.at), one.line)
         for number, one in enumerate(account.top_ups)],
    )  # fmt: skip
    yield (
        "credits",
        ("id", "record", "amount", "day", "line"),
        [(f"c{number}", one.record, one.amount, one.day, one.line)
         for number, one in enumerate(account.credits)],
    )  # fmt: skip


def at_utc(instant: int) -> str:
    from datetime import UTC, datetime

    return datetime.fromtimestamp(instant / 1000, UTC).isoformat(sep=" ")
