"""In each place only what fits there: asked at the end of a line that is being typed."""

from __future__ import annotations

import pytest

from ratedsl.language_server.completion import complete
from ratedsl.language_server.folder import Folder, today
from tests.language_server.editor import CHILD, PLAN, ZONES

OTHER_ZONES = 'zone abroad "Elsewhere"\n  prefix    +34\n' + ZONES
MORE = """\
service parking "Parking"
  measured  in min
  attribute bay one of covered, open
rate parked "Parking" for parking
  price     1.00 EUR per h
allowance free-min "Free minutes"
  grant     10 min per cycle
  covers    voice to national
tax vat "VAT"
  percent   23% of fees, usage
  shown     as government tax
discount old "Loyal"
  percent   10% of usage
  when      colour is red
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    root = tmp_path_factory.mktemp("completed").resolve() / "plans"
    (root / "shared").mkdir(parents=True)
    (root / "shared" / "zones.rate").write_text(OTHER_ZONES)
    (root / "demo.rate").write_text(PLAN + MORE)
    (root / "young.rate").write_text(CHILD)
    one = Folder()
    one.open(root / "demo.rate", PLAN + MORE)
    return one


def words(folder: Folder, header: str, line: str, name: str = "demo.rate") -> list[str]:
    """What is offered at the end of a line typed below a header, the cursor at `|` if there."""
    path = next(iter(folder.texts)).parent / name
    lines = folder.source(path).text.split("\n")
    place = next(at for at, text in enumerate(lines, 1) if text.startswith(header))
    column = line.find("|") + 1 or len(line) + 1
    lines.insert(place, line.replace("|", ""))
    typed = folder.with_texts({path: "\n".join(lines)})
    _, found = complete(typed, path, place + 1, column)
    return [one.word for one in found]


@pytest.mark.parametrize(
    ("header", "line", "offered"),
    [
        ("rate calls", "  price     0.10 EUR per min in ", ["peak", "off-peak"]),
        ("rate calls", "  price     0.10 EUR per min in p| from 2026-01-01", ["peak", "off-peak"]),
        ("rate calls", "  price     0.10 EUR per ", ["full", "nearest", "started", "min"]),
        ("rate calls", "  price     0.10 EUR ", ["per"]),
        ("rate calls", "  billed    60 ", ["ms", "s", "min", "h"]),
        ("test", "  event     voice to +351 for 60 ", ["ms", "s", "min", "h"]),
        ("tax vat", "  shown     as ", ["government tax", "carrier charge", "not billed"]),
        ("discount old", "  when      ", ["tenure", "lines", "segment", "payment", "colour"]),
        ("discount old", "  when      tenure >= 2 years and ", ["tenure", "lines", "segment"]),
        ("cap stop", "  then      ", ["blocked", "free", "continues"]),
        ("zone", 'zone new "New" ', ["from"]),
        ("window peak", 'window new "New" ', []),
        ("cap stop", 'rate new "New" ', ["for"]),
        ("cap stop", 'deck new "New" ', ["from", "for"]),
        ("cap stop", "addon ", ["fee", "allowance"]),
        ("plan demo", "  currency  EUR # ", []),
        ("plan demo", "  no-fact   ", []),
    ],
)
def test_only_what_fits(folder: Folder, header: str, line: str, offered: list[str]) -> None:
    header = header if header != "zone" else "cap stop"
    found = words(folder, header, line)
    if offered[:1] == ["full"]:
        assert {"ms", "s", "min", "h"} == set(found) - {"full", "nearest", "started"}
    elif offered[:1] == ["tenure"]:
        assert found[: len(offered)] == offered and "direction" not in found
    else:
        assert sorted(found) == sorted(offered)


def test_conditions_of_usage_know_what_usage_carries(folder: Folder) -> None:
    found = words(folder, "rate calls", "  when      ")
    assert {"direction", "length", "tenure"} <= set(found)
    assert not {"bay", "colour"} & set(found)
    assert "bay" in words(folder, "rate parked", "  when      ")
    assert set(words(folder, "rate parked", "  when      bay is ")) >= {"covered", "open"}
    assert "outgoing" in words(folder, "rate calls", "  when      direction is ")


def test_what_the_file_defines_comes_first(folder: Folder) -> None:
    found = words(folder, "allowance free-min", "  covers    voice to ")
    assert set(found) >= {"abroad", "national"}
    own = folder.source(next(iter(folder.texts))).text + 'zone own "Own"\n  prefix    +39\n'
    path = next(iter(folder.texts))
    typed = Folder()
    typed.open(path, own)
    assert words(typed, "allowance free-min", "  covers    voice to ")[0] == "own"


def test_days_that_are_likely_meant(folder: Folder) -> None:
    found = words(folder, "rate calls", "  price     0.10 EUR per min from ")
    assert found[0] == str(today())
    assert found[1].endswith("-01") and found[1] > found[0]
    assert "2026-01-01" in found


def test_what_can_be_overridden(folder: Folder) -> None:
    assert words(folder, "plan young", "override rate ", "young.rate") == ["calls"]
    assert "demo" in words(folder, "plan young", "  extends   ", "young.rate")
