"""A folder of plans and a usage database, filled and asked through the command line alone."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from ratedsl.billing.invoice import Invoice
from ratedsl.cli.main import main

MAPPING = """\
[record]
id = "id"
[time]
column = "start"
format = "%Y-%m-%d %H:%M:%S"
timezone = "{zone}"
ambiguous = "first"
[line]
column = "line"
[service]
column = "service"
{services}
"""


class Desk:
    """Where a test works: the current folder, with `plans/` and `usage.db` in it."""

    def __init__(self, capsys: pytest.CaptureFixture[str], zone: str = "Europe/Lisbon") -> None:
        """Make the folder of plans; times of usage are local ones of `zone`."""
        self._capsys = capsys
        self.zone = zone
        self.plans = Path("plans")
        self.plans.mkdir()

    def plan(self, name: str, text: str) -> Path:
        """Write a plan's file."""
        path = self.plans / f"{name}.rate"
        path.write_text(text)
        return path

    def run(self, *words: object, code: int = 0) -> tuple[str, str]:
        """Run a command; what it printed on stdout and on stderr."""
        found = main([str(word) for word in words])
        printed = self._capsys.readouterr()
        assert found == code, (words, printed)
        return printed.out, printed.err

    def load(self, kind: str, text: str) -> None:
        """Load account records, given as CSV."""
        Path(f"{kind}.csv").write_text(text)
        out, _ = self.run(
            *("usage", "load", f"{kind}.csv", "--kind", kind, "--into", "usage.db"),
            *("--format", "json"),
        )
        assert json.loads(out)["rejected"] == 0, out

    def lines(self, *held: tuple[str, str, str, str, str]) -> None:
        """Load what lines of accounts hold: account, line, plan, start and end."""
        accounts = dict.fromkeys(one[0] for one in held)
        zones = "".join(f"{one},{self.zone}\n" for one in accounts)
        self.load("accounts", f"account,timezone\n{zones}")
        lines = dict.fromkeys((one[1], one[0]) for one in held)
        self.load("lines", "line,account\n" + "".join(f"{a},{b}\n" for a, b in lines))
        rows = "".join(f"{','.join(one[1:])}\n" for one in held)
        self.load("subscriptions", f"line,plan,start,end\n{rows}")

    def usage(self, text: str, name: str = "usage") -> None:
        """Import usage from CSV: `id,line,service,start,quantity`, the quantity in the base unit
        of the service, then attributes; a column `arrived` is the day of arrival."""
        rows = list(csv.DictReader(StringIO(text)))
        services = sorted({row["service"] for row in rows})
        names = ", ".join(f'{one} = "{one}"' for one in services)
        mapping = MAPPING.format(zone=self.zone, services=f"values = {{ {names} }}")
        units = {"voice": "s", "data": "B", "sms": "message", "mms": "message"}
        for one in services:
            unit = f'unit = "{units.get(one, "unit")}"\n'
            mapping += f'[quantity.{one}]\ncolumn = "quantity"\n{unit}'
        known = {"id", "line", "service", "start", "quantity", "called", "visited", "arrived"}
        if "called" in rows[0]:
            mapping += '[numbers]\ncalled = "called"\n'
        if "visited" in rows[0]:
            mapping += '[visited]\ncolumn = "visited"\n'
        if "arrived" in rows[0]:
            mapping += '[arrival]\ncolumn = "arrived"\n'
        attributes = [one for one in rows[0] if one not in known]
        mapping += "[attributes]\n" + "".join(f'{one} = "{one}"\n' for one in attributes)
        Path(f"{name}.csv").write_text(text)
        Path(f"{name}.toml").write_text(mapping)
        out, _ = self.run(
            *("usage", "import", f"{name}.csv", "--into", "usage.db"),
            *("--mapping", f"{name}.toml", "--format", "json"),
        )
        assert json.loads(out)["rejected"] == 0, out

    def rate(self, plan: object, *words: object) -> str:
        """What `ratedsl rate` prints on stdout."""
        return self.run("rate", plan, "--usage", "usage.db", *words)[0]

    def invoices(self, plan: object, account: str = "A", *words: object) -> list[Invoice]:
        """An account's invoices, read back from JSON."""
        out = self.rate(plan, "--account", account, "--format", "json", *words)
        found: Any = json.loads(out)
        each = found if isinstance(found, list) else [found]
        return [Invoice.model_validate_json(json.dumps(one)) for one in each]

    def said(self, plan: object, *words: object) -> list[str]:
        """What `ratedsl rate` says on stderr."""
        return self.run("rate", plan, "--usage", "usage.db", *words)[1].splitlines()


def amounts(invoices: Sequence[Invoice]) -> list[str]:
    """What each invoice comes to."""
    return [f"{one.total:f}" for one in invoices]


def rows(invoice: Invoice) -> dict[str, str]:
    """The amounts of an invoice's rows of charges, by record."""
    found: dict[str, Any] = {}
    for one in invoice.items:
        found[one.record] = found.get(one.record, 0) + one.amount
    return {name: f"{amount:f}" for name, amount in found.items()}
