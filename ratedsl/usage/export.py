"""Usage as CSV or JSON: masked, under pseudonyms, or in full where that was logged."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TextIO

from ratedsl.rating.events import Account, Event
from ratedsl.report.json_text import json_text
from ratedsl.report.safe import safe_text
from ratedsl.report.spreadsheet import harmless_cell
from ratedsl.usage.privacy import mask_text
from ratedsl.usage.pseudonym import Pseudonyms
from ratedsl.usage.store import Store

SCHEMA = "ratedsl.usage-export/1"
COLUMNS = (
    "id",
    "account",
    "line",
    "service",
    "start",
    "quantity",
    "direction",
    "calling",
    "called",
    "visited",
)


@dataclass(frozen=True, slots=True)
class Form:
    """How what identifies someone is written: masked unless there are pseudonyms."""

    pseudonyms: Pseudonyms | None = None

    def number(self, text: str) -> str:
        """A number, or text with numbers in it."""
        return self.pseudonyms.number(text) if self.pseudonyms else mask_text(text)

    def identity(self, kind: str, text: str) -> str:
        """An account, a line or an event, whose id often holds those of its line."""
        return self.pseudonyms.identity(kind, text) if self.pseudonyms else mask_text(text)

    def row(self, account: Account, event: Event) -> dict[str, str | int | dict[str, str]]:
        """An event by its columns, attributes last."""
        start = datetime.fromtimestamp(event.start // 1000, UTC)
        return {
            "id": self.identity("event", event.id),
            "account": self.identity("account", account.id),
            "line": self.identity("line", event.line),
            "service": event.service,
            "start": f"{start:%Y-%m-%dT%H:%M:%S}.{event.start % 1000:03}Z",
            "quantity": event.quantity,
            "direction": event.direction,
            "calling": self.number(event.calling),
            "called": self.number(event.called),
            "visited": event.visited,
            "attributes": {name: self.number(one) for name, one in event.attributes.items()},
        }


def write_csv(stream: TextIO, store: Store, account: str | None, form: Form) -> None:
    """One event a line, its attributes as `name=value`; no cell is a formula."""
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow((*COLUMNS, "attributes"))
    for holder, event in _events(store, account):
        row = form.row(holder, event)
        attributes = row.pop("attributes")
        assert isinstance(attributes, dict)
        pairs = ";".join(f"{name}={value}" for name, value in attributes.items())
        writer.writerow([_cell(value) for value in (*row.values(), pairs)])


def write_json(stream: TextIO, store: Store, account: str | None, form: Form) -> None:
    """One object with a list of events; quantities are base units, times UTC."""
    rows = [form.row(holder, event) for holder, event in _events(store, account)]
    stream.write(json_text({"schema": SCHEMA, "events": rows}))


def _events(store: Store, account: str | None) -> Iterator[tuple[Account, Event]]:
    with store.snapshot():
        holders = store.accounts() if account is None else [store.account(account)]
        for holder in holders:
            for event in store.events_of(holder.id):
                yield holder, event


def _cell(value: object) -> str:
    return str(value) if isinstance(value, int) else harmless_cell(safe_text(str(value)))
