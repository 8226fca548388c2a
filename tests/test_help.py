"""The help of a finding alone says how to mend it, also for what people bring from elsewhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from ratedsl.cli.main import main
from ratedsl.lang.diagnostics import Diagnostic
from ratedsl.plan.load import load

FRAME = """\
plan demo "Demo"
  currency  EUR
  timezone  Europe/Lisbon
  cycle     monthly on day 1
  rounding  half-up 0.01 EUR per item
pool team
  members   lines
"""


def found(tmp_path: Path, text: str) -> list[Diagnostic]:
    path = tmp_path / "plan.rate"
    path.write_text(FRAME + text)
    return list(load(path).diagnostics)


@pytest.mark.parametrize(
    ("header", "fact", "said"),
    [
        ("rate a for voice", "price €0.05 per min", "write a currency by its code"),
        ("rate a for voice", "price 0.05$ per min", "write a currency by its code"),
        ("rate a for voice", "price .05 EUR per min", "write a digit before the point"),
        ("rate a for voice", "price 0,05 EUR per min", "with a point for decimals"),
        ("rate a for voice", "price 0.05 EUR/min", "`EUR per min`"),
        ("rate a for voice", "price 0.05", "needs its currency or unit"),
        ("rate a for voice", "when segment = young", "compares by `is`"),
        ("zone a", "prefix +351, +33", "write each on a line of its own"),
        ("fee a", "amount 15 per month in advance", "needs its currency or unit"),
        ("tax a", "percent 23 % of fees", "write the sign at its number: 23%"),
        ("tax a", "added on-top", "`on top`"),
        ("allowance a", "after own-rate", "`own rate`"),
        ("tax a", "rounding half even 0.01 EUR per invoice", "`half-even`"),
        ('test "a"', "expect charge 0.20", "needs its currency or unit"),
    ],
)
def test_what_is_written_so_elsewhere(tmp_path: Path, header: str, fact: str, said: str) -> None:
    one = next(one for one in found(tmp_path, f"{header}\n  {fact}\n") if one.code == "E001")
    assert said in one.help
    # The names of the grammar's own rules are nobody's words.
    assert "unit_price" not in one.help


def test_the_currencies_of_the_plan_are_meant_first(tmp_path: Path) -> None:
    (one,) = found(tmp_path, "rate a for voice\n  price     0.05 EUX per min\n")
    assert (one.code, one.help) == ("E301", "did you mean `EUR`?")


def test_a_digit_before_the_point_is_a_mend(tmp_path: Path) -> None:
    path = tmp_path / "plan.rate"
    path.write_text(f"{FRAME}rate a for voice\n  price     .05 EUR per min\n")
    assert main(["check", "--fix", "--fail-level", "error", str(path)]) == 0
    assert path.read_text().endswith("  price     0.05 EUR per min\n")


@pytest.mark.parametrize(
    ("unit", "meant"),
    [("sms", "message"), ("second", "s"), ("seconds", "s"), ("hour", "h"), ("minutes", "min")],
)
def test_a_unit_by_the_name_that_people_use(tmp_path: Path, unit: str, meant: str) -> None:
    (one,) = found(tmp_path, f"rate a for voice\n  price 0.10 EUR per {unit}\n")
    assert (one.code, one.help) == ("E303", f"did you mean `{meant}`?")


def test_a_pool_is_named_as_one(tmp_path: Path) -> None:
    text = "allowance a\n  grant 1 GB per cycle\n  covers data\n  draws actual units\n"
    text += "  ends split\n  after blocked\n  pooled across team\n"
    one = next(one for one in found(tmp_path, text) if one.code == "E112")
    assert one.help == "write `pooled across pool team`"


@pytest.mark.parametrize(
    ("comment", "code", "said"),
    [
        ("allow W560", "W591", "`# allow W560: the reason`"),
        ("allow w560: it is kept", "W591", "`# allow W560: the reason`"),
        ("allow W999: it is kept", "W592", "there is no code W999"),
    ],
)
def test_a_comment_that_allows_nothing(tmp_path: Path, comment: str, code: str, said: str) -> None:
    text = f"zone left  # {comment}\n  prefix +49\n"
    one = next(one for one in found(tmp_path, text) if one.code == code)
    assert said in one.help
