"""Tables of taxes: rows become taxes, and each wrong row is found at its line."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from ratedsl.cli.main import main
from ratedsl.plan.load import Loaded, load

HEADER = "jurisdiction,within,tax,title,level,shape,rate,of,shown,from,through,source,read,review"
GOOD = (
    "xx-a,xx,vat,VAT,country,percent,20,charges,government tax,2026-01-01,,Act,2026-01-10,"
    "2999-01-10"
)
PLAN = """\
plan p "P"
  currency  EUR
  timezone  UTC
  cycle     monthly on day 1
  rounding  half-up 0.01 EUR per item
  rounding  half-up 0.01 EUR per tax per invoice
  sources   taxes by primary-use
fee f
  amount    10.00 EUR per month in advance
  prorated  not
taxes t from "t.csv"
"""


def loaded(tmp_path: Path, *rows: str, header: str = HEADER, plan: str = PLAN) -> Loaded:
    (tmp_path / "t.csv").write_text("\n".join((header, *rows)) + "\n")
    path = tmp_path / "p.rate"
    path.write_text(plan)
    return load(path)


def test_a_row_is_a_tax_of_its_place(tmp_path: Path) -> None:
    later = GOOD.replace(",20,", ",21,").replace("2026-01-01", "2027-01-01")
    found = loaded(tmp_path, GOOD, later)
    assert found.diagnostics == ()
    assert found.plan is not None
    (tax,) = found.plan.taxes
    assert [(step.percent, step.period.start, step.at.line) for step in tax.steps] == [
        (20, date(2026, 1, 1), 2),
        (21, date(2027, 1, 1), 3),
    ]
    assert tax.within == ("xx-a",)
    assert {one.id: one.within for one in found.plan.jurisdictions} == {"xx": (), "xx-a": ("xx",)}
    assert tax.source is not None
    assert (tax.source.words, tax.source.read) == ("Act", date(2026, 1, 10))
    assert str(tmp_path / "t.csv") in found.read


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (",20,", ",20%,"),
        (",20,", ",-1,"),
        (",percent,", ",percentage,"),
        (",percent,20,", ",per line,1.11,"),
        ("2026-01-01", "2026-13-01"),
        ("2026-01-10", ""),
        (",Act,", ",,"),
        ("2999-01-10", "2999-01-10,more"),
        (",vat,", ",v@t,"),
        (",charges,", ",chargs,"),
        (",country,", ",planet,"),
        ("government tax", "not paid"),
    ],
)
def test_a_wrong_row_is_found_at_its_line(old: str, new: str, tmp_path: Path) -> None:
    assert old in GOOD
    other = GOOD.replace(",vat,", ",other,")
    found = loaded(tmp_path, other, GOOD.replace(old, new, 1), other.replace("other", "third"))
    (one,) = found.diagnostics
    assert (Path(one.span.path).name, one.span.line) == ("t.csv", 3)


def test_rows_of_a_tax_say_the_same_of_it(tmp_path: Path) -> None:
    found = loaded(tmp_path, GOOD, GOOD.replace("VAT", "Vat").replace("2026-01-01", "2027-01-01"))
    (one,) = found.diagnostics
    assert (one.code, one.span.line) == ("E320", 3)


def test_a_column_is_missing_or_unknown(tmp_path: Path) -> None:
    (one,) = loaded(tmp_path, header=HEADER.replace("source,", "")).diagnostics
    assert "source" in one.message
    found = loaded(tmp_path, header=HEADER.replace("within", "inside")).diagnostics
    assert "inside" in found[0].message


def test_only_some_places(tmp_path: Path) -> None:
    rows = [GOOD, GOOD.replace("xx-a", "xx-b").replace(",vat,", ",gst,")]
    found = loaded(tmp_path, *rows, plan=PLAN + "  only      xx-b\n")
    assert found.diagnostics == ()
    assert found.plan is not None
    assert [tax.id for tax in found.plan.taxes] == ["gst"]
    (one,) = loaded(tmp_path, *rows, plan=PLAN + "  only      xx-c\n").diagnostics
    assert one.code == "E101"


def test_a_table_that_cannot_be_read(tmp_path: Path) -> None:
    path = tmp_path / "p.rate"
    for line, code in (('from "no.csv"', "E105"), ('from "../x.csv"', "E104"), ("", "E308")):
        path.write_text(PLAN.replace('from "t.csv"', line))
        assert [one.code for one in load(path).diagnostics] == [code]


def test_a_tax_of_a_table_can_be_overridden(tmp_path: Path) -> None:
    loaded(tmp_path, GOOD)
    (tmp_path / "lib.rate").write_text('taxes t from "t.csv"\n')
    path = tmp_path / "p.rate"
    own = "override tax vat\n  percent   5% of fees\n"
    path.write_text('use "lib.rate"\n' + PLAN.replace('taxes t from "t.csv"\n', own))
    found = load(path)
    assert found.diagnostics == ()
    assert found.plan is not None
    assert found.plan.taxes[0].steps[0].percent == 5


def test_a_table_is_older_than_its_review(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old = GOOD.replace("2999-01-10", "2026-02-10")
    loaded(tmp_path, GOOD.replace(",vat,", ",other,"), old)
    path = tmp_path / "p.rate"
    assert load(path, today=date(2026, 2, 10)).diagnostics == ()
    (one,) = load(path, today=date(2026, 2, 11)).diagnostics
    assert (one.code, one.span.line, one.is_error) == ("W501", 3, False)
    assert load(path).diagnostics == ()
    # A file that was clean yesterday is looked at again today.
    assert main(["check", str(path)]) == 1
    assert "W501" in capsys.readouterr().out
