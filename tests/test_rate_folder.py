"""A folder of plans bills each line by the plan that it holds, and a change on one invoice."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from ratedsl.cli.main import main
from ratedsl.rating.events import Line, Subscription, Suspension
from ratedsl.usage.batches import open_batch
from ratedsl.usage.store import Store

GIGABYTE = 10**9
FRAME = """\
plan {name} "{title}"
  currency  EUR
  timezone  Europe/Lisbon
  cycle     monthly on day 1
  rounding  half-up 0.01 EUR per item
  change    at once crediting unused, allowances kept
  suspend   charging nothing, allowances kept
fee monthly "Monthly fee"
  amount    {fee} EUR per month in advance
  prorated  by day, counting the first day
allowance data "Data"
  grant     {gigabytes} GB per cycle
  covers    data
  draws     billed units
  ends      split
  after     own rate
rate above "Data above" for data
  price     1.00 EUR per GB
"""


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    """A folder of two plans, and usage of an account that changed from one to the other."""
    monkeypatch.chdir(tmp_path)
    plans = Path("plans")
    plans.mkdir()
    for name, fee, gigabytes in (("basic", "31.00", 10), ("pro", "62.00", 20)):
        text = FRAME.format(name=name, title=name.title(), fee=fee, gigabytes=gigabytes)
        (plans / f"{name}.rate").write_text(text)
    database = Path("usage.db")
    lines = (
        Line(
            "one",
            subscriptions=(
                Subscription("basic", date(2026, 1, 1), date(2026, 5, 16)),
                Subscription("pro", date(2026, 5, 16)),
            ),
        ),
        Line(
            "two",
            subscriptions=(Subscription("basic", date(2026, 1, 1)),),
            suspensions=(Suspension(date(2026, 5, 11), date(2026, 5, 21)),),
        ),
    )
    store_usage(database, lines)
    return plans, database


def store_usage(database: Path, lines: tuple[Line, ...]) -> None:
    with (
        Store.open(database, create=True) as store,
        open_batch(store, "made by a test", "none", "2026-06-01T00:00:00+00:00") as batch,
    ):
        batch.add_account("house", "", "", "Europe/Lisbon")
        for line in lines:
            batch.add_line("house", line)
        for name, line, day, gigabytes in (
            ("e1", "one", 10, 4),
            ("e2", "one", 20, 7),
            ("e3", "two", 12, 1),
            ("e4", "two", 22, 1),
        ):
            zone = ZoneInfo("Europe/Lisbon")
            start = int(datetime(2026, 5, day, 10, tzinfo=zone).timestamp()) * 1000
            usage = (name, line, "data", start, gigabytes * GIGABYTE, "", "", "outgoing", "", None)
            batch.add(usage)
        batch.content_sha256 = "made by a test"
        batch.finish()


def rate(capsys: pytest.CaptureFixture[str], *arguments: object) -> str:
    assert main(["rate", *map(str, arguments)]) == 0
    return capsys.readouterr().out


def test_one_invoice_bills_both_plans(
    desk: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    plans, database = desk
    shown = rate(capsys, plans, "--usage", database, "--account", "house", "--format", "json")
    invoice = json.loads(shown)
    assert (invoice["plan"], [one["plan"] for one in invoice["others"]]) == ("pro", ["basic"])
    assert [(one["left"], one["joined"], one["day"]) for one in invoice["moves"]] == [
        ("basic", "pro", "2026-05-16")
    ]
    rows: dict[tuple[str, ...], list[str]] = {}
    for row in invoice["items"]:
        key = (row["plan"], row["record"], row["section"], row["line"])
        rows.setdefault(key, []).append(row["amount"])
    # Six of the ten GB come along, seven are used. The other line is away for ten days of May.
    assert rows == {
        ("basic", "monthly", "credits", "one"): ["-16"],
        ("basic", "monthly", "credits", "two"): ["-21"],
        ("basic", "monthly", "fees", "two"): ["11", "31"],
        ("pro", "monthly", "fees", "one"): ["32", "62"],
        ("pro", "above", "usage", "one"): ["1"],
    }
    assert invoice["total"] == "100"
    assert invoice["outcomes"]["reasons"] == [["suspended", 1]]
    assert len({row["key"] for row in invoice["items"]}) == len(invoice["items"])


@pytest.mark.parametrize("form", ["text", "markdown"])
def test_people_see_both_plans_and_the_day(
    desk: tuple[Path, Path], capsys: pytest.CaptureFixture[str], form: str
) -> None:
    plans, database = desk
    shown = rate(capsys, plans, "--usage", database, "--account", "house", "--format", form)
    assert "Pro (pro)" in shown.replace("\\", "")
    assert "Basic (basic)" in shown.replace("\\", "")
    assert "changed from basic to pro on 2026-05-16" in shown.replace("\\", "")


def test_totals_and_traces_take_a_folder_too(
    desk: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    plans, database = desk
    totals = rate(capsys, plans, "--usage", database, "--format", "json")
    (one,) = json.loads(totals)["plans"]
    assert (one["plan"], one["total"]) == ("basic + pro", "100")
    trace = rate(capsys, plans, "--usage", database, "--trace", "--event", "e2")
    assert "1.00" in trace
    assert "suspended" in rate(capsys, plans, "--usage", database, "--trace", "--event", "e3")


def test_two_plans_of_one_id_are_refused(
    desk: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    plans, database = desk
    (plans / "twin.rate").write_text((plans / "pro.rate").read_text())
    assert main(["rate", str(plans), "--usage", str(database)]) == 2
    assert "both hold a plan `pro`" in capsys.readouterr().err
