"""A deck's file is read whole: every wrong row at its line, packed or not, in its own dialect."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from ratedsl.plan.listing import prefixes_between
from ratedsl.plan.load import Loaded, load

PLAN = """\
plan case "Case"
  currency  EUR
  timezone  Europe/Lisbon
  cycle     monthly on day 1
  rounding  half-up 0.01 EUR per item
zone iberia
  prefix    +34
window night
  hours     daily 22:00-06:00
deck d from "{name}" for voice
  priced    in EUR per min
{facts}
test "it is read"
  event     voice to +44 for 1 min at 2026-03-02 10:00
  expect    charge 0.02 EUR
"""


def loaded(folder: Path, rows: str, facts: str = "", name: str = "deck.csv") -> Loaded:
    data = rows.encode()
    (folder / name).write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    path = folder / "plan.rate"
    path.write_text(PLAN.format(name=name, facts=facts))
    return load(path)


@pytest.mark.parametrize(
    ("header", "row", "said"),
    [
        ("prefix,price,window", "+44,0.02,nite", "unknown window `nite`"),
        ("prefix,price,currency", "+44,0.02,USD", "this deck is in EUR, not in USD"),
        ("zone,price", "nowhere,0.02", "unknown zone `nowhere`"),
        ("prefix,zone,price", "+44,iberia,0.02", "this row has a prefix and a zone"),
        ("prefix,price", "+44,", "this row has no price"),
        ("prefix,price", ",0.02", "this row has no prefix"),
        ("prefix,price", "44x,0.02", "`44x` is no prefix"),
        ("prefix,price", '+44,"0,02"', "`0,02` is no price"),
        ("prefix,price,setup", "+44,0.02,free", "`free` is no setup"),
        ("prefix,price,from,through", "+44,0.02,2026-02-01,2026-01-31", "this row ends before"),
        ("prefix,price", "+44,0.02,0.03", "this row has 3 cells, the header has 2"),
    ],
)
def test_a_wrong_row_is_found_at_its_line(tmp_path: Path, header: str, row: str, said: str) -> None:
    good = ",".join({"prefix": "+45", "price": "1"}.get(name, "") for name in header.split(","))
    if "prefix" not in header:
        good = "iberia,1"
    found = loaded(tmp_path, f"{header}\n{good}\n{row}\n").diagnostics
    assert [(one.code, one.span.line) for one in found] == [("E320", 3)]
    assert found[0].message.startswith(said)
    assert found[0].span.path.endswith("deck.csv")


def test_all_mistakes_of_a_row_are_told_at_once(tmp_path: Path) -> None:
    rows = "prefix,price,from,through,setup\n+44,0.02,,,\n+4x,free,soon,2026-02-30,dear\n"
    found = loaded(tmp_path, rows)
    assert {one.span.line for one in found.diagnostics} == {3}
    assert [one.message for one in found.diagnostics] == [
        "`+4x` is no prefix",
        "`free` is no price",
        "`soon` is no date",
        "`2026-02-30` is no date",
        "`dear` is no setup",
    ]


def test_a_deck_may_be_packed(tmp_path: Path) -> None:
    assert loaded(tmp_path, "prefix,price\n+44,0.02\n", name="deck.csv.gz").ok


def test_a_packed_deck_that_is_cut_off_is_no_deck(tmp_path: Path) -> None:
    loaded(tmp_path, "prefix,price\n+44,0.02\n", name="deck.csv.gz")
    packed = tmp_path / "deck.csv.gz"
    packed.write_bytes(packed.read_bytes()[:-9])
    assert [one.code for one in load(tmp_path / "plan.rate").diagnostics] == ["E105"]


def test_prices_stand_in_one_way_only(tmp_path: Path) -> None:
    found = loaded(tmp_path, "prefix,price,price night\n+44,0.02,0.01\n").diagnostics
    assert [one.message for one in found] == ["prices by column and by row in one deck"]


@pytest.mark.parametrize(
    ("first", "last", "covered"),
    [
        ("+100", "+199", ["+1"]),
        ("+099", "+101", ["+099", "+100", "+101"]),
        ("+190", "+219", ["+19", "+20", "+21"]),
        ("5", "5", ["5"]),
        ("+19", "+10", None),
        ("+1", "+10", None),
        ("1", "+2", None),
    ],
)
def test_a_range_is_held_by_the_shortest_prefixes(
    first: str, last: str, covered: list[str] | None
) -> None:
    assert prefixes_between(first, last) == covered


def test_a_zone_that_only_rows_of_a_deck_name_is_used() -> None:
    path = Path(__file__).parent / "cases" / "good" / "decks" / "columns.rate"
    assert load(path, prove=True).diagnostics == ()
