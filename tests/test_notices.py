"""What the data say that no bill takes up is said: once, how often, of whom, and what to do."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.desk import Desk

PLAN = """\
plan {name}
  currency  EUR
  timezone  Europe/Lisbon
  cycle     monthly on day 1
  rounding  half-up 0.01 EUR per item
  rounding  half-up 0.01 EUR per event
{change}fee monthly "Monthly fee"
  amount    10.00 EUR per month in advance
  prorated  not
fee seat "Seat"
  amount    1.00 EUR per month per seat in arrears
  prorated  not
rate messages "Messages" for sms
  price     0.10 EUR per message
wallet main "Balance"
  held      per line
  pays      messages
  after     invoiced
"""

FILES = {
    "accounts": "account\nA-1\nA-2\n",
    "lines": "line,account\nL-1,A-1\nL-2,A-2\nL-3,A-2\n",
    "subscriptions": "line,plan,start,end\nL-1,basic,2026-05-01,2026-05-20\n"
    "L-1,pro,2026-05-20,\nL-2,basic,2026-05-01,\nL-3,basic,2026-05-01,\n",
    "items": "line,item,quantity,start\nL-2,seat,2,2026-05-01\nL-2,saet,1,2026-05-03\n",
    "top-ups": "id,wallet,amount,at,line\nt1,main,5.00,2026-05-02 10:00+01:00,L-1\n"
    "t2,mian,5.00,2026-05-04 10:00+01:00,L-2\nt3,mian,5.00,2026-05-03 10:00+01:00,L-3\n",
    "credits": "id,record,amount,day,account\nc1,monthly,1.00,2026-05-02,A-1\n"
    "c2,month,1.00,2026-05-06,A-2\n",
}


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys) -> Desk:
    """A folder with two plans, and a database of records some of which name nothing."""
    monkeypatch.chdir(tmp_path)
    made = Desk(capsys)
    for name in ("basic", "pro"):
        made.plan(name, PLAN.format(name=name, change=""))
    for kind, text in FILES.items():
        made.load(kind, text)
    made.usage(
        "id,line,service,start,quantity\n"
        "e1,L-1,sms,2026-05-10 10:00:00,3\ne2,L-1,sms,2026-05-25 10:00:00,4\n"
        "e3,L-2,sms,2026-05-10 10:00:00,1\n"
    )
    return made


UNKNOWN = [
    "2 top-ups name `mian`, which {} does not have: they are not counted, the first `L-3` on "
    "2026-05-03; did you mean `main`?",
    "a credit names `month`, which {} does not have: it is not given, `A-2` on 2026-05-06; "
    "did you mean `monthly`?",
    "a line holds `saet`, which {} does not have: nothing is charged, `L-2` on 2026-05-03; "
    "did you mean `seat`?",
]
MOVED = (
    "a line also held `pro`, which is not among the plans given: no bill here has that, `L-1` on "
    "2026-05-20; name the folder that holds all of their plans"
)
UNSAID = (
    "a line moved to `pro`, which does not say what a change means, `L-1` on 2026-05-20; add a "
    "`change` fact to `pro`; until then allowances start anew, and fees in advance end as if the "
    "line had left"
)


def test_one_plan_says_what_names_nothing_and_who_moved(desk: Desk) -> None:
    unknown = [one.format("`basic`") for one in UNKNOWN]
    plan = desk.plans / "basic.rate"
    assert sorted(desk.said(plan)) == sorted([*unknown, MOVED])
    assert json.loads(desk.rate(plan, "--format", "json"))["plans"]
    assert desk.said(plan, "--account", "A-1") == [MOVED]
    assert sorted(desk.said(plan, "--account", "A-2")) == sorted(unknown)


def test_a_folder_says_which_plan_lacks_a_change(desk: Desk) -> None:
    unknown = [one.format("`basic`") for one in UNKNOWN]
    assert sorted(desk.said(desk.plans)) == sorted([*unknown, UNSAID])
    change = "  change    at once crediting unused, allowances kept\n"
    desk.plan("pro", PLAN.format(name="pro", change=change))
    assert sorted(desk.said(desk.plans)) == sorted(unknown)


def test_a_folder_says_which_plans_it_lacks(desk: Desk) -> None:
    (desk.plans / "basic.rate").unlink()
    desk.plan("also", PLAN.format(name="also", change=""))
    assert desk.said(desk.plans) == [
        "a line also held `basic`, which is not among the plans given: no bill here has that, "
        "`L-1` on 2026-05-01; name the folder that holds all of their plans"
    ]


def test_data_that_bills_take_up_whole_need_no_word(desk: Desk) -> None:
    desk.plan("gold", PLAN.format(name="gold", change=""))
    desk.lines(("A-9", "L-9", "gold", "2026-05-01", ""))
    desk.load("items", "line,item,quantity,start\nL-9,seat,2,2026-05-01\n")
    desk.load("credits", "id,record,amount,day,line\nc9,messages,0.10,2026-05-02,L-9\n")
    for plan in (desk.plans / "gold.rate", desk.plans):
        assert desk.said(plan, "--account", "A-9", "--cycle", "2026-05") == []
