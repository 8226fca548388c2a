"""A witness as stored usage: loaded, imported and rated by the commands that an operator has.

An inline test and a usage database are two ways to the same engine; that they come to the same
figures is what a person relies on who pastes a witness, or bills by it.
"""

from __future__ import annotations

import contextlib
import csv
import io
import json
import re
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

from ratedsl.cli.main import main
from ratedsl.plan.calendar import moved
from ratedsl.plan.load import load
from ratedsl.plan.model import Allowance, Expectation, Plan, PlanTest, Rate
from ratedsl.rating.tables import PlanTables

ACCOUNT = "a"


def run(*words: str) -> str:
    """What a command prints; it has to succeed."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        assert main([*words]) == 0, words
    return out.getvalue()


def witness_tests(path: Path, witness: str) -> tuple[Plan, list[PlanTest]]:
    """The tests of a witness, read as they stand below the plan."""
    titles = {line[6:-1] for line in witness.splitlines() if line.startswith("test ")}
    loaded = load(path, {path.resolve(): f"{path.read_text()}\n{witness}\n"})
    assert loaded.ok and loaded.plan is not None, loaded.diagnostics
    return loaded.plan, [one for one in loaded.plan.tests if one.title in titles]


def confirm_by_rate(path: Path, witness: str, folder: Path) -> None:
    """The figures that each test of a witness expects, as `ratedsl rate` has them."""
    plan, tests = witness_tests(path, witness)
    assert tests
    for number, test in enumerate(tests):
        inside = folder / f"witness-{number}"
        inside.mkdir(parents=True)
        stored = Stored(path, plan, test, inside)
        for one in test.expectations:
            stored.holds(one)


class Stored:
    """One test as a database, and what the commands say of it."""

    def __init__(self, path: Path, plan: Plan, test: PlanTest, folder: Path) -> None:
        self.path, self.plan, self.test, self.folder = path, plan, test, folder
        self.usage = str(folder / "usage.db")
        self.tables = PlanTables(plan)
        self._load_account()
        self._import_usage()

    # ---- what is stored -----------------------------------------------------------------------

    def _load_account(self) -> None:
        given = {one.kind: one for one in self.test.given}
        named = {one.record: one.value for one in self.test.given if one.kind == "attribute"}
        count = int(given["lines"].number or 1) if "lines" in given else 1
        lines = [str(number + 1) for number in range(count)]
        start = str(self._start())
        rows = {
            "accounts": [("account", "segment"), (ACCOUNT, named.pop("segment", ""))],
            "lines": [("line", "account"), *((line, ACCOUNT) for line in lines)],
            "subscriptions": [
                ("line", "plan", "start"),
                *((line, self.plan.id, start) for line in lines),
            ],
            "autopay": [("account", "start")],
            "items": [("line", "item", "quantity", "start")],
            "attributes": [("line", "name", "value")],
        }
        if named.pop("payment", ""):
            rows["autopay"].append((ACCOUNT, start))
        rows["attributes"] += [("1", name, value) for name, value in named.items()]
        for one in self.test.given:
            if one.kind == "held":
                rows["items"].append(("1", one.record, str(one.number), start))
        for kind, found in rows.items():
            if len(found) > 1:
                file = self._write(f"{kind}.csv", found)
                run("usage", "load", file, "--kind", kind, "--into", self.usage)

    def _start(self) -> date:
        days = [one.day for one in self.test.events]
        days += [
            self.tables.cycles.before(self.tables.cycles.on(day)).start for day in self.test.bills
        ]
        first = self.tables.cycles.on(min(days)).start
        for one in self.test.given:
            if one.kind == "started" and one.day is not None:
                return one.day
            if one.kind == "tenure":
                day = max([*self.test.bills, *(event.day for event in self.test.events)])
                return moved(day, one.value, -int(one.number or 0))
        return first

    def _import_usage(self) -> None:
        rows = [*self._before()]
        for number, one in enumerate(self.test.events):
            at = datetime.combine(one.day, time()) + timedelta(seconds=one.seconds)
            for turn in range(one.times):
                rows.append(
                    {
                        "id": f"witness-{number}-{turn}",
                        "time": str(at + timedelta(seconds=turn if one.times > 1 else 0)),
                        "service": one.service,
                        "quantity": str(one.quantity),
                        "called": one.to,
                        "visited": one.roaming,
                        "direction": "outgoing",
                        **dict(one.attributes),
                    }
                )
        if not rows:
            return
        names = list(dict.fromkeys(name for row in rows for name in row))
        file = self._write(
            "usage.csv",
            [("line", *names), *(("1", *(row.get(name, "") for name in names)) for row in rows)],
        )
        mapping = self.folder / "mapping.toml"
        mapping.write_text(self._mapping([row["service"] for row in rows], names))
        run("usage", "import", file, "--into", self.usage, "--mapping", str(mapping))

    def _before(self) -> Iterable[dict[str, str]]:
        """What is given as used, as usage at the start of the cycle."""
        for one in self.test.given:
            if one.kind != "used":
                continue
            event = self.test.events[0]
            start = self.tables.cycles.on(event.day).start
            record = self.plan.record(one.record)
            assert isinstance(record, Allowance | Rate)
            yield {
                "id": f"before-{one.record}",
                "time": f"{start} 00:00:00",
                "service": event.service,
                "quantity": str(int(one.number or 0)),
                "called": event.to,
                "visited": event.roaming,
                "direction": "outgoing",
                **dict(event.attributes),
            }

    def _mapping(self, services: Iterable[str], names: list[str]) -> str:
        units = self.plan.measures()
        base = {"duration": "ms", "volume": "byte", "message": "message"}
        known = {"voice": "ms", "data": "byte", "sms": "message", "mms": "message"}
        text = (
            '[record]\nid = "id"\n[time]\ncolumn = "time"\nformat = "iso"\n'
            f'timezone = "{self.plan.timezone}"\nambiguous = "first"\nnonexistent = "reject"\n'
            '[line]\ncolumn = "line"\n[service]\ncolumn = "service"\n'
        )
        found = dict.fromkeys(services)
        text += f"values = {{ {', '.join(f'{one} = {json.dumps(one)}' for one in found)} }}\n"
        for one in found:
            unit = known.get(one) or base.get(units.dimension_of(one)) or "unit"
            text += f'[quantity.{one}]\ncolumn = "quantity"\nunit = "{unit}"\n'
        text += '[direction]\ncolumn = "direction"\n'
        text += 'values = { outgoing = "outgoing", incoming = "incoming" }\n'
        text += '[numbers]\ncalled = "called"\n[visited]\ncolumn = "visited"\n'
        plain = {"id", "time", "service", "quantity", "called", "visited", "direction", "line"}
        others = [name for name in names if name not in plain]
        if others:
            text += "[attributes]\n" + "".join(f'{name} = "{name}"\n' for name in others)
        return text

    def _write(self, name: str, rows: Iterable[Iterable[str]]) -> str:
        path = self.folder / name
        with path.open("w", newline="") as file:
            csv.writer(file).writerows(rows)
        return str(path)

    # ---- what the commands say ----------------------------------------------------------------

    def holds(self, one: Expectation) -> None:
        """The figure that is expected is the one that is rated."""
        match one.what:
            case "rejected":
                assert one.text in {reason for event in self._events() for reason in event[1]}
                assert self._totals()["reasons"].get(one.text)
            case "charge":
                assert sum((event[0] for event in self._events()), Decimal(0)) == one.money
            case "covered":
                assert self._totals()["covered"] == 0 and one.quantity == 0
            case "cost":
                assert self._traced_cost() == one.money
            case "total":
                assert Decimal(self._invoice(one)["total"]) == one.money
            case "item":
                assert self._of_record(one) == one.money
            case "discount":
                assert self._of_record(one) == -(one.money or 0)
            case _:
                raise AssertionError(one.what)

    def _events(self) -> list[tuple[Decimal, list[str]]]:
        """What each event of the witness is charged, and why it is rejected if it is."""
        found = []
        for line in run("export", "tmf635", str(self.path), "--usage", self.usage).splitlines():
            usage = json.loads(line, parse_float=Decimal)
            if usage["id"].startswith("witness-"):
                rated = usage.get("ratedProductUsage", [])
                charge = sum(
                    (Decimal(row["taxExcludedRatingAmount"]["value"]) for row in rated), Decimal(0)
                )
                named = usage["usageCharacteristic"]
                found.append((charge, [row["value"] for row in named if row["name"] == "reason"]))
        assert found
        return found

    def _totals(self) -> dict:
        printed = run("rate", str(self.path), "--usage", self.usage, "--format", "json")
        (plan,) = json.loads(printed)["plans"]
        return plan

    def _traced_cost(self) -> Decimal:
        text = run(
            "rate", str(self.path), "--usage", self.usage, "--trace", "--event", "witness-0-0"
        )
        found = re.search(rf"^  cost ([\d.]+) {self.plan.currency}, margin", text, re.MULTILINE)
        assert found is not None, text
        return Decimal(found[1])

    def _invoice(self, one: Expectation) -> dict:
        day = one.bill or self.test.bills[0]
        start = self.tables.cycles.before(self.tables.cycles.on(day)).start
        printed = run(
            *("rate", str(self.path), "--usage", self.usage, "--account", ACCOUNT),
            *("--cycle", str(start), "--format", "json"),
        )
        found = json.loads(printed)
        return found if isinstance(found, dict) else found[0]

    def _of_record(self, one: Expectation) -> Decimal:
        invoice = self._invoice(one)
        rows = [*invoice["items"], *invoice["after_tax"]]
        return sum(
            (Decimal(row["amount"]) for row in rows if row["record"] == one.record), Decimal(0)
        )
