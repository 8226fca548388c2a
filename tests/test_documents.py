"""What a consumer reads before signing: complete, traced, in the order of the rules, and exact."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from browser import needs_browser, picture, printed
from test_invoice_page import SCRIPT, Elements

from ratedsl.cli.main import main
from ratedsl.documents.make import make_paper
from ratedsl.documents.paper import Paper
from ratedsl.lang.source import Span
from ratedsl.plan.load import load
from ratedsl.plan.model import Plan
from ratedsl.report.paper_html import render_html
from ratedsl.report.paper_markdown import render_markdown

PLANS = Path(__file__).parents[1] / "plans"
DAY = date(2026, 8, 3)
HEAD = """\
plan home "Home"
  currency  EUR
  timezone  Europe/Lisbon
  cycle     monthly on day 1
  rounding  half-up 0.01 EUR per item
  rounding  half-up 0.01 EUR per tax per invoice
"""
ISSUER = """\
issuer lusitel "Lusitel, S.A."
  address   "Rua Augusta 1"
  contact   "800 200 300"
  privacy   "lusitel.example/privacy"
  network   management "lusitel.example/network"
  discounts "lusitel.example/bundles"
  accessibility "Relay service"
"""
CONTRACT = """\
contract home "Home 500"
  access    fixed
  download  500 Mbit/s advertised
  download  500 Mbit/s maximum
  download  400 Mbit/s normal
  download  250 Mbit/s minimum
  download  480 Mbit/s typical
  upload    100 Mbit/s advertised
  upload    0.1 Gbit/s maximum
  upload    80 Mbit/s normal
  upload    50 Mbit/s minimum
  upload    90500 kbit/s typical
  latency   12 ms
  remedies  "A lower price"
  equipment "Router, lent"
  notice    1 month
  terms     "lusitel.example/terms"
  identifier "F0001234567HOME500EU000001"
"""
FEE = """\
fee line "Line"
  amount    20.15 EUR per month in advance from 2026-01-01
  amount    25.00 EUR per month in advance from 2026-09-01
  prorated  not
"""
DATA = """\
rate data "Data" for data
  price     0.00 EUR per GB
"""
VAT = """\
tax vat "IVA 23%"
  percent   23% of charges
  shown     as government tax
"""


def plan_of(tmp_path: Path, *texts: str) -> Plan:
    path = tmp_path / "home.rate"
    path.write_text("".join((HEAD, *texts)))
    loaded = load(path)
    assert loaded.plan is not None and loaded.ok, loaded.diagnostics
    return loaded.plan


def words(paper: Paper, label: str) -> tuple[str, ...]:
    (found,) = [one.words for _, one in paper.entries() if one.label == label]
    return found


def missing(paper: Paper) -> dict[str, str]:
    return {one.label: one.missing for _, one in paper.missing}


# ---- complete, in order, traced ----------------------------------------------------------------


@pytest.mark.parametrize(("kind", "plan"), [("summary", "smart-40"), ("label", "fiber-us")])
def test_a_shipped_plan_has_a_complete_document(
    kind: str, plan: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = PLANS / f"{plan}.rate"
    assert main(["document", kind, str(path), "--on", "2026-08-03", "--trace"]) == 0
    printed = capsys.readouterr()
    assert printed.err == ""
    assert "not stated" not in printed.out
    paper = make_paper(kind, load(path).plan, DAY)  # type: ignore[arg-type]
    for title, one in paper.entries():
        assert one.words, (title, one.label)
        assert one.clauses or one.label == "Government Taxes", (title, one.label)
        for at in one.clauses:
            assert stands_there(at), (one.label, at.place)


def stands_there(at: Span) -> bool:
    """Whether a clause names a line of a file that says something."""
    lines = Path(at.path).read_text().splitlines()
    return bool(lines[at.line - 1].strip())


def test_the_summary_has_the_headings_of_the_regulation_in_their_order() -> None:
    paper = make_paper("summary", load(PLANS / "smart-40.rate").plan, DAY)
    assert [part.title for part in paper.parts] == [
        "Services and equipment",
        "Speeds of the internet service and remedies",
        "Price",
        "Duration, renewal and termination",
        "Features for end-users with disabilities",
        "Other relevant information",
    ]


def test_the_label_has_the_fields_of_the_template_in_their_order() -> None:
    paper = make_paper("label", load(PLANS / "fiber-us.rate").plan, DAY)
    assert [one.label for _, one in paper.entries()] == [
        *("Provider", "Disclosure", "Monthly Price", "Introductory rate", "Contract"),
        *("Provider Monthly Fees", "One-time Fees at the Time of Purchase"),
        *("Early Termination Fee", "Government Taxes"),
        "Available billing discounts and pricing options",
        *("Typical Download Speed", "Typical Upload Speed", "Typical Latency"),
        *("Data Included", "Charges for Additional Data Usage"),
        *("Network Management", "Privacy", "Contact Us", "Unique Plan Identifier"),
    ]


def test_a_plan_without_data_has_no_speeds(tmp_path: Path) -> None:
    plan = plan_of(tmp_path, 'rate calls "Calls" for voice\n  price     0.10 EUR per min\n')
    assert "Speeds" not in " ".join(part.title for part in make_paper("summary", plan, DAY).parts)


# ---- what is missing is named -------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["summary", "label"])
def test_each_fact_that_is_left_out_is_named_with_what_to_write(tmp_path: Path, kind: str) -> None:
    whole = plan_of(tmp_path, ISSUER, CONTRACT, FEE, DATA)
    assert missing(make_paper(kind, whole, DAY)) == {}  # type: ignore[arg-type]
    ignored = {
        "summary": {"privacy", "network", "discounts", "latency", "identifier", "typical"},
        "label": {
            *("address", "accessibility", "equipment", "notice", "remedies", "terms"),
            *("advertised", "maximum", "normal", "minimum"),
        },
    }[kind]
    facts = [one for one in (ISSUER + CONTRACT).splitlines() if one.startswith("  ")]
    found = 0
    for fact in facts:
        keyword, last = fact.split()[0], fact.split()[-1]
        left = (ISSUER + CONTRACT).replace(fact + "\n", "")
        lacks = missing(make_paper(kind, plan_of(tmp_path, left, FEE, DATA), DAY))  # type: ignore[arg-type]
        if {keyword, last} & ignored:
            assert lacks == {}, fact
        else:
            found += 1
            assert lacks, fact
            assert all(keyword in help_ for help_ in lacks.values()), (fact, lacks)
    assert found > 5


def test_what_is_missing_gives_code_one_and_goes_to_stderr(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plan_of(tmp_path, FEE, DATA)
    path = str(tmp_path / "home.rate")
    assert main(["document", "label", path, "--on", "2026-08-03"]) == 1
    printed = capsys.readouterr()
    assert "Broadband Facts, Provider: not stated; write an `issuer` record" in printed.err
    assert "- **Typical Latency**: *not stated in the plan*" in printed.out
    assert main(["document", "label", path, "--on", "tomorrow"]) == 2


def test_several_fees_need_a_base(tmp_path: Path) -> None:
    more = 'fee upkeep "Upkeep"\n  amount    3.00 EUR per month in advance\n  prorated  not\n'
    without = make_paper("label", plan_of(tmp_path, ISSUER, CONTRACT, FEE, more, DATA), DAY)
    assert "base FEE" in missing(without)["Monthly Price"]
    contract = CONTRACT + "  base      line\n"
    paper = make_paper("label", plan_of(tmp_path, ISSUER, contract, FEE, more, DATA), DAY)
    assert words(paper, "Monthly Price") == ("20.15 EUR per month",)
    assert words(paper, "Provider Monthly Fees") == ("Upkeep: 3.00 EUR per month",)


def test_an_identifier_that_is_none_is_named(tmp_path: Path) -> None:
    contract = CONTRACT.replace("F0001234567HOME500EU000001", "HOME-500")
    paper = make_paper("label", plan_of(tmp_path, ISSUER, contract, FEE, DATA), DAY)
    assert "`HOME-500` is not F or M" in missing(paper)["Unique Plan Identifier"]


# ---- amounts ------------------------------------------------------------------------------------


def test_a_summary_has_prices_with_tax_and_a_label_without(tmp_path: Path) -> None:
    calls = 'rate calls "Calls" for voice\n  price     0.10 EUR per min\n'
    plan = plan_of(tmp_path, ISSUER, CONTRACT, FEE, DATA, calls, VAT)
    summary = make_paper("summary", plan, DAY)
    # 20.15 and 4.6345 of tax, which the plan rounds half up to the cent; usage is not rounded.
    assert words(summary, "Line") == ("24.78 EUR per month",)
    assert words(summary, "Calls") == ("0.123 EUR per min",)
    assert words(summary, "Taxes") == ("Prices include IVA 23%.",)
    assert words(make_paper("label", plan, DAY), "Monthly Price") == ("20.15 EUR per month",)


def test_the_day_decides(tmp_path: Path) -> None:
    plan = plan_of(tmp_path, FEE)
    assert words(make_paper("label", plan, date(2026, 8, 31)), "Monthly Price") == (
        "20.15 EUR per month",
    )
    assert words(make_paper("label", plan, date(2026, 9, 1)), "Monthly Price") == (
        "25.00 EUR per month",
    )


@pytest.mark.parametrize(
    "tax",
    [
        'tax local "Local tax"\n  amount    1.00 EUR per line\n  shown     as government tax\n',
        'tax local "Local tax"\n  percent   5% of fees\n  when      segment is consumer\n'
        "  shown     as government tax\n",
    ],
)
def test_a_tax_that_no_percentage_tells_is_named_and_not_guessed(tmp_path: Path, tax: str) -> None:
    paper = make_paper(
        "summary", plan_of(tmp_path, FEE, tax.replace("per line", "per line of fees")), DAY
    )
    assert words(paper, "Line") == ("20.15 EUR per month",)
    assert words(paper, "Taxes") == ("Where they are due, these are added: Local tax.",)


def test_a_tax_that_prices_include_is_not_added_again(tmp_path: Path) -> None:
    vat = VAT + "  added     included\n"
    assert words(make_paper("summary", plan_of(tmp_path, FEE, vat), DAY), "Line") == (
        "20.15 EUR per month",
    )


@pytest.mark.parametrize(
    ("fact", "price"),
    [
        ("  reduced   to 15.00 EUR for 6 cycles\n", "15.00 EUR per month"),
        ("  waived    first 2 cycles\n", "0.00 EUR per month"),
    ],
)
def test_an_introductory_price_says_what_follows(tmp_path: Path, fact: str, price: str) -> None:
    paper = make_paper("label", plan_of(tmp_path, FEE + fact), DAY)
    assert words(paper, "Monthly Price") == (price,)
    (sentence,) = words(paper, "Introductory rate")
    assert "is an introductory rate" in sentence and "the price is 20.15 EUR" in sentence


def test_a_discount_for_everyone_at_the_start_is_an_introductory_price(tmp_path: Path) -> None:
    off = 'discount start "Start"\n  percent   50% of line\n  applies   before tax\n'
    lasting = off + "  lasts     3 cycles\n"
    assert words(make_paper("label", plan_of(tmp_path, FEE, lasting), DAY), "Monthly Price") == (
        "10.075 EUR per month",
    )
    assert words(make_paper("label", plan_of(tmp_path, FEE, off), DAY), "Monthly Price") == (
        "20.15 EUR per month",
    )


def test_a_term_is_told_with_what_leaving_costs(tmp_path: Path) -> None:
    fee = FEE + "  term      24 months then renews\n  leaving   50% of remaining\n"
    plan = plan_of(tmp_path, ISSUER, CONTRACT, fee, DATA)
    summary = make_paper("summary", plan, DAY)
    assert words(summary, "Duration") == ("24 months, then it renews for 24 months",)
    assert words(summary, "Leaving before that") == ("50% of the fees that are left",)
    label = make_paper("label", plan, DAY)
    assert "requires a 24 month contract" in words(label, "Contract")[0]
    assert words(label, "Early Termination Fee") == ("50% of the fees that are left",)


@pytest.mark.parametrize(
    ("after", "included", "more"),
    [
        ("own rate", "10 GB per month", ("2.00 EUR per GB",)),
        ("slowed to 1 Mbit/s", "10 GB per month", ("None; slowed to 1 Mbit/s",)),
        ("blocked", "10 GB per month", ("None; stopped",)),
        ("3.00 EUR per GB", "10 GB per month", ("3.00 EUR per GB",)),
        ("", "None", ("2.00 EUR per GB",)),
    ],
)
def test_what_data_is_included_and_what_more_costs(
    tmp_path: Path, after: str, included: str, more: tuple[str, ...]
) -> None:
    rate = 'rate data "Data" for data\n  price     2.00 EUR per GB\n'
    allowance = (
        'allowance ten "10 GB"\n  grant     10 GB per cycle\n  covers    data\n'
        f"  draws     actual units\n  ends      split\n  after     {after}\n"
    )
    paper = make_paper("label", plan_of(tmp_path, rate, allowance if after else ""), DAY)
    assert words(paper, "Data Included") == (included,)
    assert words(paper, "Charges for Additional Data Usage") == more


def test_data_without_a_price_is_unlimited(tmp_path: Path) -> None:
    paper = make_paper("label", plan_of(tmp_path, DATA), DAY)
    assert words(paper, "Data Included") == ("Unlimited",)


def test_speeds_are_told_in_megabits(tmp_path: Path) -> None:
    paper = make_paper("label", plan_of(tmp_path, CONTRACT, DATA), DAY)
    assert words(paper, "Typical Download Speed") == ("480 Mbps",)
    assert words(paper, "Typical Upload Speed") == ("90.5 Mbps",)


# ---- on paper and on the screen -----------------------------------------------------------------


@pytest.mark.parametrize("kind", ["summary", "label"])
def test_words_of_a_plan_are_text_in_each_form(tmp_path: Path, kind: str) -> None:
    hostile = SCRIPT.replace('"', "'").replace("\n", " ").replace("\r", " ")

    def paper(text: str) -> Paper:
        said = [re.sub(r'"[^"]*"', lambda _: f'"{text}"', one) for one in (ISSUER, CONTRACT, FEE)]
        return make_paper(kind, plan_of(tmp_path, *said, DATA), DAY)  # type: ignore[arg-type]

    plain = Elements(render_html(paper("Words"), trace=True))
    found = Elements(render_html(paper(hostile), trace=True))
    assert found.names == plain.names
    assert found.attributes == plain.attributes
    assert found.text.count("<script>alert(1)</script>") >= 5
    markdown = render_markdown(paper(hostile))
    assert "<script" not in markdown.replace("\\<script", "")
    page = render_html(paper("Words"))
    assert not re.search(r"https?:|//|url\(|@import|src=|href=", page)


def test_a_page_names_the_clause_of_each_field(tmp_path: Path) -> None:
    page = render_html(make_paper("label", plan_of(tmp_path, ISSUER, CONTRACT, FEE, DATA), DAY))
    assert re.search(r'data-clause="[^"]*home.rate:\d+">12 ms<', page)


def test_a_document_is_written_to_a_file(tmp_path: Path) -> None:
    plan_of(tmp_path, ISSUER, CONTRACT, FEE, DATA)
    wanted = ["document", "summary", str(tmp_path / "home.rate"), "--format", "html"]
    assert main([*wanted, "--output", str(tmp_path / "out" / "summary.html")]) == 0
    assert "<h1>Contract summary</h1>" in (tmp_path / "out" / "summary.html").read_text()
    assert main([*wanted, "--output", str(tmp_path)]) == 2


@needs_browser
@pytest.mark.parametrize(("kind", "plan"), [("summary", "smart-40"), ("label", "fiber-us")])
def test_a_document_prints_on_one_sheet(tmp_path: Path, kind: str, plan: str) -> None:
    page = render_html(make_paper(kind, load(PLANS / f"{plan}.rate").plan, DAY))  # type: ignore[arg-type]
    sheets, _ = printed(tmp_path, page, kind)
    assert sheets == 1
    assert picture(tmp_path, page, 500, 1400, kind).stat().st_size > 10_000
