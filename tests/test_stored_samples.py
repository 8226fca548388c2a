"""Sessions and samples of a database come to the bill that a test in a plan would have."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.desk import Desk, amounts, rows

HEAD = """\
plan p "P"
  currency  EUR
  timezone  Europe/Lisbon
  cycle     monthly on day 1
  rounding  half-up 0.01 EUR per item
"""
SAMPLED = """\
unit unit1
service transit "Transit"
  measured  in unit1 by {how}
rate traffic "Transit" for transit
  price     2.00 EUR per unit1
"""
SAMPLES = """\
id,line,service,start,quantity
s1,L,transit,2026-03-02 10:00:00,1
s2,L,transit,2026-03-02 10:05:00,2
s3,L,transit,2026-03-02 10:10:00,1
s4,L,transit,2026-03-02 10:14:59,2
s5,L,transit,2026-03-02 10:15:00,9
s6,L,transit,2026-04-02 10:15:00,4
"""


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys) -> Desk:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "300")  # so that no words of a trace are cut
    made = Desk(capsys)
    made.lines(("A", "L", "p", "2026-01-01", ""))
    return made


@pytest.mark.parametrize(
    ("how", "total", "words"),
    [
        ("peak", "18", "the largest of 5 records: 9 unit1 in that of 2026-03-02 10:15:00"),
        (
            "peak per 5 min",
            "18",
            "the largest of 4 intervals: 9 unit1 in the 5 min from 2026-03-02 10:15:00",
        ),
        ("peak per day", "30", "the only interval: 15 unit1 in the day 2026-03-02"),
        (
            "last per 5 min",
            "18",
            "the latest of 4 intervals: 9 unit1 in the 5 min from 2026-03-02 10:15:00",
        ),
        (
            "percentile 75% per 5 min, empty intervals skipped",
            "6",
            "at 75% of 4 intervals in order of size, the one of rank 3: 3 unit1 in the 5 min from "
            "2026-03-02 10:10:00",
        ),
        (
            "percentile 99.98% per 5 min, empty intervals zero",
            "6",
            "at 99.98% of 8916 intervals in order of size, 8912 of them without usage, the one of "
            "rank 8915: 3 unit1 in the 5 min from 2026-03-02 10:10:00",
        ),
    ],
)
def test_samples(desk: Desk, how: str, total: str, words: str) -> None:
    """An hour of March 2026 is missing in Lisbon: it has 8,916 intervals of five minutes."""
    plan = desk.plan("p", HEAD + SAMPLED.format(how=how))
    desk.usage(SAMPLES)
    march, april = desk.invoices(plan)
    assert rows(march) == {"traffic": total}
    # The one sample of April is not among the 0.02% of its intervals that may lie above.
    assert rows(april) == ({} if "zero" in how else {"traffic": "8"})
    assert march.outcomes.events == march.outcomes.rated == 5
    text = " ".join(desk.rate(plan, "--account", "A", "--cycle", "2026-03", "--trace").split())
    assert words in text
    one = desk.rate(plan, "--trace", "--event", "s5")
    assert "it is a sample, charged when the cycle closes" in " ".join(one.split())


SESSION = """\
rate blocks "Calls" for voice
  billed    60 s then 30 s
  setup     0.10 EUR per call
  price     0.60 EUR per min
rate volume "Data" for data
  price     1.00 EUR per GB
"""


def test_legs_of_stored_sessions_go_on(desk: Desk) -> None:
    """A call of 61 s in three legs, across the end of a month, beside data of its session."""
    plan = desk.plan("p", HEAD + SESSION)
    desk.usage(
        "id,line,service,start,quantity,session\n"
        "a1,L,voice,2026-03-31 23:59:30,20,one\n"
        "a2,L,data,2026-03-31 23:59:35,1500000000,one\n"
        "a3,L,voice,2026-03-31 23:59:50,40,one\n"
        "a4,L,voice,2026-04-01 00:00:30,1,one\n"
        "a5,L,data,2026-04-01 00:00:31,500000000,one\n"
    )
    both = desk.invoices(plan)
    assert [rows(one) for one in both] == [
        {"blocks": "0.7", "volume": "1.5"},
        {"blocks": "0.3", "volume": "0.5"},
    ]
    # A month alone finds the legs of the month before.
    (april,) = desk.invoices(plan, "A", "--cycle", "2026-04")
    assert april == both[1]
    totals = desk.rate(plan, "--cycle", "2026-04")
    assert "0.80 EUR" in totals
    trace = " ".join(desk.rate(plan, "--trace", "--event", "a4").split())
    assert "goes on with session `one`: 1 min used, 1 min billed before" in trace
    assert "0.3" in trace
    assert amounts(desk.invoices(desk.plans)) == amounts(both)


DATED = """\
rate calls "Calls" for voice
  billed    60 s
  price     0.60 EUR per min from 2026-01-01
  price     0.30 EUR per min from 2026-03-29
  across    dates split
allowance some "1 minute"
  grant     1 min per cycle
  covers    voice
  draws     billed units
  ends      split
  after     own rate
"""


def test_a_trace_names_the_days_of_a_cut_call_and_of_no_other(desk: Desk) -> None:
    """On the day of 23 hours from Sunday's midnight on the new price holds."""
    plan = desk.plan("p", HEAD + DATED)
    desk.usage(
        "id,line,service,start,quantity\n"
        "v1,L,voice,2026-03-28 12:00:00,90\nv2,L,voice,2026-03-28 23:59:00,120\n"
    )
    (bill,) = desk.invoices(plan)
    assert rows(bill) == {"calls": "1.5"}
    cut = desk.rate(plan, "--trace", "--event", "v2")
    assert "1 min at the price of 2026-03-28 × 0.60 EUR per min = 0.6" in cut
    assert "1 min at the price of 2026-03-29 × 0.30 EUR per min = 0.3" in cut
    assert "at the price of" not in desk.rate(plan, "--trace", "--event", "v1")


def test_what_a_month_leaves_is_not_carried_into_the_next(desk: Desk) -> None:
    """So the bill of a month is the same with and without the one before."""
    allowance = DATED[DATED.index("allowance") :].replace("per cycle", "per month")
    plan = desk.plan("p", HEAD + "rate calls for voice\n  price 0.10 EUR per min\n" + allowance)
    desk.usage(
        "id,line,service,start,quantity\n"
        "v1,L,voice,2026-01-05 12:00:00,20\nv2,L,voice,2026-02-20 12:00:00,20\n"
    )
    every = desk.invoices(plan)
    for number, bill in enumerate(every, 1):
        (alone,) = desk.invoices(plan, "A", "--cycle", f"2026-0{number}")
        assert alone == bill
        assert [one.carried_in for one in bill.allowances] == ["0 min"]
