"""Names over files: decks that name zones, add-ons, inline tests, comments."""

from __future__ import annotations

from pathlib import Path

import pytest

from ratedsl.lang.mending import apply_edits
from ratedsl.language_server.folder import Folder
from ratedsl.language_server.names import Refused, definition, occurrences, rename

PLAN = """\
plan demo "Demo"
  currency  EUR
  timezone  Europe/Lisbon
  cycle     monthly on day 1
  rounding  half-up 0.01 EUR per item
zone jersey "Jersey"  # jersey, the island
  prefix    +441534
deck dear "Dear" from "dear.csv" for voice
  priced    in EUR per min
addon fee extra "Extra"  # extra, on top
  amount    5.00 EUR per cycle in advance
  prorated  not
test "an extra"
  given     held 1 extra  # extra is held
  invoice   on 2026-04-01
  expect    item extra 5.00 EUR
"""
DECK = "prefix,zone,price\n+44,,0.10\n,jersey,0.20\n"


@pytest.fixture
def folder(tmp_path: Path) -> tuple[Folder, Path]:
    root = tmp_path.resolve() / "plans"
    root.mkdir()
    (root / "dear.csv").write_text(DECK)
    path = root / "demo.rate"
    one = Folder()
    one.open(path, PLAN)
    return one, path


def place(words: str, inside: int) -> tuple[int, int]:
    before = PLAN[: PLAN.index(words) + inside]
    return before.count("\n") + 1, len(before.rpartition("\n")[2]) + 1


def test_the_file_of_a_deck_is_where_it_is_defined(folder: tuple[Folder, Path]) -> None:
    one, path = folder
    found = definition(one, path, *place('from "dear.csv"', 9))
    assert found is not None and found.path == str(path.with_name("dear.csv"))


def test_an_addon_is_found_and_renamed_in_tests_with_the_comments_as_they_are(
    folder: tuple[Folder, Path],
) -> None:
    one, path = folder
    assert [span.line for span in occurrences(one, path, *place("item extra", 6))] == [10, 14, 16]
    edits = rename(one, path, *place("addon fee extra", 11), "topping")
    text, _ = apply_edits(one.source(path), edits[path])
    for old in ("fee extra", "given     held 1 extra", "item extra"):
        assert old.replace("extra", "topping") in text
    assert "# extra, on top" in text and "# extra is held" in text


def test_a_zone_that_a_deck_names_is_not_renamed_under_it(folder: tuple[Folder, Path]) -> None:
    one, path = folder
    with pytest.raises(Refused, match=r"unknown zone `jersey` \(dear\.csv:3\)"):
        rename(one, path, *place("zone jersey", 6), "island")
