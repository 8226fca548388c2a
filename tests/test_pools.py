"""`ratedsl rate` over stored usage of lines that share a total, whose traces say whose it is."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from types import MappingProxyType
from zoneinfo import ZoneInfo

import pytest

from ratedsl.cli.main import main
from ratedsl.rating.events import Line, Subscription
from ratedsl.usage.batches import open_batch
from ratedsl.usage.store import Store

MEGABYTE = 10**6
PLAN = """\
plan pooled "Pooled"
  currency  EUR
  timezone  Europe/Lisbon
  cycle     monthly on day 1
  rounding  half-up 0.01 EUR per item
pool sims "SIMs"
  members   lines when kind is sensor
rate data "Data" for data
  tiers     graduated per cycle per pool sims counting all usage
  tier      up to 10 MB 2.00 EUR per MB
  tier      above 1.00 EUR per MB
rate sms "Messages" for sms
  tiers     graduated per contract per pool sims counting all usage
  tier      up to 1 message 3.00 EUR flat
  tier      above 0.10 EUR per message
"""


@pytest.fixture
def rate(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """Two sensors, of which one joins on 17 March, and a phone that bears the pool's name."""
    plan, database = tmp_path / "pooled.rate", tmp_path / "usage.db"
    plan.write_text(PLAN)
    kinds = {"meter": "sensor", "late": "sensor", "sims": "phone"}
    with (
        Store.open(database, create=True) as store,
        open_batch(store, "made by a test", "none", "2026-06-01T00:00:00+00:00") as batch,
    ):
        batch.add_account("a", "A", "", "")
        for name, kind in kinds.items():
            start = date(2026, 3, 17) if name == "late" else date(2026, 1, 1)
            held = (Subscription("pooled", start),)
            batch.add_line(
                "a", Line(name, subscriptions=held, attributes=MappingProxyType({"kind": kind}))
            )
        for number, (line, service, day, quantity) in enumerate(
            [
                ("meter", "sms", date(2026, 1, 10), 1),
                ("meter", "data", date(2026, 3, 10), 9 * MEGABYTE),
                ("sims", "data", date(2026, 3, 11), 9 * MEGABYTE),
                ("late", "data", date(2026, 3, 18), 3 * MEGABYTE),
                ("late", "sms", date(2026, 3, 19), 1),
            ]
        ):
            noon = datetime(day.year, day.month, day.day, 12, tzinfo=ZoneInfo("Europe/Lisbon"))
            start = int(noon.timestamp() * 1000)
            batch.add((f"e{number}", line, service, start, quantity, "", "", "outgoing", "", None))
        batch.content_sha256 = "made by a test"
        batch.finish()

    def run(*words: str) -> str:
        assert main(["rate", str(plan), "--usage", str(database), "--account", "a", *words]) == 0
        return capsys.readouterr().out

    return run


def test_stored_usage_of_a_pool_has_one_total(rate: Callable[..., str]) -> None:
    """9 + 3 MB of the sensors are 10 × 2.00 + 2 × 1.00, the phone's 9 MB 18.00; the pool's second
    message since January is 0.10."""
    found = json.loads(rate("--cycle", "2026-03", "--format", "json"))
    items = {(one["line"], one["record"]): one["amount"] for one in found["items"]}
    assert items == {
        ("meter", "data"): "18",
        ("sims", "data"): "18",
        ("late", "data"): "4",
        ("late", "sms"): "0.1",
    }
    assert found["total"] == "40.1"


def test_a_trace_says_whose_total_it_is(rate: Callable[..., str]) -> None:
    pooled = " ".join(rate("--trace", "--event", "e3").split())
    assert "3 MB by tiers after 9 MB of pool `sims`: 4" in pooled
    own = " ".join(rate("--trace", "--event", "e2").split())
    assert "9 MB by tiers after 0 B: 18" in own
